// The columns of a run's table as text: metrics by statistics, a unit per column, spread where passes differ. Pure.
// Every number is derived from the run's series by the same functions that comparisons use.
import { type Marks, markedText, marksOf } from '../../compare/marks.js';
import { changePercent } from '../../compare/numbers.js';
import type { RunBenchmark } from '../../runfile/schema.js';
import { measuredValue, rawSeries } from '../../runfile/table.js';
import { headlineStat, type Metric, metricNamed, type StatName } from '../../stats/metrics.js';
import { maximum, minimum } from '../../stats/summary.js';
import { changeText, singleText, spreadText } from '../../text/numbers.js';
import {
  type ByteUnit,
  bytesPerUnit,
  byteUnitOf,
  formatCount,
  groupThousands,
  roundHalfEven,
} from '../../units.js';

/** A column of the table; `text` answers undefined where a benchmark lacks the figure. */
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
    const scale = scaleOf(metric, values);
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
          return markedText(scale.format(value), marksIn(benchmark, metric, stat, value));
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

export interface Scale {
  readonly unit: string;
  format(value: number): string;
}

/** The unit of a column: that of its smallest positive value. */
export function scaleOf(metric: Metric, values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0);
  const anchor = positive.length === 0 ? 0 : minimum(positive);
  switch (metric.unit) {
    case '':
      return { unit: '', format: formatCount };
    case 's':
      return timeScale(anchor);
    case 'B':
      return byteScale(byteUnitOf(anchor));
  }
}

function byteScale(unit: ByteUnit): Scale {
  const digits = unit === 'B' ? 0 : 2;
  return { unit, format: (value) => groupThousands(roundHalfEven(value / bytesPerUnit(unit), digits)) };
}

const timeUnits = [
  ['s', 1],
  ['ms', 1e-3],
  ['\u00b5s', 1e-6],
  ['ns', 1e-9],
] as const;

function timeScale(anchor: number): Scale {
  const [unit, seconds] =
    timeUnits.find(([, size]) => anchor >= size) ?? (anchor > 0 ? ['ns', 1e-9] : ['s', 1]);
  return { unit, format: (value) => significant(value / seconds) };
}

/** Four significant digits, without an exponent. */
function significant(value: number): string {
  if (value === 0) return '0';
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return groupThousands(roundHalfEven(value, Math.min(20, Math.max(0, 4 - whole))));
}
