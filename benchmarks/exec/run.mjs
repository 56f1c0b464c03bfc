// What `benchmem exec` costs a whole program: wall time of tsc on this project, plain and observed, interleaved in one
// run. Usage: node benchmarks/exec/run.mjs [ROUNDS]. Prints ratios of medians; asserts nothing about time.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { root } from '../../scripts/lib/paths.mjs';

const rounds = Number(process.argv[2] ?? 5);
const tsc = [`${root}/node_modules/typescript/bin/tsc`, '-p', `${root}/tsconfig.json`, '--noEmit'];
const exec = (...options) => [`${root}/bin/benchmem.js`, 'exec', ...options, '--', process.execPath, ...tsc];
const settings = [
  { title: 'plain', args: tsc },
  { title: 'exec', args: exec() },
  { title: 'exec, a snapshot a second', args: exec('--interval', '1s') },
  { title: 'exec over jemalloc', args: exec('--allocator', 'jemalloc') },
];
const times = settings.map(() => []);

for (let round = 0; round < rounds; round += 1) {
  for (let step = 0; step < settings.length; step += 1) {
    const index = (round + step) % settings.length;
    const began = performance.now();
    const { status, stderr } = spawnSync(process.execPath, settings[index].args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${settings[index].title} ended with ${status}: ${stderr}`);
    times[index].push(performance.now() - began);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const medians = times.map(median);
for (const [index, { title }] of settings.entries()) {
  const ratio = (medians[index] / medians[0]).toFixed(2);
  process.stdout.write(`${title.padEnd(28)} ${ratio}  ${medians[index].toFixed(0)} ms\n`);
}
