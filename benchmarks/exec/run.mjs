// What `benchmem exec` costs a whole program: CPU time of tsc on this project, plain and observed, interleaved in one
// run. Usage: node benchmarks/exec/run.mjs [ROUNDS]. Prints ratios of the fastest; asserts nothing about time.
import { spawnSync } from 'node:child_process';
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
    times[index].push(cpuSeconds(settings[index]));
  }
}

// WHY a shell: node does not tell what its children used, user and system, theirs included.
function cpuSeconds({ title, args }) {
  const script = '"$@" 2>&1 >/dev/null; status=$?; times; exit $status';
  const { status, stdout } = spawnSync('bash', ['-c', script, 'bash', process.execPath, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${title} ended with ${status}: ${stdout}`);
  const children = stdout.trimEnd().split('\n').at(-1) ?? '';
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(([, m, s]) => Number(m) * 60 + Number(s));
  if (seconds.length !== 2) throw new Error(`bash said no times: ${children}`);
  return seconds[0] + seconds[1];
}

const fastest = times.map((values) => Math.min(...values));
for (const [index, { title }] of settings.entries()) {
  const ratio = (fastest[index] / fastest[0]).toFixed(2);
  process.stdout.write(`${title.padEnd(28)} ${ratio}  ${fastest[index].toFixed(1)} s\n`);
}
