// isolated-vm for a Node of the matrix, of an exact version and compiled once below build/ when a test asks for it: no
// dependency of this repository, and nothing is fetched but its npm package.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { installedNodePrefix } from '../../scripts/lib/node-headers.mjs';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { installPinned } from '../../scripts/lib/pinned-packages.mjs';

/** The newest that supports that Node. */
export const isolatedVmVersions: Readonly<Record<string, string>> = {
  20: '4.7.2',
  22: '5.0.4',
  24: '6.1.2',
  26: '7.0.1',
};

/** The folder of the package that runs on that Node; undefined if Node's headers are not installed beside it. */
export function isolatedVmFor(major: string, node: string): string | undefined {
  const version = isolatedVmVersions[major];
  const headers = installedNodePrefix(node);
  if (version === undefined || headers === undefined || !existsSync(`${headers}/include/node/v8.h`))
    return undefined;
  const folder = `${buildFolder}/isolated-vm/node${major}`;
  installPinned(folder, { 'isolated-vm': version });
  const module = `${folder}/node_modules/isolated-vm`;
  if (!existsSync(`${module}/out/isolated_vm.node`)) compile(module, node, headers);
  return module;
}

function compile(module: string, node: string, headers: string): void {
  const gyp = `${root}/node_modules/node-gyp/bin/node-gyp.js`;
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
  const argv = [gyp, 'rebuild', '--release', '--nodedir', headers];
  const { status, stderr } = spawnSync(node, argv, { cwd: module, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`isolated-vm does not compile: ${stderr.slice(-2000)}`);
}
