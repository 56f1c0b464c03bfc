// What starting benchmem costs beside a node that does nothing: CPU time of the version, of help, and of exec around a program
// that does nothing. Usage: npm run bench -- start-up [--check] [--rounds 11] [--package FOLDER]. Medians, all in turn;
// --check fails where one takes more over a plain node than its limit.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/lib/paths.mjs';
import { medianSeconds } from '../lib/cpu-seconds.mjs';

const { values: flags } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    package: { type: 'string', default: root },
    rounds: { type: 'string', default: '11' },
  },
});

// Seconds over a plain node: 0.001, 0.001, 0.03, 0.06 and 0.12. As a bundle of ES modules, with yargs for each line: 0.01, 0.01, 0.06,
// 0.09 and 0.19; before there was a bundle: 0.10, 0.12, 0.12, 0.14 and 0.27.
const starts = [
  { words: ['--version'], most: 0.01 },
  { words: ['version'], most: 0.01 },
  { words: ['--help'], most: 0.05 },
  { words: ['run', '--help'], most: 0.09 },
  { words: ['exec', '--', process.execPath, '-e', '0'], most: 0.15 },
];
const program = resolve(flags.package, 'bin/benchmem.js');

const lines = [['-e', '0'], ...starts.map(({ words }) => [program, ...words])];
const [plain, ...started] = medianSeconds(lines, Number(flags.rounds));
process.stdout.write(`a plain node: ${plain.toFixed(3)} s of CPU time\n`);
for (const [at, { words, most }] of starts.entries()) {
  const over = started[at] - plain;
  const name = words.join(' ').replace(process.execPath, 'node');
  const verdict = over > most ? `more than ${most}` : `at most ${most}`;
  process.stdout.write(
    `benchmem ${name}: ${started[at].toFixed(3)} s, ${(started[at] / plain).toFixed(2)} plain nodes, ${over.toFixed(3)} s over one (${verdict})\n`,
  );
  if (flags.check && over > most) process.exitCode = 1;
}
