// Builds for linux-arm64 and tests it on a machine of another kind, under qemu; on an arm64 machine the plain tests do
// that. The gate runs a part of it; --full runs the rest too. What cannot run on this machine is skipped by its name.
// Usage: npm test -- arm64 [--full] [--only NAME]
// Ends with 'N passed, N failed, N skipped'; the exit code is 1 when anything failed.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { crossBuildNative } from './build-native.mjs';
import { inside, whyNoNamespace } from './emulated/namespace.mjs';
import { checkPackage } from './emulated/package.mjs';
import { crossTools, nodeStandIn, prepareSysroot, sysroot, target } from './emulated/sysroot.mjs';
import { buildPreset } from './lib/cmake.mjs';
import { buildFolder, root } from './lib/paths.mjs';
import { runQuietly, runScript, SetupError } from './lib/run.mjs';
import { crossCompilerVersion } from './lib/targets.mjs';
import { setup } from './setup.mjs';

const addons = ['frames', 'ground-truth', 'completeness', 'operators'];
const attachedTests = (names) => names.map((name) => `test/integration/attached-${name}.test.ts`);
// The emulator is ten times as slow as the machine that it runs on.
const timeoutSeconds = 3600;

/** Runs a program of this machine where arm64 files run as well; its output is in build/logs. */
function runInside(name, words, env = {}) {
  const { command, args, env: own } = inside(words);
  const PATH = `${crossTools()}:${process.env.PATH}`;
  return runQuietly(`arm64-${name}`, command, args, {
    env: { PATH, BENCHMEM_MATRIX_ARCH: 'arm64', ...own, ...env },
    timeoutSeconds,
  });
}

const script = (path, ...words) => [process.execPath, `${root}/scripts/${path}`, ...words];

async function cxxTests() {
  await buildPreset('arm64');
  await runInside('cxx-tests', [`${buildFolder}/cmake-arm64/benchmem_tests`, '--no-colors'], {
    BENCHMEM_SYSROOT: sysroot,
  });
}

function vitest(node, name, files) {
  const words = [
    process.execPath,
    `${root}/node_modules/vitest/vitest.mjs`,
    'run',
    '--project',
    'integration',
  ];
  return runInside(name, [...words, ...files], { BENCHMEM_TEST_NODE: node });
}

function matrix(name, nodes, repetitions, env) {
  return runInside(name, script('node-matrix.mjs', '--nodes', nodes, '--repetitions', repetitions), env);
}

/** What is tested, in this order. `full`: with --full only. `anywhere`: without a namespace too. */
function parts(node, withoutNamespace) {
  const packageNode = async () => {
    if (!withoutNamespace) return node;
    await nodeStandIn(node, `${target.folder}/node`);
    return `${target.folder}/node`;
  };
  return [
    { name: 'C++ tests', run: cxxTests },
    // WHY: this is another Node than the parts below have, because together they are then the oldest and the newest.
    { name: 'exactness on Node 26', run: () => matrix('matrix', '26', '2') },
    {
      name: 'hooks put in and taken out',
      run: () => vitest(node, 'attached', attachedTests(['hazards', 'reinstall'])),
    },
    {
      name: 'the package, installed',
      anywhere: true,
      run: async () => checkPackage(await packageNode(), withoutNamespace ? undefined : inside),
    },
    {
      name: 'exactness on Node 20, 22 and 24',
      full: true,
      run: () => matrix('matrix-others', '20,22,24', '2'),
    },
    {
      name: 'exactness on a processor without LSE and pointer authentication',
      full: true,
      run: () => matrix('matrix-a72', '20', '4', { QEMU_CPU: 'cortex-a72' }),
    },
    {
      name: 'hooks in a process that loads objects',
      full: true,
      run: () => vitest(node, 'attached-loading', attachedTests(['loading'])),
    },
  ];
}

async function runPart({ name, run }) {
  const start = performance.now();
  const say = (mark, note) => process.stdout.write(`  ${mark} ${name.padEnd(48)} ${note}\n`);
  say('>', '...');
  try {
    const note = (await run()) ?? '';
    say('ok  ', `${((performance.now() - start) / 1000).toFixed(0)} s ${note}`);
    return true;
  } catch (error) {
    say('FAIL', error.message);
    return false;
  }
}

// What is missing on a machine that could have it is the caller's to install; the gate does so.
function whyNothing() {
  if (process.arch === 'arm64') return 'this machine is arm64 itself: npm test';
  if (!existsSync('/usr/bin/qemu-aarch64-static')) return 'no emulator (apt-get install qemu-user-static)';
  if (crossCompilerVersion(target) === undefined) return `no compiler (apt-get install ${target.compiler})`;
  return undefined;
}

function chosenParts(all, { full, only }) {
  const chosen = all.filter((part) => (full || !part.full) && part.name.includes(only));
  if (chosen.length > 0) return chosen;
  throw new SetupError(`no part is called ${only}`, all.map(({ name }) => name).join('; '));
}

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: process.env.BENCHMEM_FULL === '1' },
      only: { type: 'string', default: '' },
    },
  });
  const impossible = whyNothing();
  if (impossible !== undefined) {
    process.stdout.write(`linux-arm64: NOT TESTED: ${impossible}\n0 passed, 0 failed, all skipped\n`);
    return 0;
  }
  await setup();
  await prepareSysroot();
  await crossBuildNative(target);
  // Before it is loaded: it asks once whose Nodes are meant.
  process.env.BENCHMEM_MATRIX_ARCH = 'arm64';
  const [{ executable: node }] = (await import('./lib/other-nodes.mjs')).nodesOf(['20']);
  const refusal = whyNoNamespace(node);
  if (refusal === undefined) await runInside('addons', script('build-test-addons.mjs', ...addons));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const part of chosenParts(parts(node, refusal !== undefined), values)) {
    if (refusal !== undefined && !part.anywhere) {
      process.stdout.write(`  skipped ${part.name}: no namespace on this machine: ${refusal}\n`);
      counts.skipped += 1;
    } else {
      counts[(await runPart(part)) ? 'passed' : 'failed'] += 1;
    }
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  return counts.failed > 0 ? 1 : 0;
});
