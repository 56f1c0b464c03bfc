// Exact versions of npm packages that carry an allocator of their own, installed once below build/ when a test asks for
// them: no dependency of this repository. Knows nothing of what they do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { buildFolder } from '../../scripts/lib/paths.mjs';

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

function isInstalled([name, version]: [string, string]): boolean {
  const file = `${folder}/node_modules/${name}/package.json`;
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
}

/** Installs what is missing; throws where npm cannot. */
export function installPrivatePackages(): void {
  const missing = Object.entries(privatePackages).filter((entry) => !isInstalled(entry));
  if (missing.length === 0) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
  const packages = Object.entries(privatePackages).map(([name, version]) => `${name}@${version}`);
  const argv = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages];
  const { status, stderr } = spawnSync('npm', argv, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm could not install ${packages.join(' ')}, needed once: ${stderr}`);
}
