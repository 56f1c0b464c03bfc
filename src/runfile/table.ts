// Measured values out of runs: the statistics of one benchmark's metric, and runs as rows with a column per dim.
// Pure. A value that was not measured, or that is not finite, is absent.
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import {
  askedStatNames,
  headlineStat,
  isStatName,
  type Metric,
  type MetricUnit,
  metricNamed,
  metricNames,
  metrics,
  type StatName,
  statNames,
} from '../stats/metrics.js';
import { type RetainedHeadline, retainedHeadline, retainedResolutionIn } from '../stats/retained.js';
import { type Stats, type Summary, summarize } from '../stats/summary.js';
import { type Dims, dimsOf, type Scalar } from './dims.js';
import { compareCodePoints } from './ids.js';
import type { Run } from './run.js';
import type { MemoryFigures, RunBenchmark } from './schema.js';

/** One benchmark's value of the chosen metric. */
export interface RunSample {
  readonly id: string;
  readonly value: number;
  readonly dims: Readonly<Record<string, Scalar>>;
}

export interface RunSamples {
  readonly label: string;
  /** `B`, `s`, or `''` for a count. */
  readonly unit: MetricUnit;
  readonly samples: readonly RunSample[];
}

/** One row per run and id. */
export interface RunTableRow {
  /** The run's label. */
  readonly run: string;
  readonly id: string;
  /** The chosen statistic, in the table's unit. */
  readonly value: number;
  /** All statistics of the series that the row has; each absent if the file's is not finite. */
  readonly stats: Stats;
  /** A record without prototype; a dim that the benchmark does not have is absent. */
  readonly dims: Readonly<Record<string, Scalar>>;
}

export interface RunTable {
  readonly metric: string;
  readonly stat: StatName;
  readonly unit: MetricUnit;
  /** Labels of the runs, in the order given. */
  readonly runs: readonly string[];
  /** Every dim that some row has, by code point. */
  readonly dims: readonly string[];
  /** Those of the dims that are params of some row's benchmark; the others are extra_info or parts of the id. */
  readonly params?: readonly string[];
  readonly rows: readonly RunTableRow[];
}

export interface SampleChoice {
  /** A metric or field (`time`, `peak`, `native_total_bytes`); default `time`. */
  readonly metric?: string;
  /** Default: the headline, `min`; of `retained` the `trend`. */
  readonly stat?: StatName;
}

/** The memory series of a field, one entry per pass; `unaligned` ones are read like the others. */
export function memorySeries(blob: MemoryFigures, field: string): readonly number[] | undefined {
  const flat = Object.hasOwn(blob, field) ? blob[field] : undefined;
  if (Array.isArray(flat)) return flat as readonly number[];
  const unaligned = blob.unaligned;
  return unaligned !== undefined && Object.hasOwn(unaligned, field) ? unaligned[field] : undefined;
}

/** The raw values behind a metric: the passes, or the timed rounds where the file kept them. */
export function rawSeries(benchmark: RunBenchmark, metric: Metric): readonly number[] | undefined {
  if (metric.field === 'stats') return benchmark.stats?.data;
  const blob = benchmark.extra_info.benchmem;
  return blob === undefined ? undefined : memorySeries(blob, metric.field);
}

/**
 * The statistics of one metric; `time` has the ones that the file holds. Undefined if nothing was measured; one that is
 * not finite (the file's, or a sum that no double holds) is absent.
 */
export function statsOf(benchmark: RunBenchmark, metric: Metric): Stats | undefined {
  if (metric.field === 'stats') return benchmark.stats && finiteStats(benchmark.stats);
  const series = rawSeries(benchmark, metric);
  if (series === undefined) return undefined;
  const summary = summarize(series);
  const isWhole = Number.isFinite(summary.mean) && Number.isFinite(summary.stddev);
  const stats = isWhole ? summary : finiteStats(summary);
  if (headlineStat(metric) !== 'trend') return stats;
  return { ...stats, ...defined({ trend: retainedOf(benchmark)?.bytes }) };
}

/** What stays of a benchmark's calls; undefined if nothing retained was measured. */
export function retainedOf({
  extra_info: { benchmem: blob },
}: Pick<RunBenchmark, 'extra_info'>): RetainedHeadline | undefined {
  return blob && retainedIn(blob);
}

/** The same of its figures. */
export function retainedIn(blob: MemoryFigures): RetainedHeadline | undefined {
  const series = memorySeries(blob, 'retained_bytes');
  const { resolution, cold: separate } = blob;
  return series && retainedHeadline(series, { resolution: retainedResolutionIn(resolution), separate });
}

/**
 * True if `peak` is live memory and all garbage: nothing forced a collection while JavaScript was allocated.
 * Undefined if the run does not say.
 */
export function holdsAllGarbage(blob: MemoryFigures): boolean | undefined {
  if (blob.near_live === undefined) return undefined;
  return (
    blob.near_live.forced_gcs === 0 && (memorySeries(blob, 'js_total_bytes') ?? []).some((bytes) => bytes > 0)
  );
}

/**
 * How far apart two values of a metric must be to differ, in its unit: what the file says, else for `retained` what an
 * action that yields has, and nothing for the others.
 */
export function resolutionOf(
  { extra_info: { benchmem: blob } }: Pick<RunBenchmark, 'extra_info'>,
  { field }: Metric,
): number {
  if (field === 'retained_bytes') return retainedResolutionIn(blob?.resolution);
  const { resolution } = blob ?? {};
  return resolution !== undefined && Object.hasOwn(resolution, field) ? (resolution[field] as number) : 0;
}

/** The figure that a table, a gate or a plot shows of the metric; undefined if it was not measured. */
export function headlineOf(benchmark: RunBenchmark, metric: Metric): number | undefined {
  return measuredValue(benchmark, metric, headlineStat(metric));
}

function finiteStats(stats: Summary): Partial<Summary> {
  const { min, max, mean, median, stddev } = stats;
  if ([min, max, mean, median, stddev].every(Number.isFinite)) return { min, max, mean, median, stddev };
  const finite: { -readonly [stat in keyof Summary]?: number } = {};
  for (const stat of statNames) if (Number.isFinite(stats[stat])) finite[stat] = stats[stat];
  return finite;
}

/** The names of the metrics that some benchmark has. */
export function measuredMetrics(benchmarks: readonly RunBenchmark[]): string[] {
  return metrics
    .filter((metric) =>
      benchmarks.some((benchmark) =>
        metric.field === 'stats' ? benchmark.stats !== undefined : rawSeries(benchmark, metric) !== undefined,
      ),
    )
    .map(({ name }) => name);
}

/** One value; undefined if it was not measured. */
export function measuredValue(benchmark: RunBenchmark, metric: Metric, stat: StatName): number | undefined {
  return statsOf(benchmark, metric)?.[stat];
}

/** The metric of that name. Throws INVALID_OPTION. */
export function knownMetric(name: string): Metric {
  const metric = metricNamed(name);
  if (metric !== undefined) return metric;
  throw new BenchmemError(
    'INVALID_OPTION',
    `there is no metric ${name}`,
    `choose from ${metricNames.join(', ')}`,
  );
}

function chosen({ metric: name = 'time', stat: asked }: SampleChoice): { metric: Metric; stat: StatName } {
  const metric = knownMetric(name);
  const stat = asked ?? headlineStat(metric);
  if (!isStatName(stat)) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `there is no statistic ${String(stat)}`,
      `choose from ${askedStatNames.join(', ')}`,
    );
  }
  return { metric, stat };
}

/** The benchmarks of one run that have the metric, in file order. */
export function samplesOf(run: Run, choice: SampleChoice = {}): RunSamples {
  const { metric, stat } = chosen(choice);
  const samples = run.file.benchmarks.flatMap((benchmark): RunSample[] => {
    const value = measuredValue(benchmark, metric, stat);
    if (value === undefined) return [];
    return [{ id: benchmark.fullname, value, dims: dimsRecord(dimsOf(benchmark)) }];
  });
  return { label: run.label, unit: metric.unit, samples };
}

/** Runs stacked: one row per run and id that has the metric, a column per dim. */
export function tableOf(runs: readonly Run[], choice: SampleChoice = {}): RunTable {
  const { metric, stat } = chosen(choice);
  const params = new Set<string>();
  const rows = runs.flatMap((run) =>
    run.file.benchmarks.flatMap((benchmark): RunTableRow[] => {
      const stats = statsOf(benchmark, metric);
      const value = stats?.[stat];
      if (stats === undefined || value === undefined) return [];
      for (const name of Object.keys(benchmark.params ?? {})) params.add(name);
      return [{ run: run.label, id: benchmark.fullname, value, stats, dims: dimsRecord(dimsOf(benchmark)) }];
    }),
  );
  const dims = [...new Set(rows.flatMap((row) => Object.keys(row.dims)))].sort(compareCodePoints);
  return {
    metric: metric.name,
    stat,
    unit: metric.unit,
    runs: runs.map(({ label }) => label),
    dims,
    params: dims.filter((name) => params.has(name)),
    rows,
  };
}

function dimsRecord(dims: Dims): Record<string, Scalar> {
  const record: Record<string, Scalar> = Object.create(null);
  for (const [name, value] of dims) record[name] = value;
  return record;
}
