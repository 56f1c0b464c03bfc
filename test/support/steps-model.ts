// The method of src/history/steps once more, as plainly as it can be written: every segmentation by its definition, every
// rank by counting pairs. Slow; the tests compare the two.

export interface ModelRules {
  readonly penaltyPerLog: number;
  readonly mostChance: number;
  readonly share: number;
  readonly absolute: number;
}

const shortest = 5;

/** The places where a new level begins. */
export function modelChanges(values: readonly number[], rules: ModelRules): number[] {
  const count = values.length;
  if (count < 2 * shortest) return [];
  const floor = (level: number) => Math.max(rules.share * Math.abs(level), rules.absolute);
  let { sigma, inflation } = modelNoise(values);
  const least = floor(middle(values)) / 4;
  if (sigma < least) [sigma, inflation] = [least, 1];
  if (sigma === 0) return [];
  const calm = values.map((value, at) => {
    const around = middle(values.filter((_, other) => Math.abs(other - at) <= 3));
    return clamp(value, around - 3 * sigma, around + 3 * sigma);
  });
  let cuts = cheapest(calm, sigma * Math.sqrt(inflation), rules.penaltyPerLog * Math.log(count));
  for (;;) {
    const doubts = cuts.map((cut, index) => {
      const left = values.slice(cuts[index - 1] ?? 0, cut);
      const right = values.slice(cut, cuts[index + 1] ?? count);
      const chance = modelRankTest(left, right, inflation);
      const size = Math.abs(middle(right) - middle(left));
      const small = floor(middle(left));
      if (chance > rules.mostChance) return 1 + chance;
      return size < small || size === 0 ? 1 - size / (small || 1) : 0;
    });
    const worst = Math.max(0, ...doubts);
    if (worst === 0) return cuts;
    cuts = cuts.filter((_, index) => index !== doubts.indexOf(worst));
  }
}

function modelNoise(values: readonly number[]): { sigma: number; inflation: number } {
  const spread = (lag: number) => {
    const found = values.flatMap((value, at) =>
      at < lag ? [] : [Math.abs(value - (values[at - lag] ?? 0))],
    );
    return 1.482602218505602 * middle(found);
  };
  const [one, two, three] = [spread(1), spread(2), spread(3)];
  if (one === 0) {
    const sizes = values.slice(1).map((value, at) => Math.abs(value - (values[at] ?? 0)));
    const kept = sizes.sort((a, b) => a - b).slice(0, Math.floor(sizes.length * 0.9));
    const sum = kept.reduce((total, size) => total + size ** 2, 0);
    return { sigma: kept.length === 0 ? 0 : Math.sqrt(sum / kept.length / 2), inflation: 1 };
  }
  // (two/one)^2 = 1 + r; (three/one)^2 = 1 + r + r^2, solved for r.
  const first = (two / one) ** 2 - 1;
  const ratio = (three / one) ** 2;
  const second = ratio <= 1 ? 0 : (-1 + Math.sqrt(1 + 4 * (ratio - 1))) / 2;
  const found = (first + second) / 2;
  const r = found < 0.15 ? 0 : Math.min(0.8, found);
  return { sigma: one / Math.sqrt(2 * (1 - r)), inflation: (1 + r) / (1 - r) };
}

/** The cuts of least cost, over all that leave no segment too short. */
function cheapest(values: readonly number[], scale: number, penalty: number): number[] {
  const cost = (from: number, to: number) => {
    const part = values.slice(from, to).map((value) => value / scale);
    const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
    return part.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  const best: { cost: number; cuts: number[] }[] = [];
  for (let end = 0; end <= values.length; end += 1) {
    let found = { cost: end < shortest ? Number.POSITIVE_INFINITY : cost(0, end), cuts: [] as number[] };
    for (let cut = shortest; cut <= end - shortest; cut += 1) {
      const before = best[cut];
      if (before === undefined) continue;
      const total = before.cost + penalty + cost(cut, end);
      if (total < found.cost) found = { cost: total, cuts: [...before.cuts, cut] };
    }
    best.push(found);
  }
  return best.at(-1)?.cuts ?? [];
}

/** Mann-Whitney's test, two-sided, with a continuity correction. */
export function modelRankTest(one: readonly number[], other: readonly number[], inflation: number): number {
  const wins = one.flatMap((a) => other.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
  const statistic = wins.reduce((sum, win) => sum + win, 0);
  const pairs = one.length * other.length;
  const variance = (pairs * (one.length + other.length + 1) * inflation) / 12;
  const distance = Math.abs(statistic - pairs / 2) - 0.5;
  if (variance <= 0 || distance <= 0) return 1;
  return 2 * upperTail(distance / Math.sqrt(variance));
}

/** The normal distribution's upper tail, by Simpson's rule over twelve sigma. */
export function upperTail(z: number): number {
  const [from, to, parts] = [z, z + 12, 4000];
  const width = (to - from) / parts;
  let sum = 0;
  for (let part = 0; part <= parts; part += 1) {
    const weight = part === 0 || part === parts ? 1 : part % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-((from + part * width) ** 2) / 2);
  }
  return (sum * width) / 3 / Math.sqrt(2 * Math.PI);
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
