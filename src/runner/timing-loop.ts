// In a child: how long one case takes, as pytest-benchmark counts it: rounds of so many iterations.
// WHY: tinybench gives its loop and hooks alone, because it sorts its samples, and `data` keeps the order of the rounds.
import type { Call } from '../engine/window/span.js';
import { isThenable } from '../shapes.js';
import type { ExtraInfo } from './bench-options.js';

export interface TimingRule {
  /** Exactly so many rounds; absent: as many as fit `timeMaxMs`, at least `minRounds`. */
  readonly rounds?: number;
  /** Exactly so many calls in a round; absent: as many as fill `minTimeMs`, one where there is a setup. */
  readonly iterations?: number;
  readonly warmupRounds: number;
  readonly minRounds: number;
  readonly minTimeMs: number;
  readonly timeMaxMs: number;
}

export interface Timing {
  /** Seconds per iteration, one entry per round, in the order of the rounds. */
  readonly data: readonly number[];
  readonly iterations: number;
}

/** What is timed, as plain calls. */
export interface TimedCalls {
  readonly action: Call;
  /** What the action gets after what `setup` returned. */
  readonly args: readonly unknown[];
  readonly hasSetup: boolean;
  setup(): Promise<unknown>;
  /** Notes that a round without a set-up begins, so that its tear-down is due. */
  begin(): void;
  teardown(): Promise<void>;
  /** Facts that the action noted for the run file. */
  notes(): ExtraInfo;
}

// A file with more rounds than this says nothing more.
const mostRounds = 10_000;
const mostIterations = 10_000_000;

/** Errors: the action's own, SETUP_FAILED, TEARDOWN_FAILED. */
export async function timeCase(
  calls: TimedCalls,
  rule: TimingRule,
  onRound: (rounds: number) => void,
): Promise<Timing> {
  const timer = new RoundTimer(calls);
  const iterations = await calibrate(timer, rule);
  for (let warmed = 0; warmed < rule.warmupRounds; warmed += 1) await timer.round(iterations);
  return { data: await takeRounds(timer, iterations, rule, onRound), iterations };
}

async function takeRounds(
  timer: RoundTimer,
  iterations: number,
  { rounds, minRounds, timeMaxMs }: TimingRule,
  onRound: (rounds: number) => void,
): Promise<number[]> {
  const { Bench } = await import('tinybench');
  const data: number[] = [];
  const enough = new AbortController();
  const most = rounds ?? Math.max(minRounds, mostRounds);
  const bench = new Bench({ iterations: most, time: 0, warmup: false, throws: true, signal: enough.signal });
  const startedMs = performance.now();
  const timeRound = async () => {
    const overriddenDuration = await timer.round(iterations);
    data.push(overriddenDuration / 1000 / iterations);
    onRound(data.length);
    // WHY: the wall clock counts, because a long set-up counts too.
    const isOver = data.length >= minRounds && performance.now() - startedMs >= timeMaxMs;
    if (rounds === undefined && isOver) enough.abort();
    return { overriddenDuration };
  };
  bench.add('case', timeRound, { async: true });
  await bench.run();
  return data;
}

/** The first call also tells whether the action is asynchronous. */
async function calibrate(timer: RoundTimer, { iterations, minTimeMs }: TimingRule): Promise<number> {
  await timer.probe();
  if (iterations !== undefined) return iterations;
  if (timer.hasSetup) return 1;
  for (let count = 1; ; ) {
    const elapsedMs = await timer.round(count);
    if (elapsedMs >= minTimeMs || count >= mostIterations) return count;
    // Twice as many at least, and at most ten times: a first reading may be far off.
    const wanted = Math.ceil((count * minTimeMs) / Math.max(elapsedMs, 1e-6));
    count = Math.min(mostIterations, Math.max(2 * count, Math.min(10 * count, wanted)));
  }
}

/** One round: set-up, the calls between two readings of the clock, tear-down. */
class RoundTimer {
  readonly hasSetup: boolean;
  readonly #calls: TimedCalls;
  #isAsync = false;
  // WHY: the result is kept, because one that nobody can see might not be computed.
  #last: unknown;

  constructor(calls: TimedCalls) {
    this.#calls = calls;
    this.hasSetup = calls.hasSetup;
  }

  /** One call, unmeasured. */
  async probe(): Promise<void> {
    const args = await this.#prepare();
    const result = Reflect.apply(this.#calls.action, undefined, args);
    this.#isAsync = isThenable(result);
    await result;
    await this.#calls.teardown();
  }

  /** Milliseconds that `iterations` calls take. */
  async round(iterations: number): Promise<number> {
    const args = await this.#prepare();
    const elapsedMs = this.#isAsync
      ? await this.#callAsync(args, iterations)
      : this.#callSync(args, iterations);
    await this.#calls.teardown();
    return elapsedMs;
  }

  async #prepare(): Promise<readonly unknown[]> {
    const { args } = this.#calls;
    if (this.hasSetup) return [await this.#calls.setup(), ...args];
    this.#calls.begin();
    return args;
  }

  #callSync(args: readonly unknown[], iterations: number): number {
    const action: Call = this.#calls.action;
    let result: unknown;
    const startedMs = performance.now();
    for (let left = iterations; left > 0; left -= 1) result = action(...args);
    const elapsedMs = performance.now() - startedMs;
    this.#last = result;
    return elapsedMs;
  }

  async #callAsync(args: readonly unknown[], iterations: number): Promise<number> {
    const action: Call = this.#calls.action;
    let result: unknown;
    const startedMs = performance.now();
    for (let left = iterations; left > 0; left -= 1) result = await action(...args);
    const elapsedMs = performance.now() - startedMs;
    this.#last = result;
    return elapsedMs;
  }

  /** Never read; see the field. */
  get last(): unknown {
    return this.#last;
  }
}
