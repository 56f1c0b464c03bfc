// What `benchmem publish` accepts, as its help says it; read.ts says what it means.

import { boardFlags } from '../board-flags.js';
import type { CommandFlags, FlagTable } from '../command.js';

const groups = { what: 'What:', output: 'Output:' };

const options = {
  ...boardFlags(groups.what),
  last: { group: groups.what, nargs: 1, describe: 'Only the newest N runs of each machine (default: 500)' },
  metric: {
    repeatable: true,
    group: groups.what,
    nargs: 1,
    describe: 'Only pages of this metric; may be repeated (default: all)',
  },
  output: {
    alias: 'o',
    group: groups.output,
    nargs: 1,
    describe: 'The folder to write: a new or empty one, or one that this command wrote',
  },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 publish [STORAGE] -o DIR [options]\n\nWrites the pages of the dashboard as files that open without a server, from a folder or below any address. The same runs give the same bytes; files of an earlier call that are not written again are removed. STORAGE is a folder of run files, or a database: postgres: (default: .benchmarks).',
  options,
  examples: [
    ['$0 publish -o site', 'then open site/index.html'],
    ['$0 publish -o site --metric peak --last 200', 'fewer and smaller files'],
  ],
};
