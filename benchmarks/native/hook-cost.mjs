// Prints what the hooks cost, as ratios to the unhooked allocator measured in the same run.
// Many short runs, variants interleaved, and the fastest of each counts: the machine's noise only ever adds.

import { execFileSync, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { builtPaths, loop, requireBuilt, unhooked, variants } from './lib/variants.mjs';

const { values: options } = parseArgs({
  options: { ...builtPaths, repetitions: { type: 'string' }, only: { type: 'string' } },
});

// WHY: they are short, because a run of some 20 ms is often left alone by everything else on the machine, and one of a second
// never.
const workloads = [
  { key: 'one', name: '1 thread, 100 live blocks', runs: 25, plan: 'pairs 1 100 400000 1024' },
  { key: 'two', name: '2 threads contending', runs: 15, plan: 'pairs 2 100 400000 1024' },
  { key: 'eight', name: '8 threads contending', runs: 15, plan: 'pairs 8 100 100000 1024' },
  { key: 'five', name: '5 million live blocks', runs: 3, plan: 'pairs 1 5000000 5000000 256' },
  { key: 'growth2', name: 'pure growth, 2 threads', runs: 7, plan: 'growth 2 0 500000 256' },
  { key: 'growth8', name: 'pure growth, 8 threads', runs: 7, plan: 'growth 8 0 125000 256' },
  { key: 'growth64', name: 'pure growth, 64 threads', runs: 7, plan: 'growth 64 0 15000 256' },
];

function measure(plan, variant) {
  const env = { ...process.env };
  delete env.LD_PRELOAD;
  if (variant.allocator)
    Object.assign(env, { LD_PRELOAD: options.preload, BENCHMEM_ALLOCATOR: variant.allocator });
  const args = [...plan.split(' '), variant.window, ...(variant.attached ? [options.attached] : [])];
  const { nanosecondsPerOperation } = JSON.parse(
    execFileSync(options.program, args, { env, encoding: 'utf8' }),
  );
  return nanosecondsPerOperation;
}

/** Every variant once a round, each round beginning with another one; each variant's costs in ascending order. */
function sortedCosts({ plan, runs }) {
  const rounds = options.repetitions === undefined ? runs : Number(options.repetitions);
  const costs = new Map(variants.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (let step = 0; step < variants.length; step += 1) {
      const variant = variants[(round + step) % variants.length];
      costs.get(variant).push(measure(plan, variant));
    }
  }
  for (const list of costs.values()) list.sort((a, b) => a - b);
  return costs;
}

function heaptrackCosts(plan) {
  if (spawnSync('heaptrack', ['--version']).status !== 0) return undefined;
  const args = ['-o', '/dev/null', options.program, ...plan.split(' '), 'closed'];
  const costs = Array.from({ length: 5 }, () => {
    const output = execFileSync('heaptrack', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const line = output.split('\n').find((text) => text.startsWith('{"nanosecondsPerOperation"'));
    return line === undefined ? undefined : JSON.parse(line).nanosecondsPerOperation;
  });
  return costs.includes(undefined) ? undefined : costs.sort((a, b) => a - b);
}

const times = (value) => `${value.toFixed(2)}x`.padStart(8);

function printRow(name, sorted, base, around) {
  const fastest = sorted[0];
  const quarter = sorted[Math.floor(sorted.length / 4)];
  const net = fastest > around ? times((fastest - around) / (base - around)) : '-'.padStart(8);
  const spread = `+${(((quarter - fastest) / fastest) * 100).toFixed(0)} %`.padStart(7);
  const cost = `${fastest.toFixed(1).padStart(7)} ns`;
  process.stdout.write(`  ${name.padEnd(28)} ${cost} ${times(fastest / base)} ${net} ${spread}\n`);
}

function benchWorkload(workload) {
  const { key, name, plan } = workload;
  const costs = sortedCosts(workload);
  const base = costs.get(unhooked)[0];
  const around = costs.get(loop)[0];
  const what = plan.startsWith('growth') ? 'malloc' : 'malloc + free pair';
  process.stdout.write(`\n${name}: thread CPU per ${what}, fastest of ${costs.get(loop).length};`);
  process.stdout.write(' ratio, ratio without the loop, next quarter\n');
  for (const [variant, sorted] of costs) printRow(variant.name, sorted, base, around);
  const heaptrack = key === 'one' ? heaptrackCosts(plan) : undefined;
  if (heaptrack !== undefined) printRow('heaptrack', heaptrack, base, around);
}

requireBuilt(options);
for (const workload of workloads) {
  if (!options.only || options.only.split(',').includes(workload.key)) benchWorkload(workload);
}
