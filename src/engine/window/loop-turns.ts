// Whether the measured calls let the event loop turn: then other code ran meanwhile, and levels are less sharp.
// INVARIANT: made before the window, so that noting leaves nothing on the heap that stays.
import { performance } from 'node:perf_hooks';

// Not in every Node 20 and 22.
const timing = performance.nodeTiming as { readonly uvMetricsInfo?: { readonly loopCount: number } };

export class LoopTurns {
  readonly #turns = new Float64Array(2).fill(Number.NaN);
  #yielded = false;

  get yielded(): boolean {
    return this.#yielded;
  }

  noteStart(): void {
    this.#turns[0] = timing.uvMetricsInfo?.loopCount ?? Number.NaN;
  }

  /** `awaited`: a promise was waited for. WHY: that decides if turns are not counted, because the promise may have needed one. */
  noteEnd(awaited: boolean): void {
    this.#turns[1] = timing.uvMetricsInfo?.loopCount ?? Number.NaN;
    this.#yielded = awaited && this.#turns[0] !== this.#turns[1];
  }
}
