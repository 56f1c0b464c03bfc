// The flags that `benchmem run` and `benchmem measure` share, as yargs shows them: their groups, descriptions and kinds.
// Their meaning is in options.ts; a config file's keys are the same names in camel case.
import { memoryOptions, timingOptions } from '../../engine/shared-options.js';
import { postfixFlags } from '../case-words.js';
import type { Flag, FlagTable } from '../command.js';
import { colorFlag } from '../common-flags.js';
import { flagsOf } from '../option-flags.js';

export const groups = {
  memory: 'Memory:',
  time: 'Time:',
  compare: 'Compare:',
  history: 'History:',
  output: 'Output:',
} as const;

export interface FlagWords {
  /** The heading above what is measured. */
  readonly what: string;
  /** Whether times are taken unless a flag says otherwise. */
  readonly times: boolean;
}

// WHY: flags that take a value have no `type`, because yargs then passes the text on as it was typed, for an error to repeat it.
const { timeoutMs, calls, threads, exposePrivate, ...passOptions } = memoryOptions;

const selection = (what: string) =>
  ({
    shard: {
      group: what,
      nargs: 1,
      describe:
        'Only part I/N of the benchmarks, divided by id; a part may hold none (merge joins the files)',
    },
    shuffle: { group: what, type: 'boolean', describe: 'Measure in random order' },
    jobs: {
      group: what,
      nargs: 1,
      describe: 'N benchmarks take memory passes side by side; times are taken alone (default: up to 4)',
    },
    ...flagsOf({ timeoutMs }, what),
    node: { group: what, nargs: 1, describe: 'Run the benchmarks with the node at PATH' },
    'node-arg': { repeatable: true, group: what, nargs: 1, describe: 'Flag for that node; may be repeated' },
    config: { group: what, nargs: 1, describe: 'Config FILE (default: benchmem.config.ts, .js, ...)' },
  }) as const;

/** Those of memory passes that `measure` alone has. */
export const callFlags = flagsOf({ calls, threads, exposePrivate }, groups.memory);

const memoryFlags = {
  memory: {
    group: groups.memory,
    type: 'boolean',
    describe: 'Memory passes, or --no-memory (default: on)',
  },
  ...flagsOf(passOptions, groups.memory),
} as const;

const ruleFlags = flagsOf(timingOptions, groups.time);

const compareFlags = {
  compare: {
    bare: true,
    group: groups.compare,
    describe:
      'Compare with the latest saved run, or --compare=REF: a number, a name, a file, base or base:BRANCH (the nearest run of where this branch left the main one, or BRANCH)',
  },
  'compare-fail': {
    repeatable: true,
    group: groups.compare,
    nargs: 1,
    describe: 'Fail if FIELD grew by more: peak:5%, allocated:1MiB, retained:10%+64KiB; may be repeated',
  },
  'compare-fail-on-change': {
    repeatable: true,
    group: groups.compare,
    nargs: 1,
    describe: 'Fail if FIELD grew or fell by more; may be repeated',
  },
  rename: {
    repeatable: true,
    group: groups.compare,
    nargs: 1,
    describe:
      'OLD=NEW: what the saved run calls OLD is NEW; ids, or prefixes that end in ::; may be repeated',
  },
  against: {
    group: groups.compare,
    nargs: 1,
    choices: ['run', 'level'],
    describe:
      "What limits are judged against: the run that is compared with, or each figure's level since its last step and at least 3.5 of its standard deviations (default: run)",
  },
  'main-branch': {
    group: groups.compare,
    nargs: 1,
    describe: "What --compare=base and history mean (default: origin's HEAD, else main or master)",
  },
  'require-baseline': {
    group: groups.compare,
    type: 'boolean',
    describe: 'No saved run to compare with is an error (default: in CI)',
  },
} as const;

const historyFlags = {
  history: {
    group: groups.history,
    type: 'boolean',
    describe: 'What changed since the last saved run, below the table, or --no-history (default: on)',
  },
  ...postfixFlags(groups.history),
  'analyze-group-by': {
    repeatable: true,
    group: groups.history,
    nargs: 1,
    describe: 'Groups of that and of analyze: group, custom:KEY, param:NAME, ...; may be repeated',
  },
} as const;

const profileFlags = {
  profile: {
    group: groups.memory,
    nargs: 1,
    describe: 'Keep the stacks behind the native figures in DIR; with --compare-fail of what is over a limit',
  },
  'profile-native': {
    group: groups.memory,
    type: 'boolean',
    describe: 'Native frames too, or --no-profile-native (default: on)',
  },
} as const;

const outputFlags = {
  columns: {
    group: groups.output,
    nargs: 1,
    describe: 'Metrics of the table (default: time,peak, and what --objects and --rss add)',
  },
  stats: { group: groups.output, nargs: 1, describe: 'Their statistics (default: min,mean,max)' },
  table: {
    group: groups.output,
    nargs: 1,
    choices: ['combined', 'split'],
    describe: 'One table, or one per metric (default: combined)',
  },
  reporter: {
    repeatable: true,
    group: groups.output,
    nargs: 1,
    describe: 'table, json, junit, github, or NAME=FILE; may be repeated',
  },
  json: {
    group: groups.output,
    nargs: 1,
    describe: 'Write the run file FILE, renewed after each benchmark; - for standard output, at the end',
  },
  save: { group: groups.output, nargs: 1, describe: 'Save the run as NAME in the storage' },
  'save-rounds': {
    group: groups.output,
    nargs: 1,
    describe: 'The saved run keeps N rounds of a benchmark, evenly spaced, or all (default: 50)',
  },
  autosave: { group: groups.output, type: 'boolean', describe: 'Save it, named by commit and time' },
  storage: {
    group: groups.output,
    nargs: 1,
    describe: 'Folder of saved runs, or a database: postgres: (default: .benchmarks)',
  },
  tag: {
    repeatable: true,
    group: groups.output,
    nargs: 1,
    describe: 'KEY=VALUE for the run file; may be repeated',
  },
  color: { group: groups.output, ...colorFlag },
} as const;

/** One table for both commands: a flag that stands here is taken and refused alike by both. */
export function suiteFlags({ what, times }: FlagWords) {
  const timing = `Timing, or --no-time (default: ${times ? 'on' : 'off'})`;
  return withNegations({
    ...selection(what),
    ...memoryFlags,
    ...profileFlags,
    time: { group: groups.time, type: 'boolean', describe: timing },
    ...ruleFlags,
    ...compareFlags,
    ...historyFlags,
    ...outputFlags,
  } as const satisfies FlagTable);
}

// A config may turn each of these switches on, and a flag off again.
function withNegations<Table extends FlagTable>(table: Table): Table {
  const flags = Object.entries(table).map(([name, flag]) => [
    name,
    flag.type === 'boolean' ? { ...flag, negatable: true } : flag,
  ]);
  return Object.fromEntries(flags) as Table;
}

const table = suiteFlags({ what: '', times: true });

export type SuiteFlag = keyof typeof table;

/** Flags that say how times are taken. */
export const timeRuleFlags: readonly string[] = Object.keys(ruleFlags);

/**
 * What a config says of the runs of bench files: which, of what, and what comes out. Somebody who measures an export by
 * hand asked for that one thing.
 */
export const settingsOfRuns: ReadonlySet<string> = new Set<SuiteFlag | 'files'>([
  ...(['files', 'memory', 'time', 'compare', 'columns', 'stats'] as const),
  ...(['table', 'reporter', 'json', 'save', 'autosave'] as const),
]);

/** The names of all shared flags. */
export const suiteFlagNames = Object.keys(table) as readonly SuiteFlag[];

/** What kind of value a flag takes; undefined if it is not shared. */
export function flagKind(name: string): 'switch' | 'list' | 'value' | undefined {
  const flag = flagNamed(name);
  if (flag?.repeatable === true) return 'list';
  return flag && (flag.type === 'boolean' ? 'switch' : 'value');
}

/** The values that a flag is limited to; undefined if it is not. */
export function flagChoices(name: string): readonly string[] | undefined {
  return flagNamed(name)?.choices;
}

function flagNamed(name: string): Flag | undefined {
  return Object.hasOwn(table, name) ? table[name as SuiteFlag] : undefined;
}
