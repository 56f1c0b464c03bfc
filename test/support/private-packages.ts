// Exact versions of npm packages that carry an allocator of their own, installed once below build/ when a test asks for
// them: no dependency of this repository. Knows nothing of what they do.
import { buildFolder } from '../../scripts/lib/paths.mjs';
import { installPinned } from '../../scripts/lib/pinned-packages.mjs';

export const privatePackages: Readonly<Record<string, string>> = {
  '@node-rs/argon2': '2.2.1',
  '@node-rs/bcrypt': '2.0.0',
  '@node-rs/crc32': '1.10.8',
  '@node-rs/xxhash': '1.7.8',
  '@resvg/resvg-js': '2.6.2',
  '@swc/core': '1.16.22',
  'oxc-parser': '0.158.0',
  'oxc-transform': '0.158.0',
  rolldown: '1.3.2',
  snappy: '7.4.3',
};

const folder = `${buildFolder}/private-allocators`;

/** Installs what is missing; throws where npm cannot. */
export function installPrivatePackages(): void {
  installPinned(folder, privatePackages);
}
