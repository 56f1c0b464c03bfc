// Prints what the walk of a stack costs at three depths, beside the compiler's own unwinder on the same stack: the fastest of
// several runs each. With --check it fails where a walk takes more than a tenth of the unwinder's time.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildFolder } from '../../scripts/lib/paths.mjs';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean' }, repetitions: { type: 'string' } },
});
const folder = process.env.BENCHMEM_BENCH_FOLDER ?? `${buildFolder}/cmake-bench`;
const repetitions = Number(options.repetitions ?? 9);
const depths = [30, 80, 230];
const highestRatio = 0.1;

function measure(depth) {
  const runs = Array.from({ length: repetitions }, () =>
    JSON.parse(execFileSync(`${folder}/bench_walk_cost`, [String(depth), '20000'], { encoding: 'utf8' })),
  );
  const fastest = (name) => Math.min(...runs.map((run) => run[name]));
  return {
    frames: runs[0].frames,
    walk: fastest('walk'),
    unwinding: fastest('unwinding'),
    first: fastest('first'),
  };
}

process.stdout.write(`thread CPU of a walk, fastest of ${repetitions}\n`);
process.stdout.write('  frames      walk  a frame   libgcc   ratio   nothing cached\n');
let failed = 0;
for (const { frames, walk, unwinding, first } of depths.map(measure)) {
  const ratio = walk / unwinding;
  const row = [
    String(frames).padStart(8),
    `${walk.toFixed(0)} ns`.padStart(10),
    `${(walk / frames).toFixed(1)} ns`.padStart(9),
    `${(unwinding / 1000).toFixed(1)} us`.padStart(9),
    ratio.toFixed(3).padStart(8),
    `${(first / 1000).toFixed(1)} us`.padStart(14),
  ];
  process.stdout.write(`${row.join('')}\n`);
  if (ratio > highestRatio) failed += 1;
}
if (options.check && failed > 0) {
  process.stdout.write(`failed: a walk takes more than ${highestRatio} of the unwinder's time\n`);
  process.exitCode = 1;
}
