// Whether a change may have come by chance: times vary, and what memory cannot resolve is no change. Pure.
import { leastValues } from '../compare/gate/limits.js';
import type { RunBenchmark } from '../runfile/schema.js';
import { rawSeries, resolutionOf } from '../runfile/table.js';
import { medianLowerBound } from '../stats/bootstrap.js';
import type { Metric } from '../stats/metrics.js';
import type { Change } from './changes.js';

export interface NoiseRules {
  /** A time that changed by less, in percent, has not changed. */
  readonly thresholdPct: number;
  /** Between 0 and 1: how sure the interval of the medians' difference is. */
  readonly confidence: number;
}

export const defaultNoise: NoiseRules = { thresholdPct: 1, confidence: 0.95 };

/** One case on both sides. */
export type Sides = readonly [reference: RunBenchmark, candidate: RunBenchmark];

// PERF: 2000 would take 4 ms a case, and two digits of a bound are enough for a word.
const resamples = 500;

/** True if the change of a row, whose cases these are, says nothing. */
export function isWithinNoise(
  { delta, pct }: Pick<Change, 'delta' | 'pct'>,
  metric: Metric,
  cases: readonly Sides[],
  rules: NoiseRules,
): boolean {
  if (metric.pass !== 'timing') {
    const resolution = Math.max(0, ...cases.flat().map((benchmark) => resolutionOf(benchmark, metric)));
    return resolution > 0 && Math.abs(delta) <= resolution;
  }
  if (pct !== null && Math.abs(pct) < rules.thresholdPct) return true;
  return cases.length > 0 && cases.every((sides) => medianMayBeEqual(sides, metric, rules.confidence));
}

/** True if both sides kept rounds, and the interval of their medians' difference contains 0. */
function medianMayBeEqual([reference, candidate]: Sides, metric: Metric, confidence: number): boolean {
  const base = rawSeries(reference, metric);
  const head = rawSeries(candidate, metric);
  if (base === undefined || head === undefined || !isEnough(base) || !isEnough(head)) return false;
  // WHY: half of the rest lies on each side, because the interval has two ends.
  const options = { confidence: (1 + confidence) / 2, resamples };
  const isGrown = medianLowerBound(base, head, 'difference', options) > 0;
  return !isGrown && medianLowerBound(head, base, 'difference', options) <= 0;
}

function isEnough(series: readonly number[]): boolean {
  return series.length >= leastValues && series.every(Number.isFinite);
}
