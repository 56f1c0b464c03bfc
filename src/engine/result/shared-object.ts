// Native allocations per shared object: whose code called the allocator.
import type { AllocationSource, ObjectReading } from '../../native/contract.js';

export interface SharedObjectBytes {
  /** Path of the shared object; '' is the node executable itself. */
  readonly object: string;
  readonly source: AllocationSource;
  /** A count. */
  readonly allocations: number;
  /** Requested bytes, over the whole first pass. */
  readonly totalBytes: number;
}

export function toSharedObjectBytes(readings: readonly ObjectReading[]): readonly SharedObjectBytes[] {
  return readings.map(({ object, source, allocations, totalBytes }) => ({
    object,
    source,
    allocations,
    totalBytes,
  }));
}
