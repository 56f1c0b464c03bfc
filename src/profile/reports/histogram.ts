// Sizes in bins of equal width on a logarithmic scale. Pure.

export interface SizeBin {
  /** The smallest and the largest size of the bin; bytes. */
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly count: number;
}

/** `counts` by size; blocks of 0 bytes belong to the first bin. No bins where there is no count. */
export function histogram(counts: ReadonlyMap<number, number>, bins = 10): SizeBin[] {
  const sizes = [...counts.keys()].filter((size) => size > 0);
  if (counts.size === 0) return [];
  const [smallest, largest] = smallestAndLargest(sizes);
  // WHY a case of its own: a scale from 1 byte to 1 byte has no width.
  if (largest <= 1) {
    const count = [...counts.values()].reduce((sum, each) => sum + each, 0);
    return [{ minBytes: 0, maxBytes: largest, count }];
  }
  const high = Math.log(largest);
  const low = smallest === largest ? high / 2 : Math.log(smallest);
  const step = (high - low) / bins;
  const found = new Array<number>(bins).fill(0);
  for (const [size, count] of counts) {
    const bin = size <= 0 ? 0 : Math.min(Math.floor((Math.log(size) - low) / step), bins - 1);
    found[bin] = (found[bin] ?? 0) + count;
  }
  const upper = (bin: number) => Math.trunc(Math.exp(low + step * (bin + 1)));
  return found.map((count, bin) => ({
    minBytes: bin === 0 ? 0 : upper(bin - 1),
    maxBytes: bin === bins - 1 ? upper(bin) : upper(bin) - 1,
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
