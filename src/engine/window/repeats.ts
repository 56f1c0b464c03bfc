// The sampling loop: after each pass, is another one worth taking? Pure; the clock is passed in.
// Must not run anything itself.

export interface LoopRule {
  /** Exactly so many passes, without a time bound; absent: until the peak stops falling. */
  readonly repeats?: number;
  /** No further pass once the passes so far took longer; at least `minPasses` are taken. */
  readonly maxTimeMs?: number;
  readonly minPasses: number;
  readonly maxPasses: number;
  /** So many passes in a row without a new lowest peak end the loop. */
  readonly patience: number;
}

export const defaultLoopRule: LoopRule = { minPasses: 2, maxPasses: 10, patience: 2 };

export class SamplingLoop {
  readonly #rule: LoopRule;
  readonly #now: () => number;
  readonly #startedMs: number;
  #passes = 0;
  #stale = 0;
  #lowestPeak = Number.POSITIVE_INFINITY;

  constructor(rule: LoopRule, now: () => number) {
    this.#rule = rule;
    this.#now = now;
    this.#startedMs = now();
  }

  /** Takes note of a pass and says whether another one follows. */
  wantsAnother(peakBytes: number): boolean {
    this.#passes += 1;
    this.#stale = peakBytes < this.#lowestPeak ? 0 : this.#stale + 1;
    this.#lowestPeak = Math.min(this.#lowestPeak, peakBytes);
    const { repeats, minPasses, maxPasses, patience } = this.#rule;
    if (repeats !== undefined) return this.#passes < repeats;
    if (this.#passes < minPasses) return true;
    if (this.#passes >= maxPasses || this.#stale >= patience) return false;
    return !this.isOverTime();
  }

  /** True once the passes so far took longer than `maxTimeMs`. */
  isOverTime(): boolean {
    const { maxTimeMs } = this.#rule;
    return maxTimeMs !== undefined && this.#now() - this.#startedMs > maxTimeMs;
  }
}
