// How likely an order of values is where nothing changed: of two groups (Mann-Whitney), and along time (Kendall). Pure.
// Both take the normal limit of their statistic; `inflation` widens it where neighbours are correlated.

/** Two-sided: that both groups come from one distribution. 1 where all values are equal. */
export function rankTest(one: readonly number[], other: readonly number[], inflation = 1): number {
  const all = [...one, ...other];
  const count = all.length;
  const order = [...all.keys()].sort((a, b) => (all[a] as number) - (all[b] as number));
  let ranks = 0;
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && all[order[to] as number] === all[order[from] as number]) to += 1;
    for (const place of order.slice(from, to)) if (place < one.length) ranks += (from + to + 1) / 2;
    from = to;
  }
  const pairs = one.length * other.length;
  const statistic = ranks - (one.length * (one.length + 1)) / 2;
  // WHY: there is no correction for ties, because with it five equal values in a row would be certain to be another level.
  const variance = ((pairs * (count + 1)) / 12) * inflation;
  return twoSided(Math.abs(statistic - pairs / 2) - 0.5, variance);
}

/** Two-sided: that the values do not rise or fall over time. */
export function trendTest(values: readonly number[], inflation = 1): number {
  const count = values.length;
  let balance = 0;
  for (let late = 1; late < count; late += 1) {
    const value = values[late] as number;
    for (let early = 0; early < late; early += 1) balance += Math.sign(value - (values[early] as number));
  }
  const variance = ((count * (count - 1) * (2 * count + 5)) / 18) * inflation;
  return twoSided(Math.abs(balance) - 1, variance);
}

function twoSided(distance: number, variance: number): number {
  if (!(variance > 0) || distance <= 0) return 1;
  return complementaryError(distance / Math.sqrt(2 * variance));
}

/** erfc for x >= 0, to seven digits of the result: a continued fraction's Chebyshev fit (Numerical Recipes, 6.2). */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const sum = terms.reduceRight((total, term) => total * t + term, 0);
  return t * Math.exp(-x * x + sum);
}
