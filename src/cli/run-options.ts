// What `benchmem run` accepts: the flags as yargs shows them, and the plain values that they mean.
// A config file's keys are the same names in camel case; nothing is measured or read from disk here.
import type { Argv } from 'yargs';
import type { MemorySettings, RunSettings } from '../runner/settings.js';
import { defaultTimeoutMs, defaultTiming } from '../runner/settings.js';
import { metricNamed, metricNames, type StatName, statNames } from '../stats/metrics.js';
import { nearest } from '../stats/nearest.js';
import { duration, nonEmpty, refuseRepeated, usage } from './option-values.js';

export type ReporterName = 'table' | 'json' | 'junit' | 'github';

export interface ReporterChoice {
  readonly name: ReporterName;
  /** Absent: standard output. */
  readonly file?: string;
}

export interface RunArgs {
  /** Paths, folders, globs; empty: the default. */
  readonly files: readonly string[];
  readonly keyword: string | undefined;
  readonly memory: MemorySettings | undefined;
  readonly timing: RunSettings['timing'] | undefined;
  readonly timeoutMs: number;
  readonly jobs: number | undefined;
  readonly node: string | undefined;
  readonly nodeArgs: readonly string[];
  readonly columns: readonly string[];
  readonly stats: readonly StatName[];
  readonly table: 'combined' | 'split';
  readonly json: string | undefined;
  readonly save: string | undefined;
  readonly autosave: boolean;
  readonly storage: string | undefined;
  /** A reference, or '' for the latest saved run; undefined: no comparison. */
  readonly compare: string | undefined;
  readonly compareFail: readonly string[];
  /** Undefined: as the environment says. */
  readonly requireBaseline: boolean | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly shuffle: boolean;
  readonly list: boolean;
  /** Undefined: as the environment says. */
  readonly reporters: readonly ReporterChoice[] | undefined;
  readonly color: boolean | undefined;
}

const groups = {
  what: 'What to run:',
  memory: 'Memory:',
  time: 'Time:',
  compare: 'Compare:',
  output: 'Output:',
};

// WHY no `type` where a value follows: yargs then passes the text on as it was typed, for an error to repeat it.
const options = {
  k: { group: groups.what, nargs: 1, describe: 'Only benchmarks whose id contains SUBSTRING' },
  list: { group: groups.what, type: 'boolean', describe: 'Print the ids and measure nothing' },
  shuffle: { group: groups.what, type: 'boolean', describe: 'Measure in random order' },
  jobs: {
    group: groups.what,
    nargs: 1,
    describe: 'N benchmarks take memory passes side by side; times are taken alone (default: up to 4)',
  },
  timeout: { group: groups.what, nargs: 1, describe: 'Kill a child after 30s, 5m (default: 10m)' },
  node: { group: groups.what, nargs: 1, describe: 'Run the benchmarks with the node at PATH' },
  'node-arg': { group: groups.what, nargs: 1, describe: 'Flag for that node; may be repeated' },
  config: { group: groups.what, nargs: 1, describe: 'Config FILE (default: benchmem.config.ts, .js, .mjs)' },
  memory: { group: groups.memory, type: 'boolean', describe: 'Memory passes, or --no-memory (default: on)' },
  repeats: {
    group: groups.memory,
    nargs: 1,
    describe: 'Exactly N passes (default: until the peak stops falling)',
  },
  warmup: { group: groups.memory, nargs: 1, describe: 'N unmeasured calls beforehand (default: 1)' },
  'max-time': { group: groups.memory, nargs: 1, describe: 'No further pass after 30s, 500ms, 2m' },
  rss: { group: groups.memory, type: 'boolean', describe: 'Resident memory too, in cold children' },
  'rss-passes': { group: groups.memory, nargs: 1, describe: 'N of them (default: as many as passes)' },
  objects: { group: groups.memory, type: 'boolean', describe: 'Count JavaScript objects too' },
  allocator: {
    group: groups.memory,
    nargs: 1,
    choices: ['jemalloc', 'system'],
    describe: 'What serves malloc in the child (default: jemalloc)',
  },
  attached: {
    group: groups.memory,
    type: 'boolean',
    describe: "Children without preload and V8 flags: the process's own allocator",
  },
  time: { group: groups.time, type: 'boolean', describe: 'Timing, or --no-time (default: on)' },
  'min-rounds': { group: groups.time, nargs: 1, describe: 'At least N rounds (default: 5)' },
  'min-time': { group: groups.time, nargs: 1, describe: 'Calls enough in a round to fill 100us (default)' },
  'time-max': { group: groups.time, nargs: 1, describe: 'As many rounds as fit 1s (default)' },
  'warmup-rounds': { group: groups.time, nargs: 1, describe: 'N unmeasured rounds beforehand (default: 1)' },
  compare: {
    group: groups.compare,
    describe: 'Compare with the latest saved run, or --compare=REF: a number, a name, a file',
  },
  'compare-fail': {
    group: groups.compare,
    nargs: 1,
    describe: 'Fail where FIELD grew by more: peak:5%, allocated:1MiB; may be repeated',
  },
  'require-baseline': {
    group: groups.compare,
    type: 'boolean',
    describe: 'No saved run to compare with is an error (default: in CI)',
  },
  columns: { group: groups.output, nargs: 1, describe: 'Metrics of the table (default: time,peak)' },
  stats: { group: groups.output, nargs: 1, describe: 'Their statistics (default: min,mean,max)' },
  table: {
    group: groups.output,
    nargs: 1,
    choices: ['combined', 'split'],
    describe: 'One table, or one per metric (default: combined)',
  },
  reporter: {
    group: groups.output,
    nargs: 1,
    describe: 'table, json, junit, github, or NAME=FILE; may be repeated',
  },
  json: { group: groups.output, nargs: 1, describe: 'Write the run file FILE, renewed after each benchmark' },
  save: { group: groups.output, nargs: 1, describe: 'Save the run as NAME in the storage' },
  autosave: { group: groups.output, type: 'boolean', describe: 'Save it, named by commit and time' },
  storage: { group: groups.output, nargs: 1, describe: 'Folder of saved runs (default: .benchmarks)' },
  tag: { group: groups.output, nargs: 1, describe: 'KEY=VALUE for the run file; may be repeated' },
  color: {
    group: groups.output,
    type: 'boolean',
    describe: 'Colour, or --no-color (default: on a terminal)',
  },
} as const;

type FlagName = keyof typeof options;

const repeatable = new Set<string>(['node-arg', 'compare-fail', 'tag', 'reporter']);

/** Adds the command's flags and examples. */
export function buildRun(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 run [FILES...] [options]\n\nRuns bench files (default: **/*.bench.{ts,js,...}): memory in isolated children, then time.',
    )
    .options(options)
    .example('$0 run', 'every bench file below this folder')
    .example('$0 run sort.bench.ts -k quick', 'one file, benchmarks called like that')
    .example('$0 run --save main', 'keep the run in .benchmarks')
    .example('$0 run --compare --compare-fail peak:5%', 'fail where the peak grew by more than 5 %')
    .example('$0 run --no-time --jobs 4 --json run.json', 'memory only, four at a time, and a run file');
}

/** The typed meaning of parsed flags, over a config's. Throws USAGE. */
export function readRunArgs(parsed: Record<string, unknown>): RunArgs {
  refuseRepeated(
    parsed,
    Object.keys(options).filter((name) => !repeatable.has(name)),
  );
  if (parsed.time === false && parsed.memory === false) {
    throw usage('--no-time and --no-memory leave nothing to measure', 'leave out one of them');
  }
  const compare = parsed.compare === undefined ? undefined : String(parsed.compare);
  const compareFail = texts('--compare-fail', parsed['compare-fail']);
  if (compareFail.length > 0 && compare === undefined) {
    throw usage('--compare-fail needs something to compare with', 'add --compare, or --compare=REF');
  }
  return {
    files: texts('FILES', (parsed._ as unknown[] | undefined)?.slice(1)),
    keyword: nonEmpty('-k', parsed.k, 'name a part of the ids'),
    memory: parsed.memory === false ? undefined : readMemory(parsed),
    timing: parsed.time === false ? undefined : readTiming(parsed),
    timeoutMs: duration('--timeout', parsed.timeout) ?? defaultTimeoutMs,
    jobs: wholeNumber('--jobs', parsed.jobs, 1),
    node: nonEmpty('--node', parsed.node, 'name a node binary'),
    nodeArgs: texts('--node-arg', parsed['node-arg']),
    columns: readColumns(parsed.columns),
    stats: readStats(parsed.stats),
    table: parsed.table === 'split' ? 'split' : 'combined',
    json: nonEmpty('--json', parsed.json, 'name the file to write'),
    save: nonEmpty('--save', parsed.save, 'name the run'),
    autosave: parsed.autosave === true,
    storage: nonEmpty('--storage', parsed.storage, 'name a folder'),
    compare,
    compareFail,
    requireBaseline: parsed['require-baseline'] as boolean | undefined,
    tags: readTags(parsed.tag),
    shuffle: parsed.shuffle === true,
    list: parsed.list === true,
    reporters: readReporters(parsed.reporter),
    color: parsed.color as boolean | undefined,
  };
}

function readMemory(parsed: Record<string, unknown>): MemorySettings {
  const repeats = wholeNumber('--repeats', parsed.repeats, 1);
  const warmup = wholeNumber('--warmup', parsed.warmup, 0);
  const maxTimeMs = duration('--max-time', parsed['max-time']);
  const rssPasses = wholeNumber('--rss-passes', parsed['rss-passes'], 1);
  if (repeats !== undefined && maxTimeMs !== undefined) {
    throw usage('--repeats sets the number of passes, so --max-time cannot bound it', 'pass one of the two');
  }
  if (parsed.attached === true) {
    const flag = (['allocator', 'rss', 'rss-passes', 'objects'] as const).find((name) => parsed[name]);
    if (flag !== undefined) {
      throw usage(
        `--${flag} needs other children than --attached starts`,
        `leave out --attached or --${flag}`,
      );
    }
  }
  return {
    ...(repeats !== undefined && { repeats }),
    ...(warmup !== undefined && { warmup }),
    ...(maxTimeMs !== undefined && { maxTimeMs }),
    ...(parsed.rss === true || rssPasses !== undefined ? { rss: true } : {}),
    ...(rssPasses !== undefined && { rssPasses }),
    ...(parsed.objects === true && { objects: true }),
    ...(parsed.attached === true && { attached: true }),
    ...(parsed.allocator !== undefined && { allocator: parsed.allocator as 'jemalloc' | 'system' }),
  };
}

function readTiming(parsed: Record<string, unknown>): NonNullable<RunArgs['timing']> {
  return {
    warmupRounds: wholeNumber('--warmup-rounds', parsed['warmup-rounds'], 0) ?? defaultTiming.warmupRounds,
    minRounds: wholeNumber('--min-rounds', parsed['min-rounds'], 1) ?? defaultTiming.minRounds,
    minTimeMs: duration('--min-time', parsed['min-time']) ?? defaultTiming.minTimeMs,
    timeMaxMs: duration('--time-max', parsed['time-max']) ?? defaultTiming.timeMaxMs,
  };
}

function readColumns(raw: unknown): readonly string[] {
  const names = list('--columns', raw) ?? ['time', 'peak'];
  const wrong = names.find((name) => metricNamed(name) === undefined);
  if (wrong === undefined) return names;
  throw usage(`--columns: there is no metric ${wrong}`, suggestion(wrong, metricNames));
}

function readStats(raw: unknown): readonly StatName[] {
  const names = list('--stats', raw) ?? ['min', 'mean', 'max'];
  const wrong = names.find((name) => !(statNames as readonly string[]).includes(name));
  if (wrong === undefined) return names as StatName[];
  throw usage(`--stats: there is no statistic ${wrong}`, suggestion(wrong, statNames));
}

const reporterNames: readonly ReporterName[] = ['table', 'json', 'junit', 'github'];

function readReporters(raw: unknown): readonly ReporterChoice[] | undefined {
  if (raw === undefined) return undefined;
  const choices = texts('--reporter', raw).map((text): ReporterChoice => {
    const [word = '', ...rest] = text.split('=');
    const name = reporterNames.find((known) => known === word);
    if (name === undefined)
      throw usage(`--reporter: there is none called ${word}`, suggestion(word, reporterNames));
    const file = rest.join('=');
    return file === '' ? { name } : { name, file };
  });
  if (choices.filter(({ file, name }) => file === undefined && name !== 'github').length > 1) {
    throw usage('two reporters write to standard output', 'send one to a file: --reporter junit=junit.xml');
  }
  return choices;
}

function readTags(raw: unknown): Record<string, string> {
  const entries = texts('--tag', raw).map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at < 1)
      throw usage(`--tag must be KEY=VALUE, not ${JSON.stringify(text)}`, 'for example --tag branch=main');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  return Object.fromEntries(entries);
}

function list(flag: string, raw: unknown): readonly string[] | undefined {
  if (raw === undefined) return undefined;
  const names = String(raw)
    .split(',')
    .map((name) => name.trim().toLowerCase());
  if (names.includes('')) throw usage(`${flag} has an empty name`, `for example ${flag} time,peak`);
  return [...new Set(names)];
}

function texts(flag: string, raw: unknown): readonly string[] {
  if (raw === undefined) return [];
  const values = (Array.isArray(raw) ? raw : [raw]).map(String);
  if (values.includes('')) throw usage(`${flag} is empty`, `give ${flag} a value`);
  return values;
}

function wholeNumber(flag: string, raw: unknown, least: number): number | undefined {
  if (raw === undefined) return undefined;
  const value = /^\d{1,15}$/.test(String(raw)) ? Number(raw) : Number.NaN;
  if (value >= least) return value;
  const allowed = least === 0 ? 'a whole number' : `a whole number from ${least} up`;
  throw usage(
    `${flag} must be ${allowed}, not ${JSON.stringify(raw)}`,
    `for example ${flag} ${Math.max(5, least)}`,
  );
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? `choose from ${known.join(', ')}` : `did you mean ${meant}?`;
}

/** The names of all flags, for suggestions. */
export const runFlags: readonly string[] = Object.keys(options);

/** What kind of value a flag takes, for config files. */
export function flagKind(name: string): 'switch' | 'list' | 'value' | undefined {
  if (!Object.hasOwn(options, name)) return undefined;
  if (repeatable.has(name)) return 'list';
  return 'type' in options[name as FlagName] ? 'switch' : 'value';
}
