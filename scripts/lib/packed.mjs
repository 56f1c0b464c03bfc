// The package as npm packs it. Its prebuilt binaries must be there (scripts/prebuild.mjs).
import { execFileSync } from 'node:child_process';
import { root } from './paths.mjs';

/** Packs into this folder; returns the tarball's path. */
export function packTarball(folder) {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const said = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  // A list until npm 10, an object by name after it.
  const [content] = Object.values(JSON.parse(said));
  if (content?.filename === undefined) throw new Error(`npm pack said: ${said}`);
  return `${folder}/${content.filename}`;
}
