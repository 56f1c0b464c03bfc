// The figures of one run as exports need them: every metric that a benchmark has, with its headline. Pure.
import type { RunBenchmark } from '../runfile/schema.js';
import { statsOf } from '../runfile/table.js';
import { headlineStat, type Metric, metrics } from '../stats/metrics.js';
import type { Stats } from '../stats/summary.js';

/** A benchmark with the metrics that it has. */
export interface Measured {
  readonly id: string;
  readonly benchmark: RunBenchmark;
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly metric: Metric;
  readonly stats: Stats;
  /** The headline: the minimum; of `retained` the trend. */
  readonly value: number;
}

export function measuredOf(benchmark: RunBenchmark): Measured {
  const figures = metrics.flatMap((metric): Figure[] => {
    const stats = statsOf(benchmark, metric);
    const value = stats?.[headlineStat(metric)];
    return stats === undefined || value === undefined ? [] : [{ metric, stats, value }];
  });
  return { id: benchmark.fullname, benchmark, figures };
}

/** `peak_bytes`, `time_seconds`, `allocations`: a metric's name with its unit. */
export function metricId({ name, unit }: Metric): string {
  return { B: `${name}_bytes`, s: `${name}_seconds`, '': name }[unit];
}
