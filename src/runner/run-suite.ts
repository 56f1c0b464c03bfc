// A whole run: every benchmark's passes in the order of the plan, failures recorded, the run going on.
// Knows neither files to write nor terminals; whoever starts it is told of each outcome.
import { withoutControls } from '../engine/child/parent/text-tail.js';
import { innerLines } from '../error-text.js';
import { BenchmemError, ChildError, exitCode } from '../errors.js';
import type { RunBenchmark, RunFailure } from '../runfile/schema.js';
import { defined } from '../shapes.js';
import { type Breach, breachesOf } from './ceilings.js';
import {
  type CaseWork,
  type MemoryPart,
  measureMemoryOf,
  measureTimeOf,
  prepareTimeOf,
  type TimingChild,
  toRunBenchmark,
} from './measure-case.js';
import type { PlannedCase } from './planned.js';
import type { RunSettings } from './settings.js';
import { Turnstile } from './turnstile.js';

export type CaseOutcome =
  | { readonly kind: 'measured'; readonly benchmark: RunBenchmark; readonly breaches: readonly Breach[] }
  | { readonly kind: 'failed'; readonly failure: RunFailure; readonly error: BenchmemError };

/** Told in the order in which things happen; `index` counts the plan's benchmarks from 0. */
export interface RunListener {
  onStart(planned: PlannedCase, index: number): void;
  onStep(index: number, kind: string, pass?: number): void;
  /** Awaited before the benchmark counts as done. */
  onOutcome(planned: PlannedCase, index: number, outcome: CaseOutcome): Promise<void>;
}

export interface SuiteEnd {
  /** What ended the run before its end: an interrupt, or an error that every benchmark would meet. */
  readonly ended?: unknown;
  /** Milliseconds by pass kind, over all children. */
  readonly spentMs: ReadonlyMap<string, number>;
}

/** What the suite needs of the world; tests hand in their own way of measuring. */
export interface SuiteWorld {
  readonly signal: AbortSignal;
  /** Milliseconds that only grow. */
  now(): number;
  readonly measureMemory?: typeof measureMemoryOf;
  readonly measureTime?: typeof measureTimeOf;
  /** Starts ahead what `measureTime` gets; nothing unless given where that is given. */
  readonly prepareTime?: typeof prepareTimeOf;
}

/** Measures every case; memory passes of `settings.jobs` benchmarks side by side, times alone. */
export async function runSuite(
  cases: readonly PlannedCase[],
  settings: RunSettings,
  listener: RunListener,
  world: SuiteWorld,
): Promise<SuiteEnd> {
  const suite = new Suite(cases, settings, listener, world);
  const workers = Math.max(1, Math.min(settings.jobs, cases.length));
  await Promise.all(Array.from({ length: workers }, () => suite.work()));
  return suite.end;
}

class Suite {
  readonly #cases: readonly PlannedCase[];
  readonly #settings: RunSettings;
  readonly #listener: RunListener;
  readonly #world: SuiteWorld;
  readonly #turnstile = new Turnstile();
  readonly #spentMs = new Map<string, number>();
  // Ends the other workers' children when one has met what ends the run.
  readonly #stop = new AbortController();
  #next = 0;
  #ended: unknown;

  constructor(
    cases: readonly PlannedCase[],
    settings: RunSettings,
    listener: RunListener,
    world: SuiteWorld,
  ) {
    this.#cases = cases;
    this.#settings = settings;
    this.#listener = listener;
    this.#world = world;
  }

  get end(): SuiteEnd {
    return { spentMs: this.#spentMs, ...defined({ ended: this.#ended }) };
  }

  async work(): Promise<void> {
    while (this.#ended === undefined && this.#next < this.#cases.length) {
      const index = this.#next;
      this.#next += 1;
      const planned = this.#cases[index] as PlannedCase;
      try {
        await this.#one(planned, index);
      } catch (error) {
        this.#ended ??= error;
        this.#stop.abort();
      }
    }
  }

  async #one(planned: PlannedCase, index: number): Promise<void> {
    this.#listener.onStart(planned, index);
    const outcome = await this.#measure(planned, index).catch((error: unknown): CaseOutcome => {
      if (!isFailureOfOne(error)) throw error;
      return { kind: 'failed', failure: runFailure(planned.id, error), error };
    });
    await this.#listener.onOutcome(planned, index, outcome);
  }

  async #measure(planned: PlannedCase, index: number): Promise<CaseOutcome> {
    const work: CaseWork = {
      settings: this.#settings,
      signal: AbortSignal.any([this.#world.signal, this.#stop.signal]),
      onStep: (kind, pass) => this.#listener.onStep(index, kind, pass),
      onSpent: (kind, ms) => this.#spentMs.set(kind, (this.#spentMs.get(kind) ?? 0) + ms),
      now: () => this.#world.now(),
    };
    const { measureTime = measureTimeOf } = this.#world;
    const { memory, timing } = await this.#turnstile.beside(() => this.#measureMemory(planned, work));
    const time =
      this.#settings.timing === undefined
        ? undefined
        : await this.#turnstile.alone(() => measureTime(planned, work, timing)).finally(timing?.dispose);
    const benchmark = toRunBenchmark(planned, this.#settings, memory, time);
    const breaches = memory === undefined ? [] : breachesOf(planned.description.options, memory.blob);
    return { kind: 'measured', benchmark, breaches };
  }

  // WHY: it waits until the other child is ready, because whoever is alone next must not have that one's start beside it.
  async #measureMemory(planned: PlannedCase, work: CaseWork): Promise<Memory> {
    const { measureMemory = measureMemoryOf, measureTime, prepareTime } = this.#world;
    const prepare = prepareTime ?? (measureTime === undefined ? prepareTimeOf : undefined);
    const timing = prepare?.(planned, work);
    try {
      const memory = await measureMemory(planned, work);
      await timing?.ready;
      return { memory, timing };
    } catch (error) {
      timing?.dispose();
      throw error;
    }
  }
}

interface Memory {
  readonly memory: MemoryPart | undefined;
  /** The child that takes times, ready. */
  readonly timing: TimingChild | undefined;
}

// A module that cannot be loaded concerns the benchmarks of one file, though it is the user's input.
const failuresOfOne = new Set<string>(['MODULE_FAILED', 'MODULE_NOT_FOUND', 'TRANSFORM_FAILED']);

export function isFailureOfOne(error: unknown): error is BenchmemError {
  return (
    error instanceof BenchmemError && (error.exitCode === exitCode.failed || failuresOfOne.has(error.code))
  );
}

/** The failure as the run file holds it. */
export function runFailure(id: string, error: BenchmemError): RunFailure {
  const child = error instanceof ChildError ? error.child : undefined;
  return {
    fullname: id,
    step: child?.step ?? 'load',
    code: child?.exitCode ?? null,
    signal: child?.signal ?? null,
    tail: [child?.tail ?? '', ...innerLines(error.cause).map(withoutControls)]
      .filter((text) => text !== '')
      .join('\n'),
    error: { code: error.code, message: error.message, hint: error.hint },
  };
}
