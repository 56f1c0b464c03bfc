// What `benchmem push` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { databaseFlag } from '../common-flags.js';

const options = { storage: databaseFlag } as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 push [RUNS...] [options]\n\nCopies runs into a database, each once: a run that is there already stays as it is. RUNS are run files and folders of them (default: .benchmarks).',
  options,
  examples: [
    ['$0 push', 'every saved run of this folder'],
    ['$0 push .benchmem/unsent', 'what could not be saved when it was measured'],
  ],
};
