// What `benchmem merge` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { storageFlag } from '../common-flags.js';

const options = {
  output: { alias: 'o', nargs: 1, describe: 'The run file to write; - for standard output' },
  storage: storageFlag,
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 merge RUNS... -o FILE\n\nPuts the shards of one run together. A benchmark in two shards, or shards of two commits, are errors; a missing shard is a warning.',
  options,
  examples: [['$0 merge shard-*.json -o run.json', 'what several CI jobs measured of one commit']],
};
