// The options of the public functions: their types, defaults and checks. Every misuse is a typed error here.
// Must not measure, load or start anything.
import { BenchmemError, type ErrorCode } from '../errors.js';
import type { ThreadFilter } from '../native/contract.js';
import { defined, isRecord } from '../shapes.js';
import { flawOf, isModuleAction, type ModuleAction } from './modules/module-action.js';
import { leakOptionChecks, optionChecks, windowOptionChecks } from './option-checks.js';
import {
  type BesideCold,
  refuseBesideAttached,
  refuseBesideCold,
  refuseBesideQuick,
} from './options-beside.js';
import type { ExtraKind, PassKind } from './result/sample.js';
import { type allocatorNames, memoryOptions, type RetainersOption } from './shared-options.js';
import { defaultLoopRule, type LoopRule } from './window/repeats.js';

/** After each pass, outside every window. */
export interface PassProgress {
  readonly step: PassKind | ExtraKind;
  /** How many passes of this step are done. */
  readonly passes: number;
  /** How many there will be, where that is known. */
  readonly of?: number;
  /** The pass's peak in bytes, where this step measures it. */
  readonly peakBytes?: number;
}

export interface SamplingOptions {
  /** Exactly so many passes; absent: until the peak stops falling. */
  readonly repeats?: number;
  /** Rounds before the first pass, which no figure counts; 1 unless given. */
  readonly warmup?: number;
  /** Calls in one pass, to see what builds up; 1 unless given. */
  readonly calls?: number;
  /** Stops taking passes after so many milliseconds; at least `minPasses` are taken. */
  readonly maxTimeMs?: number;
  /** 2 unless given. */
  readonly minPasses?: number;
  /** 10 unless given. */
  readonly maxPasses?: number;
  /** So many passes in a row without a new lowest peak are enough; 2 unless given. */
  readonly patience?: number;
  /** Whose allocations count: those of every thread (`all`, the default) or of the calling one. */
  readonly threads?: ThreadFilter;
  /** false: no full collections around the windows, and nothing retained is reported. */
  readonly settle?: boolean;
  /**
   * Ends the measurement with ACTION_TIMEOUT if a promise of the action or its setup has not settled after so many
   * milliseconds; in children, with CHILD_TIMED_OUT also what never comes back to the event loop. None unless given.
   */
  readonly timeoutMs?: number;
  /** Ends the measurement with ABORTED; a synchronous action in this process is not interrupted. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PassProgress) => void;
  /**
   * Takes two more passes, and keeps the stacks behind the native figures of one, and samples of what JavaScript allocated
   * in the other, in this file, a pprof profile (`.pb.gz`).
   */
  readonly profile?: string;
  /** false: that file holds no native frames. */
  readonly native?: boolean;
}

export interface MeasureOptions<Prepared = unknown> extends SamplingOptions {
  /** Runs before each pass, outside its window; what it returns is the action's argument. */
  readonly setup?: () => Prepared | Promise<Prepared>;
  readonly isolate?: false;
}

export type AllocatorName = (typeof allocatorNames)[number];

export interface IsolateOptions extends SamplingOptions {
  /** Measures in fresh child processes: exact, and the same from run to run. */
  readonly isolate: true;
  /** A module's export, run before each pass, outside its window; what it returns is the action's first argument. */
  readonly setup?: ModuleAction;
  /** The child's allocator; `jemalloc` unless given. */
  readonly allocator?: AllocatorName;
  /** The child runs without the preload library and without flags of ours. */
  readonly attached?: boolean;
  /** Flags for the child's node, instead of those that this process was started with. */
  readonly nodeFlags?: readonly string[];
  /** Where the child's standard output and error go; `ignore` keeps the error's tail only. */
  readonly output?: 'ignore' | 'inherit';
  /**
   * Makes allocators inside addons return memory at once, by their own switches in the child's environment, and counts
   * what they map as `private_mapped_peak_bytes`.
   */
  readonly exposePrivate?: boolean;
  /** Also the resident high-water mark, in cold children without preload: one call each, as many as there are passes. */
  readonly rss?: boolean;
  /** So many of them instead; asks for them too, unless `rss` is false. */
  readonly rssPasses?: number;
  /** Every pass is the first call in a fresh child: no warm-up, one call, the module loaded before. 3 passes unless given. */
  readonly cold?: boolean;
  /**
   * No accounting children: `peak`, its parts, `allocations` and `retained` alone, the last two as the peak children count them.
   * `environment.quick` says so.
   */
  readonly quick?: boolean;
  /** Also how many JavaScript objects are allocated, in one more child. */
  readonly objects?: boolean;
  /** Also which objects stay and what keeps them, from a snapshot of the heap of one more child. */
  readonly retainers?: boolean | RetainersOption;
}

export interface OpenWindowOptions {
  readonly threads?: ThreadFilter;
  readonly settle?: boolean;
  /** Keeps the stack of every native allocation, which slows them down: `topAllocations` names those with most. */
  readonly profile?: boolean;
}

/** Sampling options with every default filled in. */
export interface SamplingPlan {
  readonly loop: LoopRule;
  readonly warmup: number;
  readonly calls: number;
  readonly threads: ThreadFilter;
  readonly settle: boolean;
  /** Every pass is the first call in a child of its own. */
  readonly cold: boolean;
}

/** Throws INVALID_ACTION, INVALID_OPTION, NEEDS_ISOLATE, CLOSURE_NOT_ISOLATABLE. */
export function checkMeasureOptions(action: unknown, options: unknown): void {
  const given = checkEach(options, optionChecks);
  refuseWithoutProfile(given);
  if (given.isolate === true) checkChildOptions(action, given);
  else refuseChildOptions(given);
  refuseStrangeAction(action);
  if (isModuleAction(given.setup)) refuseFlawed('setup', given.setup, 'INVALID_OPTION');
}

function refuseStrangeAction(action: unknown): void {
  if (typeof action === 'function') return;
  if (isModuleAction(action)) refuseFlawed('action', action, 'INVALID_ACTION');
  else throw new BenchmemError('INVALID_ACTION', `the action is ${describeValue(action)}`, actionForm);
}

const actionForm = "pass a function, or { module: import.meta.resolve('./job.js'), export: 'run', args: [] }";

function refuseFlawed(what: 'action' | 'setup', given: ModuleAction, code: ErrorCode): void {
  const flaw = flawOf(given);
  if (flaw !== undefined) throw new BenchmemError(code, `the ${what} ${flaw}`, actionForm);
}

/** Throws INVALID_OPTION. */
export function checkWindowOptions(options: unknown): Required<OpenWindowOptions> {
  const given: OpenWindowOptions = checkEach(options, windowOptionChecks);
  const { threads = 'all', settle = true, profile = false } = given;
  return { threads, settle, profile };
}

/** Throws INVALID_ACTION, INVALID_OPTION. */
export function checkLeakOptions(action: unknown, options: unknown): void {
  checkEach(options, leakOptionChecks);
  if (typeof action === 'function') return;
  throw new BenchmemError(
    'INVALID_ACTION',
    `the action is ${describeValue(action)}`,
    'pass a function: it is called many times in this process',
  );
}

export function samplingPlan(options: SamplingOptions & { readonly cold?: boolean }): SamplingPlan {
  const { cold = false } = options;
  const { repeats, maxTimeMs } = options;
  return {
    loop: {
      minPasses: options.minPasses ?? defaultLoopRule.minPasses,
      maxPasses: options.maxPasses ?? defaultLoopRule.maxPasses,
      patience: options.patience ?? defaultLoopRule.patience,
      ...defined({ repeats, maxTimeMs }),
    },
    warmup: cold ? 0 : (options.warmup ?? memoryOptions.warmup.unlessGiven),
    calls: options.calls ?? memoryOptions.calls.unlessGiven,
    threads: options.threads ?? memoryOptions.threads.unlessGiven,
    settle: options.settle ?? true,
    cold,
  };
}

type Given = Readonly<Record<string, unknown>>;

function checkEach(options: unknown, checks: typeof optionChecks): Given {
  if (!isRecord(options)) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `options is ${describeValue(options)}`,
      'pass an object or nothing',
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).join(', ');
      throw new BenchmemError('INVALID_OPTION', `there is no option ${name}`, `options: ${known}`);
    }
    if (!check.accepts(value)) {
      throw new BenchmemError('INVALID_OPTION', `${name} is ${describeValue(value)}`, `pass ${check.wants}`);
    }
  }
  return options as Given;
}

function refuseWithoutProfile({ native, profile }: Given): void {
  if (native === undefined || profile !== undefined) return;
  throw new BenchmemError(
    'INVALID_OPTION',
    'native is about the frames of a profile, and none is asked for',
    "add profile: 'name.pb.gz'",
  );
}

const childOptions = [
  'allocator',
  'attached',
  'nodeFlags',
  'output',
  'exposePrivate',
  'rss',
  'rssPasses',
  'objects',
  'retainers',
  'cold',
  'quick',
];

function refuseChildOptions(given: Given): void {
  if (isModuleAction(given.setup)) {
    throw new BenchmemError(
      'NEEDS_ISOLATE',
      'setup names an export, which a child process loads',
      'add { isolate: true }, or pass a function',
    );
  }
  const name = childOptions.find((option) => given[option] !== undefined);
  if (name === undefined) return;
  throw new BenchmemError('NEEDS_ISOLATE', `${name} is about a child process`, 'add { isolate: true }');
}

function checkChildOptions(action: unknown, given: Given): void {
  if (given.cold === true) refuseBesideCold(given as BesideCold);
  refuseBesideQuick(given);
  refuseClosures(action, given);
  refuseBesideAttached(given);
}

function refuseClosures(action: unknown, given: Given): void {
  const { setup } = given;
  const what = typeof action === 'function' ? 'action' : typeof setup === 'function' ? 'setup' : undefined;
  if (what !== undefined) {
    const value = what === 'action' ? action : setup;
    throw new BenchmemError(
      'CLOSURE_NOT_ISOLATABLE',
      `the ${what} ${describeValue(value)} cannot cross into a child process`,
      "name it instead: measureMemory({ module: import.meta.resolve('./job.js'), export: 'run', args: [1000] }, " +
        "{ isolate: true, setup: { module: import.meta.resolve('./job.js'), export: 'prepare' } })",
    );
  }
}

/** A value as an error message shows it: short, and never the whole of it. */
export function describeValue(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name === '' ? '(unnamed)' : value.name}`;
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
