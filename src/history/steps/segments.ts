// The cut of a series into segments of one level each that costs least: squared distances from the segments' means, in
// units of the noise, and a penalty per cut. Pure. PERF: places that can never again be the last cut are dropped (PELT), so
// that the work is far below the square of the length.

export interface Segmentation {
  /** The first place of each segment but the first. */
  readonly cuts: readonly number[];
  /** Of the whole, penalties included. */
  readonly cost: number;
}

export interface SegmentRules {
  readonly penalty: number;
  /** How many values a segment has at least. */
  readonly shortest: number;
}

/** `scale` is the standard deviation of the noise. Less than two segments' values are one segment. */
export function segmentsOf(values: readonly number[], scale: number, rules: SegmentRules): Segmentation {
  const count = values.length;
  const costs = new SegmentCosts(values, scale);
  if (count < 2 * rules.shortest) return { cuts: [], cost: costs.of(0, count) };
  const { best, lastCut } = cheapestEnds(count, costs, rules);
  const cuts: number[] = [];
  for (let at = lastCut[count] as number; at > 0; at = lastCut[at] as number) cuts.unshift(at);
  return { cuts, cost: best[count] as number };
}

interface Ends {
  /** What the values before a place cost at least, and the last cut of that. */
  readonly best: Float64Array;
  readonly lastCut: Int32Array;
}

// PERF: plain loops over typed arrays: a long series without steps goes through all pairs of places.
function cheapestEnds(count: number, costs: SegmentCosts, { penalty, shortest }: SegmentRules): Ends {
  const best = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  const lastCut = new Int32Array(count + 1);
  const doomed = new Int32Array(count + 1).fill(count + 1);
  const candidates = new Int32Array(count + 1);
  const found = new Float64Array(count + 1);
  let open = 0;
  best[0] = -penalty;
  for (let end = shortest; end <= count; end += 1) {
    const start = end - shortest;
    // A segment may begin where one may end.
    if (start === 0 || start >= shortest) candidates[open++] = start;
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < open; index += 1) {
      const from = candidates[index] as number;
      const cost = (best[from] as number) + costs.of(from, end);
      found[index] = cost;
      if (cost + penalty < least) {
        least = cost + penalty;
        lastCut[end] = from;
      }
    }
    best[end] = least;
    let kept = 0;
    for (let index = 0; index < open; index += 1) {
      const from = candidates[index] as number;
      // WHY: it is not dropped at once, because until a segment may begin here, the earlier cut can still be the last one.
      if ((found[index] as number) > least) doomed[from] = Math.min(doomed[from] as number, end + shortest);
      if ((doomed[from] as number) > end + 1) candidates[kept++] = from;
    }
    open = kept;
  }
  return { best, lastCut };
}

/** Squared distances of the values between two places from their mean. */
class SegmentCosts {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor(values: readonly number[], scale: number) {
    this.#sums = new Float64Array(values.length + 1);
    this.#squares = new Float64Array(values.length + 1);
    // WHY: values count from the first one, because sums of squares of large values would lose the digits that differ.
    const origin = values[0] ?? 0;
    for (const [at, value] of values.entries()) {
      const distance = (value - origin) / scale;
      this.#sums[at + 1] = (this.#sums[at] as number) + distance;
      this.#squares[at + 1] = (this.#squares[at] as number) + distance * distance;
    }
  }

  of(start: number, end: number): number {
    const sum = (this.#sums[end] as number) - (this.#sums[start] as number);
    return (this.#squares[end] as number) - (this.#squares[start] as number) - (sum * sum) / (end - start);
  }
}
