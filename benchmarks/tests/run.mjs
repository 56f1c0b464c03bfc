// What measuring costs a suite of 1,000 empty tests in each test runner, in CPU time of all its processes: without benchmem, with
// the plug-in and no limit, and with the report of `benchmem test`; and what 1,000 windows cost by themselves.
// `--check` exits 1 if a window or a test costs more than its limit.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerArgv, runnerProject } from '../../scripts/lib/test-runners.mjs';
import { cpuSeconds } from '../lib/cpu-seconds.mjs';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    tests: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    node: { type: 'string', default: process.execPath },
  },
});
const env = { ...process.env, NODE_OPTIONS: '' };
const [tests, rounds] = [Number(options.tests), Number(options.rounds)];
const root = fileURLToPath(new URL('../..', import.meta.url));

const nodeMajor = Number(
  spawnSync(options.node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).stdout,
);

const body = (imports, test = 'test') =>
  `${imports}\nfor (let n = 0; n < ${tests}; n += 1) ${test}('test ' + n, () => {});\n`;

const vitest = {
  files: {
    'vitest.config.mjs': 'export default {};\n',
    'plugged.config.mjs':
      "import { memory } from 'benchmem/vitest';\nexport default { plugins: [memory()] };\n",
    'suite.test.mjs': body("import { test } from 'vitest';"),
  },
  plain: ['--config', 'vitest.config.mjs'],
  plugged: ['--config', 'plugged.config.mjs'],
};

/** Milliseconds of CPU time that the report may cost a test. */
const runners = {
  'vitest-4': { ...vitest, mostMs: 8 },
  'vitest-5': { ...vitest, mostMs: 8 },
  jest: {
    files: {
      'jest.config.js': 'module.exports = {};\n',
      'plugged.config.js': "module.exports = { testEnvironment: 'benchmem/jest' };\n",
      'suite.test.js': body(''),
    },
    plain: ['--config', 'jest.config.js', '--silent'],
    plugged: ['--config', 'plugged.config.js', '--silent'],
    mostMs: 15,
  },
  mocha: {
    files: { 'suite.test.cjs': body('', 'it') },
    plain: ['--reporter', 'dot', 'suite.test.cjs'],
    plugged: ['--reporter', 'dot', '--require', 'benchmem/mocha', 'suite.test.cjs'],
    mostMs: 15,
  },
  'node-test': {
    files: { 'suite.test.mjs': body("import { test } from 'node:test';") },
    plain: ['--test-reporter=dot', 'suite.test.mjs'],
    plugged: ['--test-reporter=dot', 'suite.test.mjs'],
    mostMs: 15,
  },
};
const mostPluggedMs = 2;
// WHY: it is below the tests' limits, because what a runner leaves behind between two tests has to be collected, and nothing of
// ours.
const mostWindowMs = 1;

function measure(name, { files, plain, plugged }) {
  const folder = runnerProject(name, files);
  const words = (more, alone) => [...runnerArgv(name, alone), ...more];
  const forms = {
    alone: words(plain, true),
    plugged: words(plugged, false),
    report: [
      join(root, 'bin/benchmem.js'),
      ...['test', '--no-summary', '--', options.node],
      ...words(plugged, false),
    ],
  };
  const fastest = {};
  try {
    // In turn, so that other work on the machine meets each of them.
    for (let round = 0; round < rounds; round += 1) {
      for (const [form, line] of Object.entries(forms)) {
        fastest[form] = Math.min(
          fastest[form] ?? Number.POSITIVE_INFINITY,
          cpuSeconds(line, { node: options.node, cwd: folder, env }) * 1000,
        );
      }
    }
    return fastest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (options.only !== undefined && runners[options.only] === undefined)
  throw new Error(`there is no runner ${options.only}: ${Object.keys(runners).join(', ')}`);
if (!existsSync(join(root, 'dist/index.js'))) throw new Error('build first: npm run build');
const { TestWindow } = await import('../../dist/engine/window/test-window.js');

async function emptyWindow() {
  const window = await TestWindow.prepare({ tier: 'light', yields: true });
  window.open();
  window.end();
  await window.finish();
}

async function windowMs() {
  await emptyWindow();
  const before = process.cpuUsage();
  for (let count = 0; count < 1000; count += 1) await emptyWindow();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const ownMs = await windowMs();
console.log(`an empty window of a report takes ${ownMs.toFixed(2)} ms of CPU time`);
let failed = options.check && ownMs > mostWindowMs;
if (failed) console.error(`an empty window costs ${ownMs.toFixed(2)} ms, limit ${mostWindowMs} ms`);
for (const [name, runner] of Object.entries(runners)) {
  if (options.only !== undefined && options.only !== name) continue;
  if (name === 'vitest-5' && nodeMajor < 22) {
    console.log('vitest-5: not measured, because it does not run on Node 20: --node PATH takes another');
    continue;
  }
  const { alone, plugged, report } = measure(name, runner);
  const perTest = (ms) => (ms - alone) / tests;
  const [idleMs, reportMs] = [perTest(plugged), perTest(report)];
  console.log(
    `${name}: ${tests} empty tests take ${(alone / 1000).toFixed(2)} s of CPU time alone; ` +
      `with the plug-in ${idleMs.toFixed(2)} ms more a test, with the report ${reportMs.toFixed(2)} ms more a test`,
  );
  if (!options.check) continue;
  for (const [what, ms, most] of [
    ['without a limit or a report', idleMs, mostPluggedMs],
    ['with the report', reportMs, runner.mostMs],
  ]) {
    if (ms <= most) continue;
    failed = true;
    console.error(`${name}: a test ${what} costs ${ms.toFixed(2)} ms, limit ${most} ms`);
  }
}
process.exitCode = failed ? 1 : 0;
