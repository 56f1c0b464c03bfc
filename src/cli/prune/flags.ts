// What `benchmem prune` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag } from '../common-flags.js';

const groups = { what: 'Which runs go:', how: 'What is done:' };

const options = {
  storage: {
    group: groups.what,
    nargs: 1,
    describe: 'Folder of saved runs, or a database: postgres: (default: .benchmarks)',
  },
  keep: { group: groups.what, nargs: 1, describe: 'The newest N runs of a machine stay (default: 200)' },
  'keep-per-branch': {
    group: groups.what,
    nargs: 1,
    describe: 'And the newest N of each branch (default: 20)',
  },
  'older-than': { group: groups.what, nargs: 1, describe: 'Only older ones go: 90d, 12w, 36h' },
  'drop-rounds': {
    group: groups.how,
    nargs: 1,
    describe: 'Runs that stay keep N rounds of a benchmark, evenly spaced',
  },
  yes: { group: groups.how, type: 'boolean', describe: 'Do it; without it, only say what would be done' },
  color: { ...colorFlag, group: groups.how },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 prune [options]\n\nRemoves old saved runs. Those that were saved by a name stay, those of commits with an accepted step, and the newest of each branch.',
  options,
  examples: [
    ['$0 prune', 'what would go'],
    ['$0 prune --older-than 90d --yes', 'remove what is older than 90 days and not among the newest'],
    ['$0 prune --drop-rounds 20 --yes', 'smaller files, the same statistics'],
  ],
};
