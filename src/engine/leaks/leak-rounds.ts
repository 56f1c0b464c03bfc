// The rounds of a leak check: one window, and the growth of both sides in each round of calls.
import type { ThreadFilter, WindowToken } from '../../native/contract.js';
import type { Host } from '../host.js';
import { closeWindow, discardWindow, openWindow } from '../window/span.js';
import { isCleared } from './leak-rule.js';
import { allRounds, callsOfRound, type LeakSeries, warmUpRounds } from './leak-series.js';
import { type RepeatedBody, RepeatedCalls, type Steps } from './repeated-calls.js';

export interface LeakTask extends RepeatedBody {
  /** Calls of a round of the first stage. */
  readonly calls: number;
  readonly threads: ThreadFilter;
}

/** Takes rounds until both sides are cleared, or all of them. Errors of the action come as they are; ACTION_TIMEOUT. */
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
    if (isCleared(growths.series())) return;
  }
}

// INVARIANT: adding a round keeps nothing new on the heap, where the next reading would count it.
class Growths {
  readonly calls: number;
  /** The levels of the last round: native, JavaScript. */
  readonly #levels = new Float64Array(2);
  readonly #native = new Float64Array(allRounds);
  readonly #js = new Float64Array(allRounds);
  #rounds = 0;

  constructor(calls: number) {
    this.calls = calls;
  }

  get rounds(): number {
    return this.#rounds;
  }

  noteLevels({ nativeBytes, jsBytes }: RepeatedCalls): void {
    this.#levels[0] = nativeBytes;
    this.#levels[1] = jsBytes;
  }

  add(calls: RepeatedCalls): void {
    this.#native[this.#rounds] = calls.nativeBytes - (this.#levels[0] as number);
    this.#js[this.#rounds] = calls.jsBytes - (this.#levels[1] as number);
    this.#rounds += 1;
    this.noteLevels(calls);
  }

  series(): LeakSeries {
    const native = [...this.#native.subarray(0, this.#rounds)];
    const js = [...this.#js.subarray(0, this.#rounds)];
    return { calls: this.calls, native, ...(!js.some(Number.isNaN) && { js }) };
  }
}
