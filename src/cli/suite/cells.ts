// The columns of a run's table as text: metrics by statistics, a unit per column, spread where passes differ. Pure.
// Every number is derived from the run's series by the same functions that comparisons use.
import { type Marks, markedText, marksOf } from '../../compare/marks.js';
import { changePercent } from '../../compare/numbers.js';
import type { RunBenchmark } from '../../runfile/schema.js';
import { measuredValue, rawSeries } from '../../runfile/table.js';
import { headlineStat, type Metric, metricNamed, type StatName } from '../../stats/metrics.js';
import { maximum, minimum } from '../../stats/summary.js';
import { cellScale, cellText, smallestPositive } from '../../text/cells.js';
import { changeText, singleText, spreadText } from '../../text/numbers.js';

/** A column of the table; `text` answers undefined if a benchmark lacks the figure. */
export interface RunColumn {
  /** `time (ms) min`, or `max` where the metric stands before it. */
  readonly title: string;
  /** With its metric, wherever it stands. */
  readonly fullTitle: string;
  readonly metric: string;
  /** 0 for what must stay; higher goes first where the table is too wide. */
  readonly rank: number;
  text(benchmark: RunBenchmark): string | undefined;
}

/** The columns that some benchmark fills. */
export function runColumns(
  benchmarks: readonly RunBenchmark[],
  names: readonly string[],
  stats: readonly StatName[],
  base?: readonly RunBenchmark[],
): RunColumn[] {
  return names.flatMap((name) => {
    const metric = metricNamed(name);
    if (metric === undefined) return [];
    const columns = metricColumns(benchmarks, metric, stats);
    const isShown = base !== undefined && columns.length > 0;
    return isShown
      ? [...columns, ...baseColumns(base, metric, withHeadline(stats, metric)[0] ?? 'min')]
      : columns;
  });
}

/** What the base had, and how far the new value is from it. */
function baseColumns(base: readonly RunBenchmark[], metric: Metric, stat: StatName): RunColumn[] {
  const byId = new Map(base.map((benchmark) => [benchmark.fullname, benchmark]));
  const baseValue = ({ fullname }: RunBenchmark) => {
    const found = byId.get(fullname);
    return found && measuredValue(found, metric, stat);
  };
  const baseText = ({ fullname }: RunBenchmark, value: number) =>
    markedText(singleText(value, metric.unit), marksIn(byId.get(fullname), metric, stat, value));
  return [
    {
      title: 'base',
      fullTitle: `${metric.name} base ${stat}`,
      metric: metric.name,
      rank: 3,
      text: (benchmark) => {
        const value = baseValue(benchmark);
        return value === undefined ? undefined : baseText(benchmark, value);
      },
    },
    {
      title: 'change',
      fullTitle: `${metric.name} change`,
      metric: metric.name,
      rank: 0,
      text: (benchmark) => {
        const [from, to] = [baseValue(benchmark), measuredValue(benchmark, metric, stat)];
        if (from === undefined || to === undefined) return undefined;
        const percent = changePercent(from, to);
        return percent === undefined ? undefined : changeText(percent);
      },
    },
  ];
}

function metricColumns(
  benchmarks: readonly RunBenchmark[],
  metric: Metric,
  stats: readonly StatName[],
): RunColumn[] {
  const columns = withHeadline(stats, metric).flatMap((stat, place): RunColumn[] => {
    const values = benchmarks.flatMap((benchmark) => measuredValue(benchmark, metric, stat) ?? []);
    if (values.length === 0) return [];
    const scale = cellScale(metric.unit, smallestPositive(values));
    const heading = scale.unit === '' ? metric.name : `${metric.name} (${scale.unit})`;
    return [
      {
        title: place === 0 ? `${heading} ${stat}` : stat + (scale.unit === '' ? '' : ` (${scale.unit})`),
        fullTitle: `${heading} ${stat}`,
        metric: metric.name,
        rank: place === 0 ? 0 : place,
        text: (benchmark) => {
          const value = measuredValue(benchmark, metric, stat);
          if (value === undefined) return undefined;
          return markedText(
            cellText(value, metric.unit, scale.factor),
            marksIn(benchmark, metric, stat, value),
          );
        },
      },
    ];
  });
  if (columns.length === 0 || !hasSeveralPasses(benchmarks, metric)) return columns;
  const spread: RunColumn = {
    title: 'spread',
    fullTitle: `${metric.name} spread`,
    metric: metric.name,
    rank: 9,
    text: (benchmark) => {
      const series = rawSeries(benchmark, metric);
      return series === undefined || series.length < 2
        ? undefined
        : spreadText({ min: minimum(series), max: maximum(series) }, metric);
    },
  };
  return [...columns, spread];
}

function marksIn(
  benchmark: RunBenchmark | undefined,
  source: Metric,
  stat: StatName,
  value: number,
): Marks | undefined {
  return benchmark && marksOf({ benchmark }, { source, stat }, value);
}

// What stays is no minimum: its own statistic comes first.
function withHeadline(stats: readonly StatName[], metric: Metric): readonly StatName[] {
  const headline = headlineStat(metric);
  return headline === 'min' || stats.includes(headline) ? stats : [headline, ...stats];
}

// Rounds of a clock always differ: min and max say it.
function hasSeveralPasses(benchmarks: readonly RunBenchmark[], metric: Metric): boolean {
  if (metric.unit === 's') return false;
  return benchmarks.some((benchmark) => (rawSeries(benchmark, metric)?.length ?? 0) > 1);
}
