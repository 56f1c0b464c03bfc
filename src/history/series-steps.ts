// What the series of a history say: steps at runs, drifts and levels. Pure.
import type { Metric, MetricUnit } from '../stats/metrics.js';
import type { History, HistoryPoint, HistorySeries } from './series.js';
import { findSteps, type Step, type StepPoint } from './steps/find.js';
import type { Drift } from './steps/level-changes.js';

export interface SeriesStep extends Omit<Step, 'at'> {
  /** The place of the first run of the new level in the history's runs. */
  readonly run: number;
  /** The place of the run before it in the series. */
  readonly lastBefore: number;
  /** How many runs of the series have come since, itself included. */
  readonly runs: number;
  /** What else changed with it: Node or the allocator, before and after. */
  readonly versions?: readonly [before: string, after: string];
}

export interface SteppedSeries extends HistorySeries {
  /** In order. */
  readonly steps: readonly SeriesStep[];
  readonly drift?: Drift;
  /** What the figure is now; absent if no run counts. */
  readonly level?: number;
  /** One standard deviation of the figure around its level; 0 where it repeats. */
  readonly sigma: number;
  readonly isExact: boolean;
}

/** The least change that is one, in the metric's unit, for figures that do not repeat. */
const leastChanges: Readonly<Record<MetricUnit, number>> = { B: 1024, '': 1, s: 0 };

/** True if a value of the point is the only one that the code can have. */
export function agrees({ isPreloaded, passes, low, high }: HistoryPoint, { pass }: Metric): boolean {
  // WHY: times and resident memory depend on the machine, whatever the passes of one run say.
  return isPreloaded && passes >= 2 && low === high && pass !== 'timing' && pass !== 'rss';
}

/** Runs that count nowhere are in no step. */
export function withSteps(series: HistorySeries, runs: History['runs']): SteppedSeries {
  const counted = series.points.filter(({ isHollow }) => !isHollow);
  const points = counted.map(
    (point): StepPoint => ({
      value: point.headline,
      agrees: agrees(point, series.metric),
      resolution: point.resolution,
    }),
  );
  const { steps, ...found } = findSteps(points, { absolute: leastChanges[series.metric.unit] });
  return {
    ...series,
    ...found,
    steps: steps.map(({ at, ...step }) => {
      const [run, lastBefore] = [counted[at]?.run ?? 0, counted[at - 1]?.run ?? 0];
      const versions = [runs[lastBefore]?.versions ?? '', runs[run]?.versions ?? ''] as const;
      const isBoundary = versions[0] !== versions[1];
      return { ...step, run, lastBefore, runs: counted.length - at, ...(isBoundary && { versions }) };
    }),
  };
}

/** A run at which so many series step that the code can hardly be why. */
export interface Shift {
  readonly run: number;
  readonly steps: number;
  readonly series: number;
}

const fewestSeries = 3;

/** The runs at which half of the series or more have a step that is certain. */
export function shiftsOf(all: readonly SteppedSeries[]): readonly Shift[] {
  const steps = new Map<number, number>();
  for (const series of all) {
    for (const { run, isCertain } of series.steps) {
      if (isCertain) steps.set(run, (steps.get(run) ?? 0) + 1);
    }
  }
  const atRun = (run: number) => all.filter(({ points }) => points.some((point) => point.run === run)).length;
  return [...steps]
    .map(([run, count]): Shift => ({ run, steps: count, series: atRun(run) }))
    .filter(({ steps: count, series }) => series >= fewestSeries && 2 * count >= series)
    .sort((one, other) => one.run - other.run);
}
