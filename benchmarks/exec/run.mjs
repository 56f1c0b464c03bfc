// What `benchmem exec` costs a whole program: CPU time of tsc on this project, plain and observed, interleaved in one
// run. Usage: node benchmarks/exec/run.mjs [ROUNDS]. Prints ratios of the fastest; asserts nothing about time.
import { root } from '../../scripts/lib/paths.mjs';
import { cpuSeconds } from '../lib/cpu-seconds.mjs';

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
    times[index].push(cpuSeconds(settings[index].args));
  }
}

const fastest = times.map((values) => Math.min(...values));
for (const [index, { title }] of settings.entries()) {
  const ratio = (fastest[index] / fastest[0]).toFixed(2);
  process.stdout.write(`${title.padEnd(28)} ${ratio}  ${fastest[index].toFixed(1)} s\n`);
}
