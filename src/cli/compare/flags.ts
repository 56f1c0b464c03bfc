// What `benchmem compare` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag, formatFlag, renameFlag, storageFlag } from '../common-flags.js';
import { gateFlags } from '../gate-flags.js';

const groups = {
  what: 'What to compare:',
  view: 'What to show:',
  gate: 'When to fail:',
  output: 'Output:',
};

const options = {
  where: {
    repeatable: true,
    group: groups.what,
    nargs: 1,
    describe: 'Only benchmarks whose K is V: --where group=io; may be repeated (all must hold)',
  },
  pivot: { group: groups.what, nargs: 1, describe: 'One run: the values of this dim become the series' },
  rename: { group: groups.what, ...renameFlag },
  label: {
    repeatable: true,
    group: groups.what,
    alias: 'l',
    nargs: 1,
    describe: 'Name of a series, once for each of them',
  },
  storage: { group: groups.what, ...storageFlag },
  columns: {
    group: groups.view,
    nargs: 1,
    describe: 'Metrics or fields, comma-separated; extra:NAME shows a label (default: time,peak)',
  },
  stat: {
    group: groups.view,
    nargs: 1,
    describe:
      'min, max, mean, median, stddev, trend (of retained) or all (default: all; with --diff: min, trend)',
  },
  'group-by': {
    group: groups.view,
    nargs: 1,
    describe:
      "fullname, name, func, group, module, class, param:NAME, custom:KEY, comma-separated; '' for one table (default: fullname)",
  },
  sort: {
    group: groups.view,
    nargs: 1,
    choices: ['name', 'value', 'change'],
    describe: 'Rows of a table, by its first column (default: name)',
  },
  diff: {
    group: groups.view,
    type: 'boolean',
    describe: 'The first run, and what changed in each later one',
  },
  profiles: {
    group: groups.view,
    nargs: 2,
    describe:
      'Below each regression, or without a gate each benchmark that got worse, the three stacks that moved most: --profiles BASE_DIR HEAD_DIR, the folders that run --profile made',
  },
  ...gateFlags(groups.gate),
  format: { ...formatFlag, group: groups.output },
  csv: {
    group: groups.output,
    nargs: 1,
    describe:
      'Write the raw values to FILE as well; - for standard output, and the table goes to standard error',
  },
  color: { group: groups.output, ...colorFlag },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 compare RUNS... [options]\n\nPuts runs side by side, the first being the base. A run is a file, a folder of runs, - for standard input, or a storage reference (0003, a name, latest, previous).',
  options,
  examples: [
    ['$0 compare base.json head.json', 'both, with multipliers against the best'],
    ['$0 compare base.json head.json --diff', 'what changed'],
    ['$0 compare base.json head.json --fail-on peak:10% --fail-on allocations:5%', 'exit 1 on a regression'],
    ['$0 compare base.json head.json --fail-on peak:10% --profiles base head', 'and which stacks grew'],
    ['$0 compare run.json --pivot allocator', 'the values of one dim, side by side'],
  ],
};
