// How much a series varies from run to run where nothing changes, and how much of that one run hands to the next. Pure.
import { median } from '../../stats/summary.js';
import { differences, spreadAroundZero } from './differences.js';

export interface Noise {
  /** Standard deviation of one value. */
  readonly sigma: number;
  /** What correlation of neighbours multiplies the variance of a mean by; 1 where there is none. */
  readonly inflation: number;
}

// WHY: below that an estimate of a few hundred values is mostly chance.
const leastCorrelation = 0.15;
const mostCorrelation = 0.8;

/**
 * From differences over one, two and three runs: a step is in so few of them that their medians do not see it. With a
 * correlation r of neighbours their variances are as 1, 1 + r and 1 + r + r^2.
 */
export function noiseOf(values: readonly number[]): Noise {
  const [one = 0, two = 0, three = 0] = [1, 2, 3].map((lag) => spreadAroundZero(differences(values, lag)));
  if (!(one > 0)) return { sigma: commonSpread(differences(values, 1)) / Math.SQRT2, inflation: 1 };
  const fromTwo = (two / one) ** 2 - 1;
  const fromThree = (Math.sqrt(Math.max(1, 4 * (three / one) ** 2 - 3)) - 1) / 2;
  const estimate = (fromTwo + fromThree) / 2;
  const correlation = estimate < leastCorrelation ? 0 : Math.min(mostCorrelation, estimate);
  return {
    sigma: one / Math.SQRT2 / Math.sqrt(1 - correlation),
    inflation: (1 + correlation) / (1 - correlation),
  };
}

const commonShare = 0.9;

/** Of a figure that mostly repeats: the mean square of the nine tenths of the differences that are smallest. */
function commonSpread(values: readonly number[]): number {
  const squares = values.map((value) => value * value).sort((a, b) => a - b);
  const common = squares.slice(0, Math.floor(commonShare * squares.length));
  return common.length === 0 ? 0 : Math.sqrt(common.reduce((sum, square) => sum + square, 0) / common.length);
}

const windowSide = 3;
const mostSigmas = 3;

/** The values, each at most three sigma from the median of the seven around it: one outlier moves no level. */
export function withoutOutliers(values: readonly number[], sigma: number): number[] {
  return values.map((value, at) => {
    const middle = median(values.slice(Math.max(0, at - windowSide), at + windowSide + 1));
    return Math.min(middle + mostSigmas * sigma, Math.max(middle - mostSigmas * sigma, value));
  });
}
