// Finds the Node-API headers without a download: beside the running node, else in npm's node-api-headers,
// laid out in build/ as node-gyp wants a node folder to look.
import { cpSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { buildFolder } from './paths.mjs';

// All that node-gyp needs beside the headers: Node's own common.gypi is about building node itself.
const commonGypi = `{
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': { 'Debug': { 'cflags': ['-g'] }, 'Release': { 'cflags': ['-O2'] } },
  },
}
`;

/** The prefix of the running node when its headers are installed there; undefined otherwise. */
export function installedNodePrefix(executable = process.execPath) {
  const prefix = dirname(dirname(realpathSync(executable)));
  const files = ['node_api.h', 'common.gypi'].map((file) => `${prefix}/include/node/${file}`);
  return files.every((file) => existsSync(file)) ? prefix : undefined;
}

function layOutPackagedHeaders() {
  const packaged = createRequire(import.meta.url)('node-api-headers').include_dir;
  const prefix = `${buildFolder}/node-headers`;
  const include = `${prefix}/include/node`;
  mkdirSync(include, { recursive: true });
  cpSync(packaged, include, { recursive: true });
  writeFileSync(`${include}/common.gypi`, commonGypi);
  return prefix;
}

/** A folder for node-gyp's --nodedir; its include/node holds node_api.h. */
export function nodeDir() {
  const wanted = process.env.BENCHMEM_PACKAGED_HEADERS === '1' ? undefined : installedNodePrefix();
  return wanted ?? layOutPackagedHeaders();
}

export const nodeApiIncludeDir = () => `${nodeDir()}/include/node`;
