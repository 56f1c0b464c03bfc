// Statistics over a series of levels. Pure arithmetic.

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below or at which this share of the values lies: one of them, the lower where it falls between two. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}

// PERF: pairs are counted by the square.
const mostCompared = 300;

/**
 * Kendall's test of a rise: how many standard deviations more of the pairs rise than fall, and the most that these values
 * could reach in another order. Source: Mann (1945), with Kendall's correction for ties.
 */
export function concordance(values: readonly number[]): { readonly score: number; readonly most: number } {
  const stride = Math.ceil(values.length / mostCompared);
  const taken = values.filter((_, index) => index % stride === 0);
  let sum = 0;
  taken.forEach((value, later) => {
    for (let earlier = 0; earlier < later; earlier += 1) sum += Math.sign(value - (taken[earlier] as number));
  });
  const ties = tieSizes(taken);
  const [count, all] = [spread(taken.length), pairs(taken.length)];
  const deviation = Math.sqrt((count - total(ties.map(spread))) / 18);
  if (deviation === 0) return { score: 0, most: 0 };
  return { score: sum / deviation, most: (all - total(ties.map(pairs))) / deviation };
}

function tieSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}

const pairs = (count: number) => (count * (count - 1)) / 2;
const spread = (count: number) => count * (count - 1) * (2 * count + 5);
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** As many equal steps as would spread the sum of these so evenly; 0 for no rise. */
export function stepCount(steps: readonly number[]): number {
  const sum = total(steps);
  const squares = total(steps.map((step) => step * step));
  return squares === 0 ? 0 : (sum * sum) / squares;
}
