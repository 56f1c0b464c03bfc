// Builds the addon and the preload library with node-gyp: build/Release/benchmem.node and libbenchmem.so.
// Downloads nothing; jemalloc's library must be there (scripts/vendor-jemalloc.mjs makes it).
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { nodeDir } from './lib/node-headers.mjs';
import { buildFolder, nativeOutputs, root } from './lib/paths.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { compilerVersion, requirePrograms } from './lib/toolchain.mjs';

/** What the shipped objects are made of; below the root. */
export const nativeInputs = [
  'native/abi',
  'native/include',
  'native/kernel',
  'native/tracker',
  'native/callers',
  'native/backend',
  'native/interposer',
  'native/mappings',
  'native/names',
  'native/reporter',
  'native/v8_heap',
  'native/binding',
  'native/sources.json',
  'binding.gyp',
  'native/vendor/build/include',
];

async function compile() {
  requirePrograms(['g++', 'make', 'python3']);
  const jobs = String(availableParallelism());
  // WHY: a stale Makefile keeps sources that sources.json no longer lists.
  rmSync(`${buildFolder}/Makefile`, { force: true });
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const args = [nodeGyp, 'configure', 'build', `--nodedir=${nodeDir()}`, '-j', jobs];
  await runQuietly('native-build', process.execPath, args, {
    env: { MAKEFLAGS: '-k' }, // every file's errors in one go
    hint: 'the whole output is in build/logs/native-build.log; the build needs g++ 8 or newer, make and python3',
  });
}

export function buildNative() {
  return withBuildLock(() =>
    step('native build', {
      inputs: nativeInputs,
      outputs: nativeOutputs,
      salt: compilerVersion(),
      run: compile,
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    // It looks for itself whether anything has changed.
    await runQuietly('jemalloc', process.execPath, [`${root}/scripts/vendor-jemalloc.mjs`]);
    await buildNative();
  });
}
