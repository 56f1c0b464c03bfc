// The statistics of timed rounds as pytest-benchmark's files hold them: its names, its definitions. Pure.
import { maximum, mean, median, minimum } from './summary.js';

/** Seconds, except for the counts; `ops` is rounds per second of their sum. */
export interface TimingStats {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sample standard deviation; 0 for one round. */
  readonly stddev: number;
  readonly rounds: number;
  readonly median: number;
  readonly iqr: number;
  readonly q1: number;
  readonly q3: number;
  readonly iqr_outliers: number;
  readonly stddev_outliers: number;
  /** `stddev_outliers;iqr_outliers`. */
  readonly outliers: string;
  readonly ld15iqr: number;
  readonly hd15iqr: number;
  readonly ops: number;
  readonly total: number;
  readonly iterations: number;
  readonly data: readonly number[];
}

/** `data`: seconds per iteration, one entry per round. Throws RangeError for an empty or non-finite series. */
export function timingStats(data: readonly number[], iterations: number): TimingStats {
  const average = mean(data);
  const sorted = [...data].sort((a, b) => a - b);
  const stddev = sampleStddev(data, average);
  const q1 = lowerQuartile(sorted);
  const q3 = upperQuartile(sorted);
  const iqr = q3 - q1;
  const [low, high] = [q1 - 1.5 * iqr, q3 + 1.5 * iqr];
  const stddevOutliers = outside(data, average - stddev, average + stddev);
  const iqrOutliers = outside(data, low, high);
  const total = average * data.length;
  return {
    min: minimum(data),
    max: maximum(data),
    mean: average,
    stddev,
    rounds: data.length,
    median: median(data),
    iqr,
    q1,
    q3,
    iqr_outliers: iqrOutliers,
    stddev_outliers: stddevOutliers,
    outliers: `${stddevOutliers};${iqrOutliers}`,
    ld15iqr: sorted.find((value) => value >= low) ?? at(sorted, 0),
    hd15iqr: sorted.find((value) => value > high) ?? at(sorted, sorted.length - 1),
    ops: total > 0 ? data.length / total : 0,
    total,
    iterations,
    data,
  };
}

function sampleStddev(data: readonly number[], average: number): number {
  if (data.length === 1) return 0;
  const squares = data.map((value) => (value - average) ** 2);
  return Math.sqrt((mean(squares) * squares.length) / (data.length - 1));
}

function outside(data: readonly number[], low: number, high: number): number {
  return data.filter((value) => value < low || value > high).length;
}

// An odd number of rounds: method 3 of Wikipedia's "Quartile"; an even one: the medians of the halves.
function lowerQuartile(sorted: readonly number[]): number {
  const { length } = sorted;
  if (length === 1) return at(sorted, 0);
  if (length % 2 === 0) return median(sorted.slice(0, length / 2));
  const n = Math.floor(length / 4);
  return length % 4 === 1
    ? 0.25 * at(sorted, n - 1) + 0.75 * at(sorted, n)
    : 0.75 * at(sorted, n) + 0.25 * at(sorted, n + 1);
}

function upperQuartile(sorted: readonly number[]): number {
  const { length } = sorted;
  if (length === 1) return at(sorted, 0);
  if (length % 2 === 0) return median(sorted.slice(length / 2));
  const n = Math.floor(length / 4);
  return length % 4 === 1
    ? 0.75 * at(sorted, 3 * n) + 0.25 * at(sorted, 3 * n + 1)
    : 0.25 * at(sorted, 3 * n + 1) + 0.75 * at(sorted, 3 * n + 2);
}

function at(sorted: readonly number[], index: number): number {
  return sorted[index] as number;
}
