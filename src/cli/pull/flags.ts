// What `benchmem pull` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { databaseFlag } from '../common-flags.js';

const options = {
  storage: databaseFlag,
  to: { nargs: 1, describe: 'The folder that they are copied into (default: .benchmarks)' },
  last: { nargs: 1, describe: 'Only the newest N runs' },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 pull [RUNS...] [options]\n\nCopies runs out of a database into a folder, each once. RUNS are numbers, names, latest or previous (default: all). A run keeps its number if that is free.',
  options,
  examples: [
    ['$0 pull --last 50', 'the newest runs, into .benchmarks'],
    ['$0 pull Linux-Node-20-64bit/12 --to evidence', 'one run'],
  ],
};
