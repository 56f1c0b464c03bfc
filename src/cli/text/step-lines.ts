// Steps, drifts and shifts as lines: what moved, by how much, since which commit. Pure.
import type { HistoryRun } from '../../history/series.js';
import type { Shift, SteppedSeries } from '../../history/series-steps.js';
import type { ToldStep } from '../../history/told-steps.js';
import type { RunHead } from '../../runfile/heads.js';
import { printable } from '../../text/escapes.js';
import { changeText, singleText } from '../../text/numbers.js';

/** What a line is about, first. */
export function wordOf({ note, isWorse, isCertain }: ToldStep): string {
  if (note !== undefined) return 'accepted';
  if (!isCertain) return isWorse ? 'step?' : 'better?';
  return isWorse ? 'step' : 'better';
}

const wordColumns = 9;

/** `step     id time +11.7% since 753bb27e, 28 runs ago`. */
export function stepLine(step: ToldStep, runs: readonly HistoryRun[]): string {
  const { series, versions, note } = step;
  const said = [
    `${printable(series.id)} ${series.metric.name} ${moveText(step)} since ${sinceText(runs[step.run]?.head)}`,
    agoText(step),
    ...(versions === undefined ? [] : [`with ${printable(versions[1])} after ${printable(versions[0])}`]),
  ];
  const because = note === undefined || note === '' ? '' : `: ${printable(note)}`;
  return `${wordOf(step).padEnd(wordColumns)}${said.join(', ')}${because}`;
}

/** `+11.7%`; the values where there is no percentage. */
export function moveText({ change, before, after, series: { metric } }: ToldStep): string {
  if (change.pct !== null) return changeText(change.pct);
  return `from ${singleText(before, metric.unit)} to ${singleText(after, metric.unit)}`;
}

/** The commit, else the run. */
export function sinceText(head: RunHead | undefined): string {
  return printable(head?.commit?.slice(0, 8) ?? head?.stem ?? '');
}

export function agoText({ runs }: Pick<ToldStep, 'runs'>): string {
  if (runs === 1) return 'the newest run';
  return runs === 2 ? '1 run ago' : `${runs - 1} runs ago`;
}

/** `drift    id time +15.2% over 200 runs`. */
export function driftLine({ id, metric, drift, points }: SteppedSeries): string | undefined {
  if (drift === undefined) return undefined;
  const move =
    drift.from > 0
      ? changeText((drift.to / drift.from - 1) * 100)
      : `from ${singleText(drift.from, metric.unit)} to ${singleText(drift.to, metric.unit)}`;
  return `${'drift'.padEnd(wordColumns)}${printable(id)} ${metric.name} ${move} over ${points.length} runs`;
}

/** Why one line stands for many steps. */
export function shiftLine({ run, steps, series }: Shift, runs: readonly HistoryRun[]): string {
  const head = runs[run]?.head;
  return `${'shift'.padEnd(wordColumns)}${steps} of ${series} series step at ${sinceText(head)}: has the machine or Node changed?`;
}
