// What the section after a run takes of it: 200 saved runs of 50 benchmarks with 50 rounds each, the first time, with the
// index that this leaves, and beside reading all files. `--check` exits 1 where a run waits for more than a second, and
// where the index is slower than reading.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openSaved, sinceLast } from '../../build/modules/cli/suite/since.js';
import { openFolderStore } from '../../build/modules/runfile/folder-store.js';
import { readRunFile } from '../../build/modules/runfile/read.js';
import { discoverRuns, machineFolder } from '../../build/modules/runfile/storage.js';

const mostMs = 1000;
const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    // In a child: what to time, in which folder, with which cache.
    time: { type: 'string' },
    folder: { type: 'string' },
    cache: { type: 'string' },
    runs: { type: 'string', default: '200' },
    benchmarks: { type: 'string', default: '50' },
  },
});
const [runs, benchmarks] = [Number(options.runs), Number(options.benchmarks)];
const cwd = options.folder ?? mkdtempSync(join(os.tmpdir(), 'benchmem-history-'));

const machine = {
  system: os.type(),
  runtime: 'Node.js',
  runtime_version: process.versions.node,
  cpu: { brand_raw: 'x', count: 2 },
};
const environment = {
  mode: 'preloaded',
  allocator: { name: 'jemalloc', version: '5' },
  node: process.versions.node,
  flags: {},
};

// Every time varies a little, so that each change has to be judged by its rounds.
function benchmark(n, run) {
  const data = Array.from(
    { length: 50 },
    (_, round) => 0.001 * (1 + (((round * 7 + run * 3 + n) % 50) / 50) * (run % 2 ? 0.2 : 0.24)),
  );
  const sorted = [...data].sort((a, b) => a - b);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return {
    group: null,
    name: `case[${n}]`,
    fullname: `src/some/folder/file.bench.ts::group::case[${n}]`,
    params: { n },
    param: null,
    options: {},
    extra_info: {
      benchmem: {
        peak_bytes: [1000 + n, 1000 + n],
        allocations: [n, n],
        total_bytes: [2000, 2000],
        environment,
      },
    },
    stats: {
      min: sorted[0],
      max: sorted.at(-1),
      mean,
      median: sorted[25],
      stddev: 0,
      rounds: 50,
      iterations: 1,
      data,
    },
  };
}

function runOf(number) {
  return {
    machine_info: machine,
    commit_info: { id: String(number).repeat(8), branch: 'main' },
    datetime: new Date(1_700_000_000_000 + number * 60_000).toISOString(),
    version: '1',
    benchmarks: Array.from({ length: benchmarks }, (_, n) => benchmark(n, number)),
    benchmem: { schema: 1, complete: true, kind: 'run', tags: {}, failures: [] },
  };
}

function saveAll() {
  const folder = join(cwd, '.benchmarks', machineFolder());
  mkdirSync(folder, { recursive: true });
  for (let number = 1; number <= runs; number += 1) {
    const path = join(folder, `${String(number).padStart(4, '0')}_main.json`);
    writeFileSync(path, JSON.stringify(runOf(number), null, 2));
  }
}

const clock = { now: () => new Date(), elapsedMs: () => performance.now(), every: () => () => {} };
const world = {
  cwd,
  env: {},
  clock,
  git: () => async () => '',
  openStore: async () =>
    // WHY: the clock is an hour ahead, because files that are two seconds old are read again, and here all of them are.
    openFolderStore({ cwd, cache: join(cwd, options.cache), now: () => Date.now() + 3_600_000 }),
};
const words = { original: ['orig'], reference: ['new'], postfixLabels: {}, groupBy: [] };
const args = { history: true, kind: 'run', renames: [], columns: ['time', 'peak'], words };
const screen = { isTerminal: false, columns: 120, unlimited: true, color: false };

async function section() {
  const started = performance.now();
  const saved = await openSaved(args, world, 'main');
  const found = await sinceLast(
    saved,
    { file: runOf(runs + 1), node: process.versions.node, isSaved: false },
    args,
    world,
  );
  const text = found.text(screen, false);
  if (!text.includes(`against ${String(runs).padStart(4, '0')}_main`))
    throw new Error(`no section:\n${text}`);
  return performance.now() - started;
}

// The heads of all runs: what the index is for.
async function list() {
  const started = performance.now();
  await (await world.openStore()).list();
  return performance.now() - started;
}

async function readAll() {
  const started = performance.now();
  for (const path of await discoverRuns('.benchmarks', { cwd })) await readRunFile(path, join(cwd, path));
  return performance.now() - started;
}

// WHY: each of three runs is a child, and the fastest counts, because a user's command begins cold, and other work runs beside
// it.
function fastest(what, cacheOf) {
  const times = [1, 2, 3].map((at) => {
    const words = ['--time', what, '--folder', cwd, '--cache', cacheOf(at)];
    const sizes = ['--runs', options.runs, '--benchmarks', options.benchmarks];
    const script = fileURLToPath(import.meta.url);
    return Number(execFileSync(process.execPath, [script, ...words, ...sizes], { encoding: 'utf8' }));
  });
  return Math.min(...times);
}

function report() {
  saveAll();
  const first = fastest('section', (at) => `cache-${at}`);
  const indexed = fastest('section', () => 'cache-1');
  const listing = fastest('list', () => 'cache-1');
  const reading = fastest('reading', () => 'none');
  process.stdout.write(
    `${runs} runs of ${benchmarks} benchmarks: ${first.toFixed(0)} ms the first time, ${indexed.toFixed(0)} ms with the index; the heads of all runs ${listing.toFixed(0)} ms, reading all files ${reading.toFixed(0)} ms\n`,
  );
  const wrong = [
    ...(first > mostMs ? [`the first section took more than ${mostMs} ms`] : []),
    ...(indexed > mostMs ? [`a section took more than ${mostMs} ms`] : []),
    ...(listing > reading ? ['the index is slower than reading'] : []),
  ];
  for (const line of wrong) process.stdout.write(`${line}\n`);
  if (options.check && wrong.length > 0) process.exitCode = 1;
}

if (options.time === undefined) {
  try {
    report();
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
} else {
  const spent = await { section, list, reading: readAll }[options.time]();
  process.stdout.write(String(spent));
}
