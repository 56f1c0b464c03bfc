// Counts the instructions of a malloc + free pair in each mode, by callgrind: the same on every run, whatever else runs.
// A pair's count is the difference of a long and a short run, less the loop around the pairs.
//   --check: fails when a count differs from instructions.json by more than the tolerance that stands there
//   --record: writes instructions.json anew
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { builtPaths, loop, requireBuilt, variants } from './lib/variants.mjs';

const expectationFile = new URL('instructions.json', import.meta.url);
const { values: options } = parseArgs({
  options: {
    ...builtPaths,
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    only: { type: 'string' }, // accepted, because the other benchmarks of this folder take it
    repetitions: { type: 'string' },
  },
});

const workloads = [
  {
    key: 'small',
    name: 'blocks of 16 to 1,024 bytes, 100 live',
    bytes: '16-1024',
    short: 20_000,
    long: 70_000,
  },
  { key: 'large', name: 'blocks of 8 to 32 KiB, 100 live', bytes: '8192-32768', short: 5_000, long: 20_000 },
];

function stop(message, hint) {
  process.stderr.write(`${message}\n  hint: ${hint}\n`);
  process.exit(2);
}

function firstLine(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  return done.status === 0 ? done.stdout.split('\n')[0] : undefined;
}

/** What the counts depend on, other than our own code. */
function toolchain() {
  const { header } = process.report.getReport();
  return {
    compiler: firstLine('g++', ['-dumpfullversion']) ?? 'unknown',
    glibc: header.glibcVersionRuntime ?? 'unknown',
    architecture: process.arch,
  };
}

// WHY: the loader's own option is used, because LD_PRELOAD would reach valgrind itself, and leave the environment there.
function loader() {
  const path = process.report.getReport().sharedObjects.find((file) => /\/ld-[^/]*\.so/.test(file));
  return path ?? stop('the dynamic loader is not known', 'run it on Linux with glibc');
}

function instructions(workload, variant, operations) {
  const preload = variant.allocator ? [loader(), '--preload', options.preload] : [];
  const plan = ['pairs', '1', '100', String(operations), workload.bytes, variant.window];
  const args = ['--tool=callgrind', '--callgrind-out-file=/dev/null', ...preload, options.program, ...plan];
  if (variant.attached) args.push(options.attached);
  const env = { PATH: process.env.PATH, ...(variant.allocator && { BENCHMEM_ALLOCATOR: variant.allocator }) };
  const done = spawnSync('valgrind', args, { env, encoding: 'utf8' });
  const collected = /Collected : (\d+)/.exec(done.stderr)?.[1];
  if (done.status !== 0 || collected === undefined) {
    stop(
      `valgrind ${args.join(' ')} ended with code ${done.status}\n${done.stderr}`,
      'run the command by hand',
    );
  }
  return Number(collected);
}

function perPair(workload, variant) {
  const { short, long } = workload;
  return (instructions(workload, variant, long) - instructions(workload, variant, short)) / (long - short);
}

function countAll() {
  const counts = {};
  for (const workload of workloads) {
    const around = perPair(workload, loop);
    process.stdout.write(
      `\n${workload.name}: instructions of a malloc + free pair (the loop's ${around.toFixed(0)} left out)\n`,
    );
    counts[workload.key] = {};
    for (const variant of variants.filter((one) => one !== loop)) {
      const count = Number((perPair(workload, variant) - around).toFixed(1));
      counts[workload.key][variant.key] = count;
      process.stdout.write(`  ${variant.name.padEnd(28)} ${count.toFixed(1).padStart(7)}\n`);
    }
  }
  return counts;
}

function differences(expected, counts) {
  const { tolerance } = expected;
  return workloads.flatMap(({ key }) =>
    Object.entries(counts[key]).flatMap(([variant, count]) => {
      const before = expected.counts[key]?.[variant];
      if (before === undefined) return [`${key} ${variant}: ${count}, nothing is expected`];
      return Math.abs(count - before) > tolerance
        ? [`${key} ${variant}: ${before} expected, ${count} counted`]
        : [];
    }),
  );
}

requireBuilt(options);
if (firstLine('valgrind', ['--version']) === undefined) {
  stop('valgrind is missing, so no instruction can be counted', 'apt-get install valgrind');
}
const expected = JSON.parse(readFileSync(expectationFile, 'utf8'));
const here = toolchain();
if (options.check && JSON.stringify(here) !== JSON.stringify(expected.toolchain)) {
  stop(
    `the expected counts are those of ${JSON.stringify(expected.toolchain)}, this machine has ${JSON.stringify(here)}`,
    'compare two builds on this machine: --record on the older one, --check on the newer one',
  );
}
const counts = countAll();
if (options.record) {
  writeFileSync(
    expectationFile,
    `${JSON.stringify({ tolerance: expected.tolerance, toolchain: here, counts }, null, 2)}\n`,
  );
}
if (options.check) {
  const moved = differences(expected, counts);
  const verdict = moved.length === 0 ? `no count moved by more than ${expected.tolerance}` : moved.join('\n');
  process.stdout.write(`\n${verdict}\n`);
  process.exitCode = moved.length === 0 ? 0 : 1;
}
