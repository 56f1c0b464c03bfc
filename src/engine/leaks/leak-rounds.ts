// The rounds of a leak check: one window, calls, and a settled reading of both sides' levels after each round.
// INVARIANT: between two readings it keeps nothing on the heap: levels and growths stand in typed arrays made before.
import { BenchmemError, typedNativeError } from '../../errors.js';
import type { NativeReading, ThreadFilter, WindowToken } from '../../native/contract.js';
import { isThenable } from '../../shapes.js';
import type { Host } from '../host.js';
import { closeWindow, discardWindow, openWindow } from '../window/span.js';
import { isCleared } from './leak-rule.js';
import { allRounds, callsOfRound, type LeakSeries, warmUpRounds } from './leak-series.js';

/** A body that never comes to rest is read after so many collections. */
const mostCollections = 6;

export interface LeakTask {
  readonly action: () => unknown;
  /** Calls of a round of the first stage. */
  readonly calls: number;
  readonly threads: ThreadFilter;
  readonly maxTimeMs: number;
}

export class LeakRounds {
  readonly #host: Host;
  readonly #task: LeakTask;
  readonly #startedMs: number;
  /** Native and JavaScript: the levels of now, and of the round before. */
  readonly #levels = new Float64Array(2);
  readonly #earlier = new Float64Array(2);
  readonly #native = new Float64Array(allRounds);
  readonly #js = new Float64Array(allRounds);
  #rounds = 0;

  constructor(host: Host, task: LeakTask) {
    this.#host = host;
    this.#task = task;
    this.#startedMs = host.now();
  }

  /** Takes rounds until both sides are cleared, or all of them. Errors of the action come as they are; ACTION_TIMEOUT. */
  async take(): Promise<LeakSeries> {
    const { binding } = this.#host;
    const token = openWindow(binding, { threads: this.#task.threads });
    try {
      await this.#takeAll(token);
    } catch (error) {
      discardWindow(binding, token);
      throw error;
    }
    closeWindow(binding, token);
    return this.#series();
  }

  async #takeAll(token: WindowToken): Promise<void> {
    const { calls } = this.#task;
    for (let round = 0; round < warmUpRounds; round += 1) {
      await this.#call(calls);
      await this.#read(token);
    }
    while (this.#rounds < allRounds) {
      this.#earlier.set(this.#levels);
      await this.#call(callsOfRound(this.#rounds, calls));
      await this.#read(token);
      this.#native[this.#rounds] = (this.#levels[0] as number) - (this.#earlier[0] as number);
      this.#js[this.#rounds] = (this.#levels[1] as number) - (this.#earlier[1] as number);
      this.#rounds += 1;
      if (isCleared(this.#series())) return;
    }
  }

  // WHY `await` for promises only: what a synchronous body does is not spread over turns of the event loop.
  async #call(calls: number): Promise<void> {
    for (let call = 0; call < calls; call += 1) {
      const result = this.#task.action();
      if (isThenable(result)) await result;
      if (this.#host.now() - this.#startedMs > this.#task.maxTimeMs) throw this.#timeOver();
    }
  }

  async #read(token: WindowToken): Promise<void> {
    let before = Number.NaN;
    for (let collections = 0; collections < mostCollections; collections += 1) {
      const { program, sum, js } = this.#collect(token);
      this.#levels[0] = program.liveBytes + (sum.mappedOtherBytes ?? 0);
      this.#levels[1] = js === undefined ? Number.NaN : js.usedBytes;
      await this.#host.turn();
      const level = (this.#levels[0] as number) + ((this.#levels[1] as number) || 0);
      if (level === before) return;
      before = level;
    }
  }

  #collect(token: WindowToken): NativeReading {
    try {
      return this.#host.binding.collectAndRead(token);
    } catch (error) {
      throw typedNativeError(error);
    }
  }

  #series(): LeakSeries {
    const js = [...this.#js.subarray(0, this.#rounds)];
    return {
      calls: this.#task.calls,
      native: [...this.#native.subarray(0, this.#rounds)],
      ...(!js.some(Number.isNaN) && { js }),
    };
  }

  #timeOver(): BenchmemError {
    const { calls, maxTimeMs } = this.#task;
    return new BenchmemError(
      'ACTION_TIMEOUT',
      `the leak check had judged ${this.#rounds} of ${allRounds} rounds when its ${maxTimeMs} ms were over`,
      `raise maxTimeMs, or take fewer calls than ${calls} a round: { calls: ${Math.max(1, calls >> 1)} }`,
    );
  }
}
