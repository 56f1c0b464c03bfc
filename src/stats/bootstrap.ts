// One-sided bootstrap bounds for how two medians differ. Pure: the random numbers are the same in every call.
// Must not be asked about fewer values than say something; callers set that limit.

export type MedianContrast = 'ratio' | 'difference';

export interface BootstrapOptions {
  /** Between 0 and 1: how sure the bound is. */
  readonly confidence: number;
  readonly resamples?: number;
}

const defaultResamples = 2000;
const seed = 0x9e3779b9;

/**
 * The lower bound of `median(head) / median(base)`, or of `median(head) - median(base)`: the resampled contrasts lie
 * above it with the given confidence. A resampled base that is not positive makes its ratio -Infinity.
 */
export function medianLowerBound(
  base: readonly number[],
  head: readonly number[],
  contrast: MedianContrast,
  { confidence, resamples = defaultResamples }: BootstrapOptions,
): number {
  const random = repeatableRandom();
  const drawBase = medianDrawer(base, random);
  const drawHead = medianDrawer(head, random);
  const contrasts = new Float64Array(resamples);
  for (let index = 0; index < resamples; index += 1) {
    const from = drawBase();
    const to = drawHead();
    contrasts[index] =
      contrast === 'difference' ? to - from : from > 0 ? to / from : Number.NEGATIVE_INFINITY;
  }
  contrasts.sort();
  // WHY: a small amount is added, because 1 - 0.95 is a little more than 0.05.
  return contrasts[Math.floor((1 - confidence) * resamples + 1e-9)] as number;
}

// PERF: drawing counts of the sorted values finds a resample's median without sorting it.
function medianDrawer(values: readonly number[], random: () => number): () => number {
  const sorted = Float64Array.from(values).sort();
  const size = sorted.length;
  const counts = new Uint32Array(size);
  const lower = Math.floor((size - 1) / 2);
  const upper = Math.floor(size / 2);
  return () => {
    counts.fill(0);
    for (let draw = 0; draw < size; draw += 1) {
      const index = Math.floor(random() * size);
      counts[index] = (counts[index] as number) + 1;
    }
    let place = 0;
    let seen = counts[0] as number;
    while (seen <= lower) seen += counts[++place] as number;
    const low = sorted[place] as number;
    while (seen <= upper) seen += counts[++place] as number;
    return low / 2 + (sorted[place] as number) / 2;
  };
}

/** Random numbers from 0 to below 1, by a 32-bit xorshift: the same sequence in every call. */
function repeatableRandom(): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
