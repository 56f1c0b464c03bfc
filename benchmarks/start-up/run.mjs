// What starting benchmem costs: the CPU time of --version and of help, beside that of a node that does nothing.
// Usage: node benchmarks/start-up/run.mjs [--check] [--rounds 15] [--package FOLDER].
// CPU time, all in turn and the fastest of each: other work on the machine only ever adds.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    package: { type: 'string', default: fileURLToPath(new URL('../..', import.meta.url)) },
    rounds: { type: 'string', default: '15' },
  },
});

// Times what a node takes that does nothing. Before a command loaded its own flags alone, it was 2.9, 3.3 and 3.8.
const starts = [
  { words: ['--version'], most: 3.0 },
  { words: ['--help'], most: 3.4 },
  { words: ['run', '--help'], most: 4.0 },
];

const reporter = fileURLToPath(new URL('./report-cpu.cjs', import.meta.url));
const program = resolve(flags.package, 'bin/benchmem.js');

function cpuMs(words) {
  const { status, output } = spawnSync(process.execPath, ['--require', reporter, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`);
  return Number(output[3]) / 1000;
}

const lines = [['-e', '0'], ...starts.map(({ words }) => [program, ...words])];
const fastest = lines.map(() => Number.POSITIVE_INFINITY);
for (let round = 0; round < Number(flags.rounds); round += 1)
  for (const [at, line] of lines.entries()) fastest[at] = Math.min(fastest[at], cpuMs(line));

const [alone, ...started] = fastest;
console.log(`node alone: ${alone.toFixed(1)} ms of CPU time`);
for (const [at, { words, most }] of starts.entries()) {
  const ratio = started[at] / alone;
  const isOver = ratio > most;
  console.log(
    `benchmem ${words.join(' ')}: ${started[at].toFixed(1)} ms, ${ratio.toFixed(2)} times node alone${isOver ? `, more than ${most}` : ''}`,
  );
  if (flags.check && isOver) process.exitCode = 1;
}
