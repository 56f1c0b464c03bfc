// What measuring costs a suite of 1,000 empty tests, in CPU time of all its processes: without benchmem, with the plug-in and
// no limit, and with the report of `benchmem test`; and what 1,000 windows cost by themselves.
// `--check` exits 1 if a window or a test costs more than its limit.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    tests: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});
const [tests, rounds] = [Number(options.tests), Number(options.rounds)];
const root = fileURLToPath(new URL('../..', import.meta.url));
// WHY: it is below the repository, because there the package finds itself, as it was built last.
const folder = join(root, 'build/bench-tests');

const body = (imports) => `${imports}\nfor (let n = 0; n < ${tests}; n += 1) test('test ' + n, () => {});\n`;

/** Milliseconds of CPU time that the report may cost a test, and what a test without a limit may cost: noise. */
const runners = {
  vitest: {
    files: {
      'vitest.config.mjs': 'export default {};\n',
      'plugged.config.mjs':
        "import { memory } from 'benchmem/vitest';\nexport default { plugins: [memory()] };\n",
      'suite.test.mjs': body("import { test } from 'vitest';"),
    },
    plain: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.config.mjs'],
    plugged: ['node_modules/vitest/vitest.mjs', 'run', '--config', 'plugged.config.mjs'],
    mostMs: 15,
  },
  'node:test': {
    files: { 'suite.test.mjs': body("import { test } from 'node:test';") },
    plain: ['--test', '--test-reporter=dot', 'suite.test.mjs'],
    plugged: ['--import', 'benchmem/node-test', '--test', '--test-reporter=dot', 'suite.test.mjs'],
    mostMs: 15,
  },
};
const mostPluggedMs = 2;
// WHY: it is below the tests' limits, because what a runner leaves behind between two tests has to be collected, and nothing of
// ours.
const mostWindowMs = 1;

/** CPU milliseconds of the command and of everything that it started. */
function cpuMs(words, cwd) {
  const script = `TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>"$0"`;
  const log = join(cwd, 'stderr.log');
  const ran = spawnSync('bash', ['-c', script, log, process.execPath, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (ran.status !== 0)
    throw new Error(`${words.join(' ')} ended with ${ran.status}: ${ran.stderr}; see ${log}`);
  const [user, system] = ran.stderr.trim().split(/\s+/).map(Number);
  return (user + system) * 1000;
}

function measure({ files, plain, plugged }) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const at = (words) => words.map((word) => (word.startsWith('node_modules/') ? join(root, word) : word));
  const forms = {
    alone: at(plain),
    plugged: at(plugged),
    report: [join(root, 'bin/benchmem.js'), 'test', '--no-summary', '--', process.execPath, ...at(plugged)],
  };
  const fastest = {};
  // In turn, so that other work on the machine meets each of them.
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, words] of Object.entries(forms)) {
      fastest[name] = Math.min(fastest[name] ?? Number.POSITIVE_INFINITY, cpuMs(words, folder));
    }
  }
  return fastest;
}

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
  const { alone, plugged, report } = measure(runner);
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
rmSync(folder, { recursive: true, force: true });
process.exitCode = failed ? 1 : 0;
