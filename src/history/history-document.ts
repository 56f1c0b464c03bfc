// A history as `--format json` prints it: plain data whose names are part of the public format. Pure.

import { escapeControls } from '../compare/json.js';
import type { ComparisonWarning } from '../compare/warnings.js';
import type { RunHead } from '../runfile/heads.js';
import type { HistoryRun } from './series.js';
import type { SteppedSeries } from './series-steps.js';
import type { StepGate, ToldStep } from './told-steps.js';

/** What a history shows. */
export interface HistoryView {
  /** Undefined: several branches; null: none is known. */
  readonly branch: string | null | undefined;
  readonly runs: readonly HistoryRun[];
  readonly series: readonly SteppedSeries[];
  readonly steps: readonly ToldStep[];
  /** Null: no gate. */
  readonly gate: { readonly asked: StepGate; readonly over: readonly ToldStep[] } | null;
  /** How many series are of other environments, and are not shown. */
  readonly left: number;
  readonly warnings: readonly ComparisonWarning[];
}

/** One JSON document, with a line's end. */
export function historyJson(view: HistoryView): string {
  const { branch, runs, series, gate, warnings } = view;
  const environments = new Set(series.map(({ environment }) => environment));
  const document = {
    kind: 'history',
    schema: 1,
    environment: environments.size === 1 ? [...environments][0] : null,
    branch: branch ?? null,
    runs: runs.map(runOf),
    series: series.map((each) => seriesIn(each, view)),
    gate: gate && {
      limits: gate.asked.limits.map(({ field, pct }) => ({ field, pct })),
      within: gate.asked.within,
      steps: gate.over.map((step) => ({
        id: step.series.id,
        metric: step.series.metric.name,
        run: step.run,
        pct: step.change.pct,
      })),
    },
    warnings: warnings.map(({ code, subject, message, hint }) => ({ code, subject, message, hint })),
  };
  return `${escapeControls(JSON.stringify(document, undefined, 1))}\n`;
}

function runOf({ head, versions }: HistoryRun) {
  const { stem, path, number, branch, commit, commitTime, datetime, dirty, complete } = head;
  return {
    label: stem,
    path,
    number: number ?? null,
    branch: branch ?? null,
    commit: commit ?? null,
    commit_time: commitTime ?? null,
    datetime: datetime ?? null,
    dirty,
    complete,
    versions,
  };
}

function seriesIn(series: SteppedSeries, { runs, steps }: HistoryView) {
  const { id, metric, environment, branch, kind, isExact, points, drift, level, sigma } = series;
  return {
    id,
    metric: metric.name,
    unit: metric.unit,
    environment,
    branch: branch ?? null,
    kind,
    exact: isExact,
    points: points.map(({ run, headline, low, high }) => [run, headline, low, high]),
    steps: steps.filter((step) => step.series === series).map((step) => stepIn(step, runs[step.run]?.head)),
    drift:
      drift === undefined
        ? null
        : { ...drift, pct: drift.from > 0 ? (drift.to / drift.from - 1) * 100 : null },
    level: level ?? null,
    sigma,
  };
}

function stepIn(
  { run, before, after, change, p, isCertain, isExact, versions, note }: ToldStep,
  head: RunHead | undefined,
) {
  return {
    run,
    commit: head?.commit ?? null,
    before,
    after,
    pct: change.pct,
    p,
    exact: isExact,
    certain: isCertain,
    accepted: note ?? null,
    versions: versions ?? null,
  };
}
