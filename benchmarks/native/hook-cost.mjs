// Prints what the hooks cost, as ratios to the unhooked allocator measured in the same run.
// Variants are interleaved and the fastest repetition of each counts: the machine's noise only ever adds.

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = process.env.BENCHMEM_BENCH_FOLDER ?? `${root}build/cmake-bench`;
const { values: options } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '7' },
    program: { type: 'string', default: `${folder}/bench_hook_cost` },
    attached: { type: 'string', default: `${folder}/libbenchmem_attached.so` },
    preload: { type: 'string', default: `${root}build/Release/libbenchmem.so` },
    only: { type: 'string' },
  },
});

const variants = [
  { name: 'unhooked glibc', window: 'closed' },
  { name: 'attached, window closed', window: 'closed', attached: true },
  { name: 'attached, window open', window: 'open', attached: true },
  { name: 'preloaded jemalloc, closed', window: 'closed', allocator: 'jemalloc' },
  { name: 'preloaded jemalloc, open', window: 'open', allocator: 'jemalloc' },
  { name: 'preloaded system, closed', window: 'closed', allocator: 'system' },
  { name: 'preloaded system, open', window: 'open', allocator: 'system' },
];

const workloads = [
  { key: 'one', name: '1 thread, 100 live blocks', plan: ['pairs', '1', '100', '4000000', '1024'] },
  { key: 'two', name: '2 threads contending', plan: ['pairs', '2', '100', '3000000', '1024'] },
  { key: 'eight', name: '8 threads contending', plan: ['pairs', '8', '100', '800000', '1024'] },
  { key: 'five', name: '5 million live blocks', plan: ['pairs', '1', '5000000', '5000000', '256'] },
  { key: 'growth2', name: 'pure growth, 2 threads', plan: ['growth', '2', '0', '1000000', '256'] },
  { key: 'growth8', name: 'pure growth, 8 threads', plan: ['growth', '8', '0', '250000', '256'] },
  { key: 'growth64', name: 'pure growth, 64 threads', plan: ['growth', '64', '0', '30000', '256'] },
];

function measure(plan, variant) {
  const env = { ...process.env };
  delete env.LD_PRELOAD;
  if (variant.allocator)
    Object.assign(env, { LD_PRELOAD: options.preload, BENCHMEM_ALLOCATOR: variant.allocator });
  const args = [...plan, variant.window, ...(variant.attached ? [options.attached] : [])];
  return JSON.parse(execFileSync(options.program, args, { env, encoding: 'utf8' }));
}

function fastestOf(plan, names) {
  const best = new Map();
  for (let repetition = 0; repetition < Number(options.repetitions); repetition += 1) {
    for (const variant of names) {
      const { nanosecondsPerOperation: cost } = measure(plan, variant);
      best.set(variant.name, Math.min(cost, best.get(variant.name) ?? Number.POSITIVE_INFINITY));
    }
  }
  return best;
}

function heaptrackSeconds(plan) {
  if (spawnSync('heaptrack', ['--version']).status !== 0) return undefined;
  const output = execFileSync('heaptrack', ['-o', '/dev/null', options.program, ...plan, 'closed'], {
    encoding: 'utf8',
  });
  const line = output.split('\n').find((text) => text.startsWith('{"nanosecondsPerOperation"'));
  return line === undefined ? undefined : JSON.parse(line).nanosecondsPerOperation;
}

for (const path of [options.program, options.attached, options.preload]) {
  if (existsSync(path)) continue;
  process.stderr.write(`missing ${path}\n  hint: npm run bench:native builds it\n`);
  process.exit(2);
}

for (const { key, name, plan } of workloads) {
  if (options.only && !options.only.split(',').includes(key)) continue;
  const best = fastestOf(plan, variants);
  const unhooked = best.get('unhooked glibc');
  process.stdout.write(
    `\n${name} (thread CPU per ${plan[0] === 'growth' ? 'malloc' : 'malloc + free pair'})\n`,
  );
  for (const [variant, cost] of best) {
    process.stdout.write(
      `  ${variant.padEnd(28)} ${cost.toFixed(1).padStart(7)} ns   ${(cost / unhooked).toFixed(2)}x\n`,
    );
  }
  const heaptrack = key === 'one' ? heaptrackSeconds(plan) : undefined;
  if (heaptrack !== undefined) {
    process.stdout.write(
      `  ${'heaptrack'.padEnd(28)} ${heaptrack.toFixed(1).padStart(7)} ns   ${(heaptrack / unhooked).toFixed(2)}x\n`,
    );
  }
}
