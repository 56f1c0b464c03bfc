// What comparing large runs costs: 10,000 benchmarks in each of 2 and of 10 runs; CPU time of the whole command (medians, in turn
// with a plain node), and its peak memory as `benchmem measure` gives it. Usage: npm run bench -- compare [--check]
// [--benchmarks N --rounds K]. --check fails where two runs take more plain nodes than `mostNodes`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { medianSeconds } from '../lib/cpu-seconds.mjs';

const bin = fileURLToPath(new URL('../../bin/benchmem.js', import.meta.url));
const job = fileURLToPath(new URL('./job.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    benchmarks: { type: 'string', default: '10000' },
    check: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
  },
});
// It took 12.5 where the build before took 18.6 in the same run. The aim is 9.
const mostNodes = 16;
const benchmarks = Number(values.benchmarks);
const environment = {
  mode: 'preloaded',
  allocator: { name: 'jemalloc', version: '5.3.0' },
  node: process.versions.node,
  cpu: 'a processor',
  cpu_count: 2,
  ram_bytes: 8 * 2 ** 30,
  flags: { peak: ['--predictable'], accounting: ['--predictable'] },
};

/** Figures that differ from run to run and from benchmark to benchmark; the rounds are kept, as `run` keeps them. */
function benchmark(index, run) {
  const peak = 1000 + ((index * 7919 + run * 131) % 1_000_000);
  const data = Array.from({ length: 5 }, (_, round) => 0.001 + ((index * 31 + round * 17 + run) % 100) / 1e6);
  const sorted = [...data].sort((a, b) => a - b);
  const memory = {
    peak_bytes: [peak, peak, peak + 64],
    allocations: [10, 10, 10],
    total_bytes: [peak * 2, peak * 2, peak * 2],
    environment,
    warnings: [],
  };
  const name = `b${index}[${index % 7}]`;
  return {
    group: `g${index % 20}`,
    name,
    fullname: `bench/m${index % 100}.bench.ts::g${index % 20}::${name}`,
    params: { n: index % 7 },
    param: String(index % 7),
    extra_info: { benchmem: memory },
    options: {},
    stats: {
      min: sorted[0],
      max: sorted[4],
      mean: sorted[2],
      median: sorted[2],
      stddev: 1e-6,
      rounds: 5,
      data,
    },
  };
}

function write(folder, run) {
  const list = Array.from({ length: benchmarks }, (_, index) => benchmark(index, run));
  const file = {
    machine_info: {},
    commit_info: {},
    benchmarks: list,
    benchmem: { schema: 1, complete: true },
  };
  writeFileSync(join(folder, `run-${run}.json`), JSON.stringify(file, null, 2));
}

function start(args, stdout) {
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
    stdio: ['ignore', stdout, 'pipe'],
  });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr}`);
}

const compareLine = (folder, count) => [
  bin,
  'compare',
  ...Array.from({ length: count }, (_, index) => join(folder, `run-${index}.json`)),
];

function peakBytes(folder, name) {
  const file = join(folder, `${name}.measured.json`);
  start(
    ['measure', job, '--export', name, '--args', JSON.stringify([folder]), '--repeats', '1', '--json', file],
    'ignore',
  );
  const [{ extra_info: extra }] = JSON.parse(readFileSync(file, 'utf8')).benchmarks;
  return Math.min(...extra.benchmem.peak_bytes);
}

const folder = mkdtempSync(join(tmpdir(), 'benchmem-compare-'));
try {
  for (let run = 0; run < 10; run += 1) write(folder, run);
  const bytes = readFileSync(join(folder, 'run-0.json')).length;
  process.stdout.write(`${benchmarks} benchmarks a run, ${(bytes / 2 ** 20).toFixed(1)} MiB a file\n`);
  const lines = [['-e', '0'], [bin, '--help'], compareLine(folder, 2), compareLine(folder, 10)];
  const [plain, help, two, ten] = medianSeconds(lines, Number(values.rounds));
  const time = (title, seconds) =>
    `${title.padEnd(10)} ${seconds.toFixed(2).padStart(6)} s of CPU ${(seconds / plain).toFixed(1).padStart(6)} plain nodes`;
  const line = (title, seconds, peak) =>
    `${time(title, seconds)}  peak ${(peak / 2 ** 20).toFixed(0).padStart(5)} MiB\n`;
  process.stdout.write(`${time('plain node', plain)}\n${time('--help', help)}\n`);
  process.stdout.write(line('2 runs', two, peakBytes(folder, 'two')));
  process.stdout.write(line('10 runs', ten, peakBytes(folder, 'ten')));
  process.stdout.write(`10 runs / 2 runs: ${(ten / two).toFixed(2)} (5.00 is linear)\n`);
  const nodes = two / plain;
  process.stdout.write(`2 runs: ${nodes.toFixed(1)} plain nodes, at most ${mostNodes}\n`);
  if (values.check && nodes > mostNodes) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
