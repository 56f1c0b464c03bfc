// The figures of a run: what each of its benchmarks came to, in columns per metric. Pure.
// An index holds them beside the run's head, so that every value is plain data.
import { isRecord } from '../shapes.js';
import { fieldMetrics, headlineStat, type Metric } from '../stats/metrics.js';
import { seriesEnvironment } from './environment-key.js';
import { formerIds } from './former-ids.js';
import { compareCodePoints } from './ids.js';
import type { RunBenchmark, RunFile } from './schema.js';
import { rawSeries, resolutionOf, statsOf } from './table.js';

/** A headline alone, where the least and the greatest value of the series are the same; or all three. */
export type FigureCell = number | readonly [headline: number, low: number, high: number];

/** Benchmarks that one metric was measured of in the same way. */
export interface FigureColumn {
  /** The environment key of their series. */
  readonly environment: string;
  /** How many values each headline is of; 1 for a time, whose rounds are no passes. */
  readonly passes: number;
  /** How far apart two values must be to differ, in the metric's unit. */
  readonly resolution: number;
  /** True if the hooks stood before the program did. */
  readonly isPreloaded: boolean;
  /** Places in the run's list of ids. */
  readonly rows: readonly number[];
  /** One per row. */
  readonly cells: readonly FigureCell[];
}

/** What stays the same from run to run, mostly. */
export interface FigureNames {
  readonly ids: readonly string[];
  /** Node and allocator with their whole versions: what may move a figure and starts no new series. */
  readonly versions: string;
  /** Places in `ids` with the ids that these benchmarks had before. */
  readonly formerly: readonly (readonly [row: number, ids: readonly string[]])[];
}

export interface RunFigures {
  readonly names: FigureNames;
  /** Places in `ids` with the profiles that the run kept, relative to the run file. */
  readonly profiles: readonly (readonly [row: number, file: string])[];
  /** By the field of the metric. */
  readonly columns: ReadonlyMap<string, readonly FigureColumn[]>;
}

/** All figures that a run file holds. */
export function figuresOf(file: RunFile): RunFigures {
  const { benchmarks } = file;
  const columns = new Map<string, readonly FigureColumn[]>();
  const environments = benchmarks.map(() => new Map<Metric['pass'], string>());
  for (const metric of fieldMetrics) {
    const found = columnsOf(file, metric, environments);
    if (found.length > 0) columns.set(metric.field, found);
  }
  const names: FigureNames = {
    ids: benchmarks.map(({ fullname }) => fullname),
    versions: versionsOf(file),
    formerly: benchmarks.flatMap((benchmark, row) => {
      const ids = formerIds(benchmark);
      return ids.length === 0 ? [] : [[row, ids] as const];
    }),
  };
  const profiles = benchmarks.flatMap(({ extra_info: { benchmem } }, row) => {
    const kept: unknown = benchmem?.profile;
    return isRecord(kept) && typeof kept.file === 'string' ? [[row, kept.file] as const] : [];
  });
  return { names, profiles, columns };
}

/** The figures with the columns of some benchmarks alone; names stay those of all. */
export function onlyOf({ columns, ...rest }: RunFigures, ids: readonly string[]): RunFigures {
  const rows = new Set(rest.names.ids.flatMap((id, row) => (ids.includes(id) ? [row] : [])));
  const left = [...columns].map(([field, list]) => {
    const own = list.map(({ rows: all, cells, ...way }) => ({
      ...way,
      rows: all.filter((row) => rows.has(row)),
      cells: cells.filter((_, at) => rows.has(all[at] ?? -1)),
    }));
    return [field, own.filter(({ rows: kept }) => kept.length > 0)] as const;
  });
  return { ...rest, columns: new Map(left.filter(([, list]) => list.length > 0)) };
}

interface OpenColumn extends FigureColumn {
  readonly rows: number[];
  readonly cells: FigureCell[];
}

// PERF: `environments` keeps the key of each benchmark and kind of pass, because many metrics have one.
function columnsOf(
  { benchmarks, machine_info: machine }: RunFile,
  metric: Metric,
  environments: readonly Map<Metric['pass'], string>[],
): FigureColumn[] {
  const columns = new Map<string, OpenColumn>();
  for (const [row, benchmark] of benchmarks.entries()) {
    const cell = cellOf(benchmark, metric);
    if (cell === undefined) continue;
    const known = environments[row]?.get(metric.pass);
    const environment = known ?? seriesEnvironment(benchmark, machine, metric);
    if (known === undefined) environments[row]?.set(metric.pass, environment);
    const shape = {
      environment,
      passes: metric.pass === 'timing' ? 1 : (rawSeries(benchmark, metric)?.length ?? 1),
      resolution: resolutionOf(benchmark, metric),
      isPreloaded: benchmark.extra_info.benchmem?.environment?.mode === 'preloaded',
    };
    const key = `${shape.passes} ${shape.resolution} ${shape.isPreloaded} ${environment}`;
    const column = columns.get(key) ?? { ...shape, rows: [], cells: [] };
    column.rows.push(row);
    column.cells.push(cell);
    columns.set(key, column);
  }
  return [...columns.values()];
}

function cellOf(benchmark: RunBenchmark, metric: Metric): FigureCell | undefined {
  const stats = statsOf(benchmark, metric);
  const headline = stats?.[headlineStat(metric)];
  if (headline === undefined) return undefined;
  const { min: low = headline, max: high = headline } = stats ?? {};
  return low === headline && high === headline ? headline : [headline, low, high];
}

function versionsOf({ benchmarks, machine_info: { runtime_version: runtime } }: RunFile): string {
  const found = new Set<string>();
  for (const { extra_info: extra } of benchmarks) {
    const { node, allocator } = extra.benchmem?.environment ?? {};
    const allocatorText = allocator?.version === undefined ? '' : `, ${allocator.name} ${allocator.version}`;
    if (node !== undefined) found.add(`Node ${node.replace(/^v/, '')}${allocatorText}`);
  }
  if (found.size === 0 && typeof runtime === 'string') found.add(`runtime ${runtime}`);
  return [...found].sort(compareCodePoints).join('; ');
}
