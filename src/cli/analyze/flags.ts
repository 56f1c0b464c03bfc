// What `benchmem analyze` accepts, as its help says it; read.ts says what it means.
import { postfixFlags } from '../case-words.js';
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag, formatFlag, renameFlag } from '../common-flags.js';
import { gateFlags } from '../gate-flags.js';

const groups = {
  what: 'Which runs:',
  rows: 'Which rows:',
  gate: 'When to fail:',
  output: 'Output:',
};

const options = {
  candidate: {
    group: groups.what,
    nargs: 1,
    describe: 'The newer run: an id, a tag, 0003, a name, latest, a commit (default: the newest)',
  },
  reference: {
    group: groups.what,
    nargs: 1,
    describe: 'What it is compared with (default: the run before it)',
  },
  'all-machines': {
    group: groups.what,
    type: 'boolean',
    describe: 'Runs of other machines and environments too',
  },
  last: { group: groups.what, nargs: 1, describe: 'Only the newest N runs' },
  where: {
    repeatable: true,
    group: groups.rows,
    nargs: 1,
    describe: 'Only benchmarks whose K is V: --where group=io; may be repeated (all must hold)',
  },
  rename: { ...renameFlag, group: groups.rows },
  columns: {
    group: groups.rows,
    nargs: 1,
    describe: 'Metrics or fields, comma-separated (default: time,peak)',
  },
  'group-by': {
    repeatable: true,
    group: groups.rows,
    nargs: 1,
    describe:
      'custom, custom:KEY, group, marks, params, param:NAME, name, fullname, fullfunc, func, module, class, postfix; commas or repeated (default: the first of custom, group, marks, params)',
  },
  'exclude-param': {
    repeatable: true,
    group: groups.rows,
    nargs: 1,
    describe: 'A param that tells no cases apart: they are averaged over it; may be repeated',
  },
  'distinct-param': {
    repeatable: true,
    group: groups.rows,
    nargs: 1,
    describe: 'A row for each value of this param; may be repeated',
  },
  ...postfixFlags(groups.rows),
  threshold: {
    group: groups.rows,
    nargs: 1,
    describe: 'A time that changed by less counts as noise (default: 1%)',
  },
  sort: {
    group: groups.rows,
    nargs: 1,
    choices: ['name', 'change'],
    describe: 'Rows by name, or the biggest growth first (default: name)',
  },
  'profiler-folder': {
    group: groups.rows,
    nargs: 1,
    describe: 'Folder of JSON profiles: the function that a row spends most in',
  },
  ...gateFlags(groups.gate),
  confidence: {
    group: groups.gate,
    nargs: 1,
    describe:
      'How sure it must be that a time whose rounds were kept is no noise, and that a limit is passed (default: 0.95, and plain limits)',
  },
  'fail-on-pair': {
    repeatable: true,
    group: groups.gate,
    nargs: 1,
    describe: 'As --fail-on, from an original to its newer implementation in one run; may be repeated',
  },
  format: { ...formatFlag, group: groups.output },
  color: { ...colorFlag, group: groups.output },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 analyze [STORAGE] [options]\n\nCompares two saved runs method by method: the newest with the one before it of the same machine and environment, by default. STORAGE is a folder of run files, or a database: postgres: (default: .benchmarks).',
  options,
  examples: [
    ['$0 analyze', 'the newest run against the one before'],
    ['$0 analyze --reference main --group-by group', 'against a run that was saved as main'],
    ['$0 analyze --original-postfix orig --reference-postfix new', 'parse_orig against parse_new, too'],
    ['$0 analyze --fail-on peak:10% --fail-on-pair time:0%', 'exit 1 on a regression'],
  ],
};
