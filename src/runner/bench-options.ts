// What `bench` takes beside its name and action: the types, and the check of each option. Pure.
// Every misuse is a typed error that names the benchmark.
import { type BesideCold, refuseBesideAttached, refuseBesideCold } from '../engine/options-beside.js';
import { callback, checksIn, onOrOff, type RetainersOption, whole } from '../engine/shared-options.js';
import { BenchmemError } from '../errors.js';
import { isRecord, isTexts } from '../shapes.js';
import { type Metric, metricNamed } from '../stats/metrics.js';
import { nearest } from '../stats/nearest.js';
import { parseCeiling, parseThreshold, type Refuse } from '../text/limit-grammar.js';
import { checkParams, isParamValue, type ParamLists, type ParamsOf } from './params.js';

export type ExtraInfo = Record<string, string | number | boolean | null>;

/** What an action may know about its run. */
export interface BenchContext {
  /** The benchmark's id within its file: `group::name[params]`. */
  readonly id: string;
  /** Scalars that go to the run file's `extra_info`; set them in `setup` where they need not be measured. */
  readonly extraInfo: ExtraInfo;
}

/** Numbers without a unit are bytes, or a count. */
export interface CeilingOptions {
  readonly maxPeak?: string | number;
  readonly maxAllocated?: string | number;
  readonly maxAllocations?: string | number;
  readonly maxRetained?: string | number;
  readonly maxRss?: string | number;
}

/** Options that hold text, numbers and switches only: what crosses from a child to the runner. */
export interface PlainBenchOptions extends CeilingOptions {
  /** The run file's `group`; that of the enclosing `group()` unless given. */
  readonly group?: string;
  readonly extraInfo?: Readonly<ExtraInfo>;
  /** What the benchmark is grouped by besides: `{ technique: 'vectorization' }`, a dim `custom:technique`. */
  readonly customGroups?: Readonly<Record<string, string | number | boolean>>;
  /** Marks, for `analyze --group-by marks`. */
  readonly tags?: readonly string[];
  /** Ids that the benchmark had before, such as `a.bench.ts::sort`: earlier runs call it so. */
  readonly formerly?: readonly string[];
  /** Exactly so many memory passes. */
  readonly repeats?: number;
  readonly warmup?: number;
  /** Calls in one memory pass. */
  readonly calls?: number;
  readonly rss?: boolean;
  readonly objects?: boolean;
  /** Which objects stay and what keeps them, too. */
  readonly retainers?: boolean | RetainersOption;
  readonly attached?: boolean;
  /** Every memory pass is the first call in a fresh child: no warm-up, the file loaded before. */
  readonly cold?: boolean;
  /** Limits for `--compare`, in the words of `--compare-fail`. */
  readonly failOn?: readonly string[];
  /** Exactly so many timed rounds. */
  readonly rounds?: number;
  /** Calls in one timed round. */
  readonly iterations?: number;
  readonly warmupRounds?: number;
  readonly minRounds?: number;
  readonly only?: boolean;
  readonly skip?: boolean;
  /** For each child process of the benchmark. */
  readonly timeoutMs?: number;
  /**
   * Whether a run keeps the profile of this benchmark, whatever `--profile` says of all, and which frames it holds:
   * by default, native and JavaScript ones. Without JavaScript ones its allocations are not sampled either.
   */
  readonly profile?: boolean | ProfileOption;
}

/** Which frames a profile keeps. */
export interface ProfileOption {
  readonly native?: boolean;
  readonly js?: boolean;
}

export interface BenchOptions<State, Lists extends ParamLists = ParamLists> extends PlainBenchOptions {
  /** The benchmark is run once for each combination. */
  readonly params?: Lists;
  /** Runs before each memory pass and timed round, unmeasured; what it returns is the action's first argument. */
  readonly setup?: (params: ParamsOf<Lists>, context: BenchContext) => State | Promise<State>;
  /** Runs after each of them, unmeasured. */
  readonly teardown?: (state: State, params: ParamsOf<Lists>, context: BenchContext) => unknown;
}

export type CeilingName = keyof CeilingOptions;

/** What each ceiling is about. */
export const ceilings: ReadonlyMap<CeilingName, Metric> = new Map(
  (
    [
      ['maxPeak', 'peak'],
      ['maxAllocated', 'allocated'],
      ['maxAllocations', 'allocations'],
      ['maxRetained', 'retained'],
      ['maxRss', 'rss'],
    ] as const
  ).map(([name, metric]) => [name, metricNamed(metric) as Metric]),
);

/** The ceiling in bytes, or a count. Throws INVALID_OPTION; `refuse` makes another error. */
export function ceilingOf(
  name: CeilingName,
  value: unknown,
  refuse: Refuse = (what, hint) => new BenchmemError('INVALID_OPTION', `${name}: ${what}`, hint),
): number {
  return parseCeiling(value, ceilings.get(name) as Metric, refuse);
}

interface Check {
  readonly wants: string;
  /** May also throw what `refuse` makes, which says more. */
  accepts(value: unknown, refuse: Refuse): boolean;
}

const limits: Check = {
  wants: "a list of limits such as 'peak:5%'",
  accepts: (value, refuse) => {
    if (!isTexts(value)) return false;
    for (const text of value) refuseBadLimit(text, refuse);
    return true;
  },
};
const ceiling = (name: CeilingName): Check => ({
  wants: 'a ceiling',
  accepts: (value, refuse) => ceilingOf(name, value, refuse) >= 0,
});

const checks: Readonly<Record<string, Check>> = {
  // checkParams says what is wrong with them.
  params: { wants: '', accepts: () => true },
  setup: callback,
  teardown: callback,
  extraInfo: { wants: 'an object of texts, numbers and booleans', accepts: isExtraInfo },
  customGroups: {
    wants: "an object of texts, numbers and booleans such as { technique: 'table' }",
    accepts: (value) => isRecord(value) && Object.values(value).every(isParamValue),
  },
  tags: {
    wants: 'a list of texts that are not empty',
    accepts: (value) => isTexts(value) && !value.includes(''),
  },
  formerly: {
    wants: "a list of ids such as 'a.bench.ts::sort'",
    accepts: (value) => isTexts(value) && value.every((id) => id.includes('::')),
  },
  group: { wants: 'a text', accepts: (value) => typeof value === 'string' && value !== '' },
  ...checksIn('bench'),
  ...Object.fromEntries([...ceilings.keys()].map((name) => [name, ceiling(name)])),
  failOn: limits,
  rounds: whole(1),
  iterations: whole(1),
  only: onOrOff,
  skip: onOrOff,
  profile: {
    wants: 'true, false, or { native: true or false, js: true or false }',
    accepts: (value) => typeof value === 'boolean' || isProfileOption(value),
  },
};

/** Throws INVALID_OPTION, naming the benchmark. */
export function checkBenchOptions(name: string, options: unknown): void {
  if (!isRecord(options)) {
    throw invalid(name, 'its options are no object', "write bench('name', { … }, action)");
  }
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(checks, option) ? checks[option] : undefined;
    if (check === undefined) {
      const meant = nearest(option, Object.keys(checks));
      const hint =
        meant === undefined ? `its options are ${Object.keys(checks).join(', ')}` : `did you mean ${meant}?`;
      throw invalid(name, `there is no option ${option}`, hint);
    }
    const refuse: Refuse = (what, hint) => invalid(name, `${option} is ${shown(value)}: ${what}`, hint);
    if (!check.accepts(value, refuse)) {
      throw invalid(name, `${option} is ${shown(value)}`, `pass ${check.wants}`);
    }
  }
  refuseBeside(name, options);
  if (options.params !== undefined) checkParams(name, options.params);
}

function refuseBeside(name: string, options: Readonly<Record<string, unknown>>): void {
  try {
    if (options.cold === true) refuseBesideCold(options as BesideCold);
    refuseBesideAttached(options);
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    throw invalid(name, error.message, error.hint);
  }
}

function isProfileOption(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([name, wanted]) => ['native', 'js'].includes(name) && ['boolean', 'undefined'].includes(typeof wanted),
    ) &&
    (value.native !== false || value.js !== false)
  );
}

function refuseBadLimit(text: string, refuse: Refuse): void {
  try {
    parseThreshold(text, 'the limit');
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    throw refuse(error.message, error.hint);
  }
}

/** The options without functions and params. */
export function plainOptions(options: BenchOptions<unknown>): PlainBenchOptions {
  const { params, setup, teardown, ...plain } = options;
  return plain;
}

/** True for what `extra_info` may hold besides the memory blob. */
export function isExtraInfo(value: unknown): value is ExtraInfo {
  if (!isRecord(value)) return false;
  return Object.entries(value).every(
    ([key, entry]) => key !== 'benchmem' && (entry === null || isParamValue(entry)),
  );
}

function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

export function invalid(name: string, what: string, hint: string): BenchmemError {
  return new BenchmemError('INVALID_OPTION', `bench ${JSON.stringify(name)}: ${what}`, hint);
}
