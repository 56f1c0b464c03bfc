// The rounds of a leak check: one window, and the growth of both sides in each round of calls.
import type { ThreadFilter, WindowToken } from '../../native/contract.js';
import type { Host } from '../host.js';
import { closeWindow, discardWindow, openWindow } from '../window/span.js';
import { isCleared, needsThirdStage } from './leak-rule.js';
import { allRounds, callsOfRound, type LeakSeries, thirdStageRounds, warmUpRounds } from './leak-series.js';
import { type RepeatedBody, RepeatedCalls, type Steps } from './repeated-calls.js';

export interface LeakTask extends RepeatedBody {
  /** Calls of a round of the first stage. */
  readonly calls: number;
  readonly threads: ThreadFilter;
}

/** Takes rounds until both sides are cleared, or all of them, and more of a restless heap. Errors of the action come as they are; ACTION_TIMEOUT. */
export function* takeSeries(host: Host, task: LeakTask): Steps<LeakSeries> {
  const { binding } = host;
  const growths = new Growths(task.calls);
  const calls = new RepeatedCalls(host, task);
  const token = openWindow(binding, { threads: task.threads });
  let isWhole = false;
  try {
    yield* takeRounds(calls, growths, token);
    isWhole = true;
  } finally {
    if (!isWhole) discardWindow(binding, token);
  }
  closeWindow(binding, token);
  return growths.series();
}

function* takeRounds(calls: RepeatedCalls, growths: Growths, token: WindowToken): Steps<void> {
  for (let round = 0; round < warmUpRounds; round += 1) {
    yield* calls.call(growths.calls);
    yield* calls.rest(token);
  }
  growths.noteLevels(calls);
  while (growths.rounds < allRounds) {
    yield* calls.call(callsOfRound(growths.rounds, growths.calls));
    yield* calls.rest(token);
    growths.add(calls);
    if (isCleared(growths.series())) break;
  }
  if (needsThirdStage(growths.series())) yield* takeThirdStage(calls, growths, token);
}

function* takeThirdStage(calls: RepeatedCalls, growths: Growths, token: WindowToken): Steps<void> {
  growths.noteRestless(calls);
  for (let round = 0; round < thirdStageRounds; round += 1) {
    yield* calls.call(growths.calls);
    yield* calls.rest(token);
    growths.noteRestless(calls);
  }
}

// INVARIANT: adding a round keeps nothing new on the heap, where the next reading would count it.
class Growths {
  readonly calls: number;
  readonly #native = new Growth();
  readonly #js = new Growth();
  readonly #olderFreed = new Growth();
  readonly #engine = new Growth();
  readonly #restlessJs = new Growth();
  #rounds = 0;

  constructor(calls: number) {
    this.calls = calls;
  }

  get rounds(): number {
    return this.#rounds;
  }

  noteLevels(levels: RepeatedCalls): void {
    this.#native.note(levels.nativeBytes);
    this.#js.note(levels.jsBytes);
    this.#olderFreed.note(levels.olderFreedBytes);
    this.#engine.note(levels.engineBytes);
  }

  add(levels: RepeatedCalls): void {
    this.noteLevels(levels);
    this.#rounds += 1;
  }

  /** Before the third stage, and after each of its rounds. */
  noteRestless(levels: RepeatedCalls): void {
    this.#restlessJs.note(levels.jsBytes);
  }

  series(): LeakSeries {
    const restlessJs = this.#restlessJs.of(this.#restlessJs.rounds);
    const [native, js, olderFreed, engine] = [this.#native, this.#js, this.#olderFreed, this.#engine].map(
      (growth) => growth.of(this.#rounds),
    ) as [number[], number[], number[], number[]];
    return {
      calls: this.calls,
      native,
      olderFreed,
      engine,
      ...(!js.some(Number.isNaN) && { js }),
      ...(restlessJs.length > 0 && { restlessJs }),
    };
  }
}

class Growth {
  /** The level before the first round, and after each of them. */
  readonly #levels = new Float64Array(allRounds + 1);
  readonly #noted = new Uint8Array(1);

  note(level: number): void {
    const at = this.#noted[0] as number;
    this.#levels[at] = level;
    this.#noted[0] = at + 1;
  }

  get rounds(): number {
    return Math.max(0, (this.#noted[0] as number) - 1);
  }

  /** Of so many rounds. */
  of(rounds: number): number[] {
    return Array.from(
      { length: rounds },
      (_, at) => (this.#levels[at + 1] as number) - (this.#levels[at] as number),
    );
  }
}
