// The noise-aware gate: a series that varies trips only where its medians differ beyond chance, too. Pure.
import { rawSeries } from '../runfile/table.js';
import { medianLowerBound } from '../stats/bootstrap.js';
import type { Metric } from '../stats/metrics.js';
import { nameSome } from './gate-checks.js';
import type { Pair } from './gate-input.js';
import { GateRefusal } from './gate-refusal.js';
import type { GateRule } from './gate-rules.js';
import type { Threshold } from './threshold.js';

export interface Noise {
  readonly confidence: number;
}

/** Fewer values say too little about how a series varies. */
const leastValues = 6;

/** Throws GateRefusal, naming the ids whose rounds are missing or too few. */
export function refuseUnknownNoise(
  checked: readonly { readonly rule: GateRule; readonly pairs: readonly Pair[] }[],
): void {
  for (const { rule, pairs } of checked) {
    const unknown = pairs
      .filter(({ from, to }) => from !== undefined && to !== undefined)
      .filter((pair) => !isConstant(pair, rule.metric) && !hasEnough(pair, rule.metric))
      .map(({ id }) => id);
    if (unknown.length === 0) continue;
    throw new GateRefusal(
      `--confidence needs the raw rounds and at least ${leastValues} values a side; ${rule.field} has fewer in ${nameSome(unknown)}`,
      rule.metric.pass === 'timing'
        ? 'record more rounds (stats.data), or leave out --confidence'
        : `measure with --repeats ${leastValues} or more, or leave out --confidence`,
    );
  }
}

/** A constant series follows the plain rule; any other must pass the limit with its bound as well. */
export function isSignificant(pair: Pair, metric: Metric, limit: Threshold, { confidence }: Noise): boolean {
  if (isConstant(pair, metric)) return true;
  const base = rawSeries(pair.base.benchmark, metric) ?? [];
  const head = rawSeries(pair.head.benchmark, metric) ?? [];
  const contrast = limit.percent ? 'ratio' : 'difference';
  const bound = medianLowerBound(base, head, contrast, { confidence });
  return (limit.percent ? (bound - 1) * 100 : bound) > limit.limit;
}

// WHY a single round is not constant: one time says nothing about the next. One pass of a count does.
function isConstant(pair: Pair, metric: Metric): boolean {
  return [pair.base, pair.head].every(({ benchmark }) => {
    const series = rawSeries(benchmark, metric);
    if (series === undefined || (metric.pass === 'timing' && series.length < 2)) return false;
    return series.every((value) => value === series[0]);
  });
}

function hasEnough(pair: Pair, metric: Metric): boolean {
  return [pair.base, pair.head].every(({ benchmark }) => {
    const series = rawSeries(benchmark, metric);
    return series !== undefined && series.length >= leastValues && series.every(Number.isFinite);
  });
}
