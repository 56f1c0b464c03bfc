// The steps of all series as they are told: worse or better, accepted, part of a shift of the whole suite; and the gate
// over them. Pure.
import type { Metric } from '../stats/metrics.js';
import { type Accepted, noteOf } from './accepted.js';
import { type Change, changeOf } from './changes.js';
import type { HistoryRun } from './series.js';
import type { SeriesStep, Shift, SteppedSeries } from './series-steps.js';

export interface ToldStep extends SeriesStep {
  readonly series: SteppedSeries;
  readonly change: Change;
  readonly isWorse: boolean;
  /** What somebody said who accepted it; absent for a step that nobody did. */
  readonly note?: string;
  /** True if so many series step at the run that one line is about all. */
  readonly isOfShift: boolean;
}

/** In the order of the series, then of the runs. */
export function toldSteps(
  series: readonly SteppedSeries[],
  runs: readonly HistoryRun[],
  accepted: readonly Accepted[],
  shifts: readonly Shift[],
): readonly ToldStep[] {
  return series.flatMap((each) =>
    each.steps.map((step): ToldStep => {
      const head = runs[step.run]?.head;
      const note = head && noteOf(accepted, { id: each.id, metric: each.metric.name }, head);
      const isOfShift = shifts.some(({ run }) => run === step.run);
      const change = changeOf(step.before, step.after);
      const isWorse = step.after > step.before;
      return { ...step, series: each, change, isWorse, isOfShift, ...(note !== undefined && { note }) };
    }),
  );
}

/** A limit on steps of one metric. */
export interface StepLimit {
  readonly metric: Metric;
  /** As it was typed. */
  readonly field: string;
  /** Only a step by more. */
  readonly pct: number;
}

export interface StepGate {
  readonly limits: readonly StepLimit[];
  /** Only steps among so many of the newest runs of their series. */
  readonly within: number;
}

/** Certain steps to the worse that nobody accepted, in the order of the limits. */
export function stepsOver(steps: readonly ToldStep[], { limits, within }: StepGate): readonly ToldStep[] {
  return limits.flatMap(({ metric, pct: most }) =>
    steps.filter(
      (step) =>
        step.series.metric.field === metric.field &&
        step.isCertain &&
        step.isWorse &&
        step.note === undefined &&
        step.runs <= within &&
        // From nothing there is no percentage, and any growth is more.
        (step.change.pct === null || step.change.pct > most),
    ),
  );
}

/** The limits for which no series is long enough to have a step. */
export function limitsWithoutSeries(
  series: readonly SteppedSeries[],
  { limits }: StepGate,
): readonly StepLimit[] {
  return limits.filter(({ metric }) =>
    series.every(
      (each) =>
        each.metric.field !== metric.field || each.points.filter(({ isHollow }) => !isHollow).length < 2,
    ),
  );
}
