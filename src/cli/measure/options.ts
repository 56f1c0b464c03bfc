// What `benchmem measure` accepts: the flags as yargs shows them, and the plain values that they mean.
// Nothing is measured or read from disk here.
import type { Argv } from 'yargs';
import { refuseBesideCold } from '../../engine/cold.js';
import { defaultTimeoutMs } from '../../runner/settings.js';
import { duration, nonEmpty, refuseRepeated, strings, usage, wholeNumber } from '../option-values.js';

export type OutputFormat = 'table' | 'md';
export type AllocatorName = 'jemalloc' | 'system';

/** The options of one measurement that reach the engine; an absent one leaves the engine's default. */
export interface PassOptions {
  readonly args: readonly unknown[];
  readonly attached: boolean;
  readonly exposePrivate?: boolean;
  readonly allocator?: AllocatorName;
  readonly repeats?: number;
  readonly calls?: number;
  readonly warmup?: number;
  readonly maxTimeMs?: number;
  readonly threads?: 'all' | 'current';
  readonly rss?: true;
  readonly rssPasses?: number;
  readonly objects?: true;
  readonly cold?: true;
  /** What is measured is the loading of the operands, which are files or packages. */
  readonly loads?: true;
  readonly timeoutMs?: number;
}

export interface MeasureArgs {
  readonly files: readonly string[];
  readonly exports: readonly string[];
  readonly all: boolean;
  /** The set-up export; false: none, not even one called `setup`; undefined: `setup` where there is one. */
  readonly setup: string | false | undefined;
  readonly passes: PassOptions;
  readonly json: string | undefined;
  readonly format: OutputFormat;
  readonly details: boolean;
  readonly color: boolean | undefined;
}

const groups = {
  what: 'What to measure:',
  how: 'How to measure:',
  output: 'Output:',
};

// WHY no `type` where a value follows: yargs then passes the text on as it was typed, for an error to repeat it.
const options = {
  export: { group: groups.what, nargs: 1, describe: 'Exported function NAME; may be repeated' },
  all: { group: groups.what, type: 'boolean', describe: 'Every exported function, a row each' },
  args: { group: groups.what, nargs: 1, describe: 'Its arguments, as a JSON list' },
  setup: {
    group: groups.what,
    nargs: 1,
    describe:
      'Export NAME that runs before each pass, unmeasured; what it returns is the first argument (default: an export called setup; --no-setup: none)',
  },
  attached: {
    group: groups.how,
    type: 'boolean',
    describe: "A child without preload and V8 flags: the process's own allocator, V8 as it runs every day",
  },
  allocator: {
    group: groups.how,
    nargs: 1,
    choices: ['jemalloc', 'system'],
    describe: 'What serves malloc in the child (default: jemalloc)',
  },
  'expose-private': {
    group: groups.how,
    type: 'boolean',
    describe: 'Count what allocators inside addons map (mimalloc), as a figure of its own',
  },
  repeats: {
    group: groups.how,
    nargs: 1,
    describe: 'Exactly N passes (default: until the peak stops falling)',
  },
  calls: { group: groups.how, nargs: 1, describe: 'N calls in each pass (default: 1)' },
  warmup: { group: groups.how, nargs: 1, describe: 'N unmeasured calls beforehand (default: 1)' },
  'max-time': { group: groups.how, nargs: 1, describe: 'No further pass after 30s, 500ms, 2m' },
  cold: {
    group: groups.how,
    type: 'boolean',
    describe: 'First calls: each pass in a fresh child, no warm-up, the module loaded before',
  },
  loads: {
    group: groups.how,
    type: 'boolean',
    describe: 'What loading a file or package takes (FILE may be a package); implies --cold',
  },
  timeout: { group: groups.how, nargs: 1, describe: 'Give a child up after 30s, 5m (default: 10m)' },
  threads: {
    group: groups.how,
    nargs: 1,
    choices: ['all', 'current'],
    describe: 'Whose native allocations count (default: all)',
  },
  rss: {
    group: groups.how,
    type: 'boolean',
    describe: 'Also the resident high-water mark, in cold children of its own: one call each',
  },
  'rss-passes': { group: groups.how, nargs: 1, describe: 'K such children (default: as many as passes)' },
  objects: {
    group: groups.how,
    type: 'boolean',
    describe: 'Also how many JavaScript objects are allocated, and of which kinds',
  },
  json: {
    group: groups.output,
    nargs: 1,
    describe: 'Write the run file FILE, renewed after each benchmark; - for standard output, at the end',
  },
  format: {
    group: groups.output,
    nargs: 1,
    choices: ['table', 'md'],
    describe: 'For people, or markdown (default: table)',
  },
  details: {
    group: groups.output,
    type: 'boolean',
    describe: 'All figures of each, also when there are several',
  },
  color: {
    group: groups.output,
    type: 'boolean',
    describe: 'Colour, or --no-color (default: on a terminal)',
  },
} as const;

/** Adds the command's flags and examples. */
export function buildMeasure(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 measure FILE... [options]\n\nMeasures an exported function of a module (JavaScript or TypeScript).',
    )
    .options(options)
    .example('$0 measure job.js', 'the default export, or the only exported function')
    .example("$0 measure job.js --export build --args '[1000]'", 'build(1000)')
    .example('$0 measure suite.ts --all --json run.json', 'every function, a row each, and a run file')
    .example('$0 measure job.js --cold', 'what the first call takes, and what it keeps')
    .example('$0 measure --loads zod', 'what loading a package takes, and what it keeps');
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function readMeasureArgs(parsed: Record<string, unknown>): MeasureArgs {
  refuseRepeated(
    parsed,
    measureFlags.filter((name) => name !== 'export'),
  );
  const exports = strings(parsed.export);
  const all = parsed.all === true;
  if (all && exports.length > 0) {
    throw usage(
      '--all and --export contradict each other',
      'name the functions with --export, or take all of them',
    );
  }
  if (parsed.attached === true && parsed.allocator !== undefined) {
    throw usage(
      '--allocator needs a preloaded child, and --attached measures without one',
      'leave out --attached or --allocator',
    );
  }
  const extra = (['rss', 'objects'] as const).find((name) => parsed[name] === true);
  if (parsed.attached === true && extra !== undefined) {
    throw usage(
      `--${extra} is measured in children of its own, and --attached is one child for all`,
      `leave out --attached or --${extra}`,
    );
  }
  if (parsed.cold === true || parsed.loads === true) refuseBeside(parsed);
  return {
    files: readFiles(parsed),
    exports,
    all,
    setup: parsed.setup === false ? false : nonEmpty('--setup', parsed.setup, 'name an exported function'),
    passes: readPassOptions(parsed),
    json: nonEmpty('--json', parsed.json, 'name the file to write'),
    format: parsed.format === 'md' ? 'md' : 'table',
    details: parsed.details === true,
    color: parsed.color as boolean | undefined,
  };
}

// A first call is one call, and what is loaded takes no arguments.
function refuseBeside(parsed: Record<string, unknown>): void {
  const loads = parsed.loads === true;
  const call = (['export', 'all', 'args', 'setup'] as const).find((name) => parsed[name] !== undefined);
  if (loads && call !== undefined) {
    throw usage(`--loads calls no function, and --${call} is about one`, `leave out --loads or --${call}`);
  }
  const beside = {
    calls: wholeNumber('--calls', parsed.calls, 1),
    warmup: wholeNumber('--warmup', parsed.warmup, 0),
    attached: parsed.attached === true,
  };
  refuseBesideCold(beside, (option) => `--${option === 'cold' && loads ? 'loads' : option}`);
}

function readPassOptions(parsed: Record<string, unknown>): PassOptions {
  const repeats = wholeNumber('--repeats', parsed.repeats, 1);
  const calls = wholeNumber('--calls', parsed.calls, 1);
  const warmup = wholeNumber('--warmup', parsed.warmup, 0);
  const maxTimeMs = duration('--max-time', parsed['max-time']);
  const timeoutMs = duration('--timeout', parsed.timeout) ?? defaultTimeoutMs;
  const rssPasses = wholeNumber('--rss-passes', parsed['rss-passes'], 1);
  if (rssPasses !== undefined && parsed.rss !== true) {
    throw usage('--rss-passes is about --rss, which is not given', 'add --rss');
  }
  if (repeats !== undefined && maxTimeMs !== undefined) {
    throw usage('--repeats sets the number of passes, so --max-time cannot bound it', 'pass one of the two');
  }
  return {
    args: readArguments(parsed.args),
    attached: parsed.attached === true,
    ...(parsed['expose-private'] === true ? { exposePrivate: true } : {}),
    ...(parsed.allocator === undefined ? {} : { allocator: parsed.allocator as AllocatorName }),
    ...(repeats === undefined ? {} : { repeats }),
    ...(calls === undefined ? {} : { calls }),
    ...(warmup === undefined ? {} : { warmup }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
    ...(parsed.rss === true && { rss: true }),
    ...(rssPasses === undefined ? {} : { rssPasses }),
    ...(parsed.objects === true && { objects: true }),
    ...((parsed.cold === true || parsed.loads === true) && { cold: true }),
    ...(parsed.loads === true && { loads: true }),
    timeoutMs,
    ...(parsed.threads === undefined ? {} : { threads: parsed.threads as 'all' | 'current' }),
  };
}

// `_` holds the command's name, then everything that is no flag.
function readFiles(parsed: Record<string, unknown>): readonly string[] {
  const [, ...files] = strings(parsed._);
  if (files.length === 0 || files.includes('')) {
    throw usage('measure needs a FILE', 'for example: benchmem measure job.js --export build');
  }
  return files;
}

function readArguments(raw: unknown): readonly unknown[] {
  if (raw === undefined) return [];
  const example = "pass a JSON list, quoted for the shell: --args '[1000]'";
  let value: unknown;
  try {
    value = JSON.parse(String(raw));
  } catch (cause) {
    throw usage(`--args is not JSON: ${String(raw)}`, example, cause);
  }
  if (!Array.isArray(value)) throw usage(`--args must be a JSON list, not ${JSON.stringify(value)}`, example);
  return value;
}

/** The names of all flags, for suggestions. */
export const measureFlags: readonly string[] = Object.keys(options);
