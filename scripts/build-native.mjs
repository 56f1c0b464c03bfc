// Builds the addon and the preload library with node-gyp: build/Release/benchmem.node and libbenchmem.so.
// --target linux-arm64: for another machine, into build/linux-arm64/Release.
// Downloads nothing; jemalloc's library must be there (scripts/vendor-jemalloc.mjs makes it).
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { nodeDir } from './lib/node-headers.mjs';
import { buildFolder, nativeOutputs, root } from './lib/paths.mjs';
import { runQuietly, runScript } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { crossCompilerVersion, hostTarget, requireCompiler, targetOf } from './lib/targets.mjs';
import { compilerVersion, requirePrograms } from './lib/toolchain.mjs';

const sources = [
  'native/abi',
  'native/include',
  'native/kernel',
  'native/tracker',
  'native/callers',
  'native/profile',
  'native/backend',
  'native/interposer',
  'native/mappings',
  'native/names',
  'native/reporter',
  'native/v8_heap',
  'native/binding',
  'native/sources.json',
  'binding.gyp',
];

/** What the shipped objects are made of; below the root. */
export const nativeInputs = (target) => [...sources, `${target.vendorBuild.replace(`${root}/`, '')}/include`];

const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');

async function compile() {
  requirePrograms(['g++', 'make', 'python3']);
  const jobs = String(availableParallelism());
  // WHY: a stale Makefile keeps sources that sources.json no longer lists.
  rmSync(`${buildFolder}/Makefile`, { force: true });
  const args = [nodeGyp, 'configure', 'build', `--nodedir=${nodeDir()}`, '-j', jobs];
  await runQuietly('native-build', process.execPath, args, {
    env: { MAKEFLAGS: '-k' }, // every file's errors in one go
    hint: 'the whole output is in build/logs/native-build.log; the build needs g++ 8 or newer, make and python3',
  });
}

export function buildNative() {
  return withBuildLock(() =>
    step('native build', {
      inputs: nativeInputs(targetOf(hostTarget)),
      outputs: nativeOutputs,
      salt: compilerVersion(),
      run: compile,
    }),
  );
}

// node-gyp writes to build/ of the folder that it is started in: each target has one that looks like the root.
async function crossCompile(target) {
  requirePrograms(['make', 'python3']);
  const stage = `${target.folder}/stage`;
  mkdirSync(stage, { recursive: true });
  for (const file of ['package.json', 'binding.gyp']) cpSync(`${root}/${file}`, `${stage}/${file}`);
  for (const folder of ['native', 'scripts', 'node_modules']) {
    if (!existsSync(`${stage}/${folder}`)) symlinkSync(`${root}/${folder}`, `${stage}/${folder}`);
  }
  rmSync(`${stage}/build/Makefile`, { force: true });
  const args = [nodeGyp, 'configure', 'build', `--arch=${target.arch}`, `--nodedir=${nodeDir()}`];
  await runQuietly(
    `native-build-${target.name}`,
    process.execPath,
    [...args, `--vendor_jemalloc=${target.vendorBuild}`, '-j', String(availableParallelism())],
    { cwd: stage, env: { ...target.env, MAKEFLAGS: '-k' } },
  );
  mkdirSync(`${target.folder}/Release`, { recursive: true });
  for (const output of target.outputs) cpSync(output.replace(target.folder, `${stage}/build`), output);
}

/** jemalloc and both objects for another machine, into build/<target>/Release. */
export async function crossBuildNative(target) {
  requireCompiler(target);
  // It looks for itself whether anything has changed.
  const script = `${root}/scripts/vendor-jemalloc.mjs`;
  await runQuietly(`jemalloc-${target.name}`, process.execPath, [script, '--target', target.name]);
  await withBuildLock(() =>
    step(`native build ${target.name}`, {
      inputs: nativeInputs(target),
      outputs: target.outputs,
      salt: crossCompilerVersion(target),
      run: () => crossCompile(target),
    }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    const { values } = parseArgs({ options: { target: { type: 'string', default: hostTarget } } });
    const target = targetOf(values.target);
    if (!target.isHost) return crossBuildNative(target);
    await runQuietly('jemalloc', process.execPath, [`${root}/scripts/vendor-jemalloc.mjs`]);
    await buildNative();
  });
}
