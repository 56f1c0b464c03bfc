// Statistics of one series of readings. Pure: no clock, no process, no formatting.
// Must not invent a value: an empty series or a number that is not finite is an error.

export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly median: number;
  /** Population standard deviation, in the unit of the series; 0 for a single value. */
  readonly stddev: number;
}

/** The statistics of one metric as readers take them: what is not known, or not finite, is absent. */
export interface Stats extends Partial<Summary> {
  /** Of `retained`: what stays, over the passes. */
  readonly trend?: number;
}

/** The five statistics of a series, in its unit. Throws RangeError for an empty or non-finite series. */
export function summarize(series: readonly number[]): Summary {
  requireFinite(series);
  const sorted = ascending(series);
  const average = compensatedSum(series) / series.length;
  return {
    min: sorted[0] as number,
    max: sorted[sorted.length - 1] as number,
    mean: average,
    median: middleOf(sorted),
    stddev: sorted[0] === sorted[sorted.length - 1] ? 0 : populationStddev(series, average),
  };
}

export function minimum(series: readonly number[]): number {
  requireFinite(series);
  // WHY: no spread: a long series would overflow the argument list.
  return series.reduce((lowest, value) => Math.min(lowest, value));
}

export function maximum(series: readonly number[]): number {
  requireFinite(series);
  return series.reduce((highest, value) => Math.max(highest, value));
}

export function mean(series: readonly number[]): number {
  requireFinite(series);
  return compensatedSum(series) / series.length;
}

/** The middle value; of an even number of values, the mean of the middle two. */
export function median(series: readonly number[]): number {
  requireFinite(series);
  return middleOf(ascending(series));
}

/** Index of the first smallest value: the representative pass of a peak series. */
export function indexOfFirstMinimum(series: readonly number[]): number {
  return series.indexOf(minimum(series));
}

/** How far the largest value stands above the smallest, in percent; undefined if the smallest is not positive. */
export function spreadPercent(series: readonly number[]): number | undefined {
  const lowest = minimum(series);
  const highest = maximum(series);
  if (highest === lowest) return 0;
  return lowest > 0 ? ((highest - lowest) / lowest) * 100 : undefined;
}

// PERF: the passes of one benchmark are mostly equal, and then in order already.
function ascending(series: readonly number[]): readonly number[] {
  for (let at = 1; at < series.length; at += 1) {
    if ((series[at - 1] as number) > (series[at] as number)) return [...series].sort((a, b) => a - b);
  }
  return series;
}

function middleOf(sorted: readonly number[]): number {
  const upper = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[upper] as number;
  return compensatedSum([sorted[upper - 1] as number, sorted[upper] as number]) / 2;
}

// Whole numbers (bytes, counts), and quarters or the like, exactly: correctly rounded however close together and large.
function populationStddev(series: readonly number[], average: number): number {
  for (const scale of binaryScales) {
    const scaled = scale === 1 ? series : series.map((value) => value * scale);
    if (areSafeIntegers(scaled)) return exactStddev(scaled) / scale;
  }
  const squares = series.map((value) => (value - average) ** 2);
  return Math.sqrt(compensatedSum(squares) / series.length);
}

function areSafeIntegers(series: readonly number[]): boolean {
  for (const value of series) if (!Number.isSafeInteger(value)) return false;
  return true;
}

const binaryScales = [1, 2, 4, 8, 16] as const;

// sqrt((n * sum(x^2) - sum(x)^2) / n^2), by integers: enough bits of the root, the last one set where more would follow.
function exactStddev(series: readonly number[]): number {
  const numerator = spreadOf(series);
  if (numerator === lastRoot.numerator && series.length === lastRoot.length) return lastRoot.stddev;
  const whole = BigInt(numerator);
  const divisor = BigInt(series.length) ** 2n;
  const shift = BigInt(Math.max(0, 64 - Math.floor(Math.log2(Number(whole / divisor) + 1) / 2)));
  const scaled = whole << (2n * shift);
  const root = integerRoot(scaled / divisor);
  const sticky = root * root * divisor === scaled ? root : root | 1n;
  const stddev = Number(sticky) / 2 ** Number(shift);
  lastRoot = { numerator, length: series.length, stddev };
  return stddev;
}

// PERF: benchmark after benchmark differs by one block or one page in one of its passes; integers take microseconds.
let lastRoot: { numerator: number | bigint; length: number; stddev: number } = {
  numerator: -1,
  length: 0,
  stddev: 0,
};

// n * sum(d^2) - sum(d)^2 over the distances d from the first value, which is the same as over the values.
function spreadOf(series: readonly number[]): number | bigint {
  const [first = 0] = series;
  let sum = 0;
  let squares = 0;
  for (const value of series) {
    sum += value - first;
    squares += (value - first) ** 2;
  }
  // PERF: no step above was rounded where the largest result is a safe integer: then doubles are exact.
  const exact = series.length * squares;
  if (Number.isSafeInteger(exact)) return exact - sum * sum;
  const distances = series.map((value) => BigInt(value) - BigInt(first));
  const total = distances.reduce((all, distance) => all + distance, 0n);
  return (
    BigInt(series.length) * distances.reduce((all, distance) => all + distance * distance, 0n) - total * total
  );
}

/** The largest whole number whose square is not above `value`. */
function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  // PERF: from a double's root, just above the true one, a single step of Newton's has all the bits.
  let root = BigInt(Math.ceil(Math.sqrt(Number(value)) * (1 + 2 ** -50))) + 1n;
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

// Neumaier's sum: the order of the values does not change the answer for series of this length.
function compensatedSum(series: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of series) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

function requireFinite(series: readonly number[]): void {
  if (series.length === 0) throw new RangeError('an empty series has no statistics');
  for (const value of series)
    if (!Number.isFinite(value)) throw new RangeError(`a series must hold finite numbers, not ${value}`);
}
