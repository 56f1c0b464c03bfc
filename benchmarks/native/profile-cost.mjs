// Prints what a profile adds to an allocation and its free at three depths: the fastest of several runs each. With --check
// it fails where a profiled pair takes more than so many times as long as a walk and a locked pair together.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildFolder } from '../../scripts/lib/paths.mjs';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, repetitions: { type: 'string' }, only: { type: 'string' } },
});
const folder = process.env.BENCHMEM_BENCH_FOLDER ?? `${buildFolder}/cmake-bench`;
const repetitions = Number(options.repetitions ?? 9);
const depths = [30, 80, 230];
const highestRatio = 2;

function measure(depth) {
  const runs = Array.from({ length: repetitions }, () =>
    JSON.parse(execFileSync(`${folder}/bench_profile_cost`, [String(depth), '20000'], { encoding: 'utf8' })),
  );
  const fastest = (name) => Math.min(...runs.map((run) => run[name]));
  const [walk, locked] = [fastest('walk'), fastest('locked')];
  const [profiled, differing] = [fastest('profiled'), fastest('differing')];
  return { frames: runs[0].frames, walk, locked, profiled, differing };
}

process.stdout.write(`thread CPU of an allocation and its free, fastest of ${repetitions}\n`);
process.stdout.write('  frames   locked     walk   profiled   ratio   two stacks   ratio\n');
let failed = 0;
for (const { frames, walk, locked, profiled, differing } of depths.map(measure)) {
  const ratios = [profiled, differing].map((cost) => cost / (walk + locked));
  const row = [
    String(frames).padStart(8),
    `${locked.toFixed(0)} ns`.padStart(9),
    `${walk.toFixed(0)} ns`.padStart(9),
    `${profiled.toFixed(0)} ns`.padStart(11),
    ratios[0].toFixed(2).padStart(8),
    `${differing.toFixed(0)} ns`.padStart(13),
    ratios[1].toFixed(2).padStart(8),
  ];
  process.stdout.write(`${row.join('')}\n`);
  if (Math.max(...ratios) > highestRatio) failed += 1;
}
if (options.check && failed > 0) {
  process.stdout.write(
    `failed: a profiled pair takes more than ${highestRatio} times a walk and a locked pair\n`,
  );
  process.exitCode = 1;
}
