// Measured values out of runs: the statistics of one benchmark's metric, and runs as rows with a column per dim.
// Pure. A value that was not measured, or that is not finite, is absent.
import { BenchmemError } from '../errors.js';
import {
  isStatName,
  type Metric,
  type MetricUnit,
  metricNamed,
  metricNames,
  metrics,
  type StatName,
  statNames,
} from '../stats/metrics.js';
import { type Summary, summarize } from '../stats/summary.js';
import { type Dims, dimsOf, type Scalar } from './dims.js';
import { compareCodePoints } from './ids.js';
import type { Run } from './run.js';
import type { MemoryBlob, RunBenchmark } from './schema.js';

/** What a collection may leave of an action that yields to the event loop, in bytes. */
const unknownRetainedResolution = 32 * 1024;

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
  /** All statistics of the series that the row has; each absent where the file's is not finite. */
  readonly stats: Partial<Summary>;
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
  /** Default `min`. */
  readonly stat?: StatName;
}

/** The memory series of a field, one entry per pass; `unaligned` ones are read like the others. */
export function memorySeries(blob: MemoryBlob, field: string): readonly number[] | undefined {
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
 * The statistics of one metric; `time` has the ones that the file holds. Undefined where nothing was measured; one that is
 * not finite (the file's, or a sum that no double holds) is absent.
 */
export function statsOf(benchmark: RunBenchmark, metric: Metric): Partial<Summary> | undefined {
  if (metric.field === 'stats') return benchmark.stats && finiteStats(benchmark.stats);
  const series = rawSeries(benchmark, metric);
  if (series === undefined) return undefined;
  const summary = summarize(series);
  return Number.isFinite(summary.mean) && Number.isFinite(summary.stddev) ? summary : finiteStats(summary);
}

function finiteStats(stats: Summary): Partial<Summary> {
  const finite: { -readonly [stat in StatName]?: number } = {};
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

/** One value; undefined where it was not measured. */
export function measuredValue(benchmark: RunBenchmark, metric: Metric, stat: StatName): number | undefined {
  return statsOf(benchmark, metric)?.[stat];
}

/**
 * How far apart two values of a metric must be to differ, in its unit: what the file says, else 32 KiB for `retained` and
 * nothing for the others.
 */
export function resolutionOf({ extra_info: { benchmem } }: RunBenchmark, { field }: Metric): number {
  const stored = benchmem?.resolution;
  if (stored !== undefined && Object.hasOwn(stored, field)) return stored[field] ?? 0;
  return field === 'retained_bytes' ? unknownRetainedResolution : 0;
}

function chosen({ metric: name = 'time', stat = 'min' }: SampleChoice): { metric: Metric; stat: StatName } {
  const metric = metricNamed(name);
  if (metric === undefined) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `there is no metric ${name}`,
      `choose from ${metricNames.join(', ')}`,
    );
  }
  if (!isStatName(stat)) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `there is no statistic ${String(stat)}`,
      `choose from ${statNames.join(', ')}`,
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
