// What `benchmem history` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { colorFlag, formatFlag, renameFlag } from '../common-flags.js';

const groups = {
  what: 'Which runs:',
  rows: 'Which series:',
  gate: 'When to fail:',
  accept: 'Steps that are meant:',
  output: 'Output:',
};

const options = {
  storage: {
    group: groups.what,
    nargs: 1,
    describe: 'Folder of saved runs, or a database: postgres: (default: .benchmarks)',
  },
  branch: {
    group: groups.what,
    nargs: 1,
    describe: 'Runs of this branch, or all (default: the main branch, if a run is of it)',
  },
  machine: {
    group: groups.what,
    nargs: 1,
    describe:
      'Series of this machine folder, of environments that contain this text, or all (default: the environments of the newest runs)',
  },
  since: { group: groups.what, nargs: 1, describe: 'Runs from this day or commit on: 2026-01-31, 753bb27e' },
  last: { group: groups.what, nargs: 1, describe: 'Only the newest N runs (default: 500)' },
  metric: {
    repeatable: true,
    group: groups.rows,
    nargs: 1,
    describe: 'A metric or field; may be repeated (default: time and peak)',
  },
  where: {
    repeatable: true,
    group: groups.rows,
    nargs: 1,
    describe: 'Only benchmarks whose K is V: --where group=io; may be repeated (all must hold)',
  },
  rename: { ...renameFlag, group: groups.rows },
  'fail-on-step': {
    repeatable: true,
    group: groups.gate,
    nargs: 1,
    describe:
      'Exit 1 if METRIC has a step to the worse, METRIC:PERCENT if by more; may be repeated: peak, time:5%',
  },
  within: {
    group: groups.gate,
    nargs: 1,
    describe: 'Only steps among the newest N runs of a series (default: 10)',
  },
  'require-baseline': {
    group: groups.gate,
    type: 'boolean',
    negatable: true,
    describe: 'Exit 2 if no series of METRIC is saved yet (default: in CI)',
  },
  accept: {
    repeatable: true,
    group: groups.accept,
    nargs: 1,
    describe: 'ID@COMMIT: this step is meant; it is shown and fails nothing; may be repeated',
  },
  note: { group: groups.accept, nargs: 1, describe: 'Why it is: kept with the step' },
  format: { ...formatFlag, group: groups.output },
  color: { ...colorFlag, group: groups.output },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 history [ID...] [options]\n\nShows the saved runs of a branch in the order of their commits: what each figure is now, and since which commit. An ID is a benchmark, or a part of its id (default: all).',
  options,
  examples: [
    ['$0 history', 'what changed, and since when'],
    ["$0 history 'parse[1000]' --metric peak", 'one benchmark'],
    ['$0 history --fail-on-step peak --fail-on-step time:5%', 'exit 1 on a step to the worse'],
    ["$0 history --accept 'a.bench.ts::parse@753bb27e' --note 'keeps the tree'", 'a step that is meant'],
  ],
};
