// What the allocator took from the system, noted when measuring has ended.
// INVARIANT: made before the window, so that noting leaves nothing on the heap that stays.
import type { NativeBinding } from '../../native/contract.js';
import type { MappedFigures } from '../result/sample.js';

export class MappedNote {
  // WHY: this is a typed array, because a number stored in an object's field would be a new heap object of its own.
  readonly #numbers = new Float64Array(2).fill(Number.NaN);

  note(binding: NativeBinding): void {
    const figures = binding.allocatorFigures();
    if (figures === undefined) return;
    this.#numbers[0] = figures.mappedPeakBytes;
    this.#numbers[1] = figures.requestedAtMappedPeakBytes;
  }

  /** Undefined if the allocator has no such statistics. */
  read(): MappedFigures | undefined {
    const [mappedPeakBytes = Number.NaN, requestedAtMappedPeakBytes = Number.NaN] = this.#numbers;
    return Number.isNaN(mappedPeakBytes) ? undefined : { mappedPeakBytes, requestedAtMappedPeakBytes };
  }
}
