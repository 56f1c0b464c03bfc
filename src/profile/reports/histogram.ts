// Sizes in bins of equal width on a logarithmic scale. Pure.

export interface SizeBin {
  /** The smallest and the largest size of the bin; bytes. */
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly count: number;
}

/**
 * `counts` by size; blocks of 0 bytes belong to the first bin. No bins where there is no count; a bin that is narrower than
 * a byte is empty, and its maximum lies below its minimum.
 */
export function histogram(counts: ReadonlyMap<number, number>, bins = 10): SizeBin[] {
  const sizes = [...counts.keys()].filter((size) => size > 0);
  if (counts.size === 0) return [];
  const [smallest, largest] = smallestAndLargest(sizes);
  // WHY: this is a case of its own, because a scale from 1 byte to 1 byte has no width.
  if (largest <= 1) {
    const count = [...counts.values()].reduce((sum, each) => sum + each, 0);
    return [{ minBytes: 0, maxBytes: largest, count }];
  }
  const high = Math.log(largest);
  const low = smallest === largest ? high / 2 : Math.log(smallest);
  const step = (high - low) / bins;
  // The first size that a bin no longer holds. WHY: it is a whole number, because a bin says which sizes it holds, so they are
  // what counts.
  const ends = Array.from({ length: bins }, (_, bin) => Math.trunc(Math.exp(low + step * (bin + 1))));
  const found = new Array<number>(bins).fill(0);
  for (const [size, count] of counts) {
    const bin = ends.findIndex((end) => size < end);
    const at = bin < 0 ? bins - 1 : bin;
    found[at] = (found[at] ?? 0) + count;
  }
  return found.map((count, bin) => ({
    minBytes: bin === 0 ? 0 : (ends[bin - 1] as number),
    maxBytes: bin === bins - 1 ? largest : (ends[bin] as number) - 1,
    count,
  }));
}

function smallestAndLargest(sizes: readonly number[]): [number, number] {
  let [smallest, largest] = [Number.POSITIVE_INFINITY, 0];
  for (const size of sizes) {
    smallest = Math.min(smallest, size);
    largest = Math.max(largest, size);
  }
  return [smallest, largest];
}
