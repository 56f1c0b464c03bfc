// What comparing large runs costs: 10,000 benchmarks in each of 2 and of 10 runs; the time of the whole command (fastest of some), and its
// peak memory as `benchmem measure` gives it. Usage: npm run bench -- compare [--benchmarks N --rounds K]. Asserts nothing.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const bin = fileURLToPath(new URL('../../bin/benchmem.js', import.meta.url));
const job = fileURLToPath(new URL('./job.mjs', import.meta.url));
const { values } = parseArgs({
  options: { benchmarks: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
});
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
  const from = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
    stdio: ['ignore', stdout, 'pipe'],
  });
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr}`);
  return performance.now() - from;
}

function fastest(folder, count) {
  const runs = Array.from({ length: count }, (_, index) => join(folder, `run-${index}.json`));
  const times = Array.from({ length: Number(values.rounds) }, () => start(['compare', ...runs], 'ignore'));
  return Math.min(...times);
}

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
  const idle = start(['--version'], 'ignore');
  const [two, ten] = [fastest(folder, 2), fastest(folder, 10)];
  const line = (title, ms, peak) =>
    `${title.padEnd(10)} ${(ms / 1000).toFixed(2).padStart(6)} s  peak ${(peak / 2 ** 20).toFixed(0).padStart(5)} MiB\n`;
  process.stdout.write(`start only ${(idle / 1000).toFixed(2).padStart(6)} s\n`);
  process.stdout.write(line('2 runs', two, peakBytes(folder, 'two')));
  process.stdout.write(line('10 runs', ten, peakBytes(folder, 'ten')));
  process.stdout.write(`10 runs / 2 runs: ${(ten / two).toFixed(2)} (5.00 is linear)\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
