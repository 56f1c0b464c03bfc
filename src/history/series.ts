// Saved runs as series: one per benchmark, metric, environment and branch, its points in the order of the commits. Pure.
import type { FigureCell } from '../runfile/figures.js';
import type { RunHead } from '../runfile/heads.js';
import { compareCodePoints } from '../runfile/ids.js';
import type { Rename } from '../runfile/renames.js';
import type { RunKind } from '../runfile/schema.js';
import type { SeriesRun, SeriesTable } from '../runfile/store.js';
import type { Metric } from '../stats/metrics.js';
import { inCommitOrder } from './commit-order.js';
import { todaysNames } from './former-names.js';

/** One run of a history. */
export interface HistoryRun {
  readonly head: RunHead;
  /** What may move a figure and starts no new series: a change of it is drawn as a boundary. */
  readonly versions: string;
  /** True for a run that ended early, or of files that are in no commit: it is drawn, and counts nowhere. */
  readonly isHollow: boolean;
  /** Profiles that the run kept, by today's id, relative to the run file. */
  readonly profiles: ReadonlyMap<string, string>;
}

/** What one run says of a series, in the metric's unit. */
export interface HistoryPoint {
  /** Its place in the history's runs. */
  readonly run: number;
  readonly headline: number;
  readonly low: number;
  readonly high: number;
  readonly passes: number;
  /** How far apart two values must be to differ. */
  readonly resolution: number;
  readonly isPreloaded: boolean;
  readonly isHollow: boolean;
}

export interface HistorySeries {
  /** Today's. */
  readonly id: string;
  readonly metric: Metric;
  readonly environment: string;
  /** Absent if the runs know of none. */
  readonly branch?: string;
  readonly kind: RunKind;
  /** In the order of the runs. */
  readonly points: readonly HistoryPoint[];
}

export interface History {
  /** In the order of their commits, oldest first. */
  readonly runs: readonly HistoryRun[];
  /** By id, then in the order in which the metrics were asked for, then by environment and branch. */
  readonly series: readonly HistorySeries[];
  /** Renames that renamed nothing. */
  readonly unmatched: readonly Rename[];
}

export interface HistoryOptions {
  readonly metrics: readonly Metric[];
  /** Of the branch, newest first. */
  readonly commits?: readonly string[] | undefined;
  readonly renames?: readonly Rename[] | undefined;
  /** Today's ids; all by default. */
  readonly isAsked?: ((id: string) => boolean) | undefined;
}

/** Throws USAGE if two benchmarks of one run have one id today. */
export function historyOf(table: SeriesTable, options: HistoryOptions): History {
  const { commits, renames = [], isAsked = () => true } = options;
  const runs = inCommitOrder(table.runs, commits);
  const used = new Set<string>();
  const namesToday = todaysNames(runs, renames, used);
  const series = new Map<string, OpenSeries>();
  const history = runs.map((run, at): HistoryRun => {
    const names = namesToday(run);
    const isHollow = run.head.dirty || !run.head.complete;
    for (const metric of options.metrics) addPoints(series, { run, at, names, isHollow, isAsked, metric });
    const profiles = run.figures.profiles.flatMap(([row, file]) => {
      const id = names[row];
      return id === undefined ? [] : [[id, file] as const];
    });
    const { head, figures } = run;
    return { head, versions: figures.names.versions, isHollow, profiles: new Map(profiles) };
  });
  const unmatched = renames.filter(({ from }) => !used.has(from));
  return { runs: history, series: sorted([...series.values()], options.metrics), unmatched };
}

interface OpenSeries extends HistorySeries {
  readonly points: HistoryPoint[];
}

interface Adding {
  readonly run: SeriesRun;
  readonly at: number;
  readonly names: readonly string[];
  readonly isHollow: boolean;
  readonly isAsked: (id: string) => boolean;
  readonly metric: Metric;
}

function addPoints(series: Map<string, OpenSeries>, adding: Adding): void {
  const { run, at, names, isHollow, isAsked, metric } = adding;
  const { branch, kind } = run.head;
  for (const column of run.figures.columns.get(metric.field) ?? []) {
    const { environment, passes, resolution, isPreloaded } = column;
    for (const [index, cell] of column.cells.entries()) {
      const id = names[column.rows[index] ?? -1];
      if (id === undefined || !isAsked(id)) continue;
      const key = JSON.stringify([id, metric.name, environment, branch, kind]);
      const found = series.get(key) ?? {
        id,
        metric,
        environment,
        ...(branch !== undefined && { branch }),
        kind,
        points: [],
      };
      found.points.push({ run: at, ...valuesOf(cell), passes, resolution, isPreloaded, isHollow });
      series.set(key, found);
    }
  }
}

function valuesOf(cell: FigureCell): Pick<HistoryPoint, 'headline' | 'low' | 'high'> {
  if (typeof cell === 'number') return { headline: cell, low: cell, high: cell };
  const [headline, low, high] = cell;
  return { headline, low, high };
}

function sorted(series: readonly HistorySeries[], metrics: readonly Metric[]): HistorySeries[] {
  return [...series].sort(
    (one, other) =>
      compareCodePoints(one.id, other.id) ||
      metrics.indexOf(one.metric) - metrics.indexOf(other.metric) ||
      compareCodePoints(one.environment, other.environment) ||
      compareCodePoints(one.branch ?? '', other.branch ?? '') ||
      compareCodePoints(one.kind, other.kind),
  );
}
