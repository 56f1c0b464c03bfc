// Makes a fresh clone ready: npm packages, jemalloc, the native and TypeScript builds, the tests' addons.
// Each step is skipped while up to date. Uses Node's built-ins only: no package is there before the first step.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { root, vendorBuild } from './lib/paths.mjs';
import { runQuietly, runScript, SetupError } from './lib/run.mjs';
import { step, withBuildLock } from './lib/step.mjs';
import { compilerVersion, requirePrograms } from './lib/toolchain.mjs';

const oldestNode = 20;

function requireNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return;
  throw new SetupError(`Node ${process.versions.node} is too old`, `install Node ${oldestNode} or newer`);
}

function requirePlatform() {
  if (
    process.platform === 'linux' &&
    ['x64', 'arm64'].includes(process.arch) &&
    process.report.getReport().header.glibcVersionRuntime
  )
    return;
  throw new SetupError(
    `benchmem does not support ${process.platform} ${process.arch} (or its C library) yet`,
    'use Linux on x86-64 or arm64 with glibc',
  );
}

function npmPackages() {
  return step('npm packages', {
    inputs: ['package-lock.json'],
    outputs: [`${root}/node_modules/.package-lock.json`],
    // WHY: no script of a package runs, because every package here ships its binaries.
    run: () =>
      runQuietly('npm-packages', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        hint: 'set-up needs a reachable npm registry (npm config get registry)',
      }),
  });
}

function jemalloc() {
  const script = 'scripts/vendor-jemalloc.mjs';
  return step('jemalloc 5.3.0', {
    inputs: [script, 'scripts/lib/targets.mjs', 'native/abi/glibc_floor.h'],
    outputs: [`${vendorBuild}/lib/libjemalloc_pic.a`, `${vendorBuild}/include/jemalloc/internal`],
    salt: compilerVersion(),
    run: () => {
      requirePrograms(['gcc', 'make']);
      return runQuietly('jemalloc', process.execPath, [`${root}/${script}`], {
        hint: 'BENCHMEM_JEMALLOC_SOURCE=<jemalloc-5.3.0.tar.bz2> names a copy of the source; see build/logs/jemalloc.log',
      });
    },
  });
}

/** Everything that `benchmem` needs to run from this folder; with `testAddons`, what the tests need too. */
export async function setup({ testAddons = true } = {}) {
  requireNode();
  requirePlatform();
  process.stdout.write('benchmem set-up\n');
  await withBuildLock(async () => {
    requirePrograms(['gcc', 'g++', 'make', 'python3']);
    await npmPackages();
    await jemalloc();
    await (await import('./build-native.mjs')).buildNative();
    await (await import('./build-ts.mjs')).buildTypeScript();
    if (testAddons && existsSync(`${root}/test/addons`)) {
      await (await import('./build-test-addons.mjs')).buildTestAddons();
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await runScript(async () => {
    await setup();
    process.stdout.write('ready\n');
  });
}
