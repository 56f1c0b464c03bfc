// What all rows of a table say together about one metric. Pure.
// INVARIANT: every row that has the metric is compared, new or removed; every compared one improved, regressed or is unchanged.
import type { Metric } from '../stats/metrics.js';
import { mean, median } from '../stats/summary.js';
import type { Verdict } from './changes.js';
import type { Row, RowMetric } from './rows.js';

export interface Overall {
  readonly metric: Metric;
  readonly count: number;
  readonly compared: number;
  /** Of the rows' percentages; null if there is none. */
  readonly averagePct: number | null;
  readonly medianPct: number | null;
  /** The geometric mean, so that twice as fast and half as fast make 1. */
  readonly speedup: number | null;
  readonly improved: number;
  readonly regressed: number;
  readonly unchanged: number;
  /** How many of the improved and regressed may have come by chance. */
  readonly withinNoise: number;
  readonly new: number;
  readonly removed: number;
  /** How many of the compared have no percentage, and are in no average. */
  readonly noPercentage: number;
}

/** One per metric that some row has. */
export function overallOf(rows: readonly Row[], metrics: readonly Metric[]): Overall[] {
  return metrics.flatMap((metric) => {
    const figures = rows.flatMap((row) => row.metrics.filter((each) => each.metric === metric));
    return figures.length === 0 ? [] : [overallOfMetric(metric, figures)];
  });
}

function overallOfMetric(metric: Metric, figures: readonly RowMetric[]): Overall {
  const compared = figures.filter(({ status }) => status === 'both');
  const percents = compared.flatMap(({ stats }) => stats?.mean.pct ?? []);
  const logarithms = compared.flatMap(({ stats }) => {
    const speedup = stats?.mean.speedup ?? null;
    return speedup === null ? [] : [Math.log(speedup)];
  });
  const judged = (verdict: Verdict) => compared.filter((each) => each.verdict === verdict).length;
  return {
    metric,
    count: figures.length,
    compared: compared.length,
    averagePct: percents.length === 0 ? null : mean(percents),
    medianPct: percents.length === 0 ? null : median(percents),
    speedup: logarithms.length === 0 ? null : Math.exp(mean(logarithms)),
    improved: judged('improved'),
    regressed: judged('regressed'),
    unchanged: judged('unchanged'),
    withinNoise: compared.filter(({ withinNoise }) => withinNoise).length,
    new: figures.filter(({ status }) => status === 'new').length,
    removed: figures.filter(({ status }) => status === 'removed').length,
    noPercentage: compared.length - percents.length,
  };
}
