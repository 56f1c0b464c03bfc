// What `benchmem export` accepts, as its help says it; read.ts says what it means.
import { exportFormats } from '../../compare/export.js';
import type { CommandFlags, FlagTable } from '../command.js';
import { storageFlag } from '../common-flags.js';

const options = {
  format: { nargs: 1, choices: exportFormats, describe: 'What to write' },
  output: { alias: 'o', nargs: 1, describe: 'The file to write (default: standard output)' },
  storage: storageFlag,
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 export RUN --format FORMAT [options]\n\nWrites one run for another tool. RUN is a file, - for standard input, or a saved run.',
  options,
  examples: [
    ['$0 export run.json --format github-action-benchmark -o bench.json', 'for a dashboard of its history'],
    ['$0 export run.json --format junit -o junit.xml', 'for the test report of a CI server'],
  ],
};
