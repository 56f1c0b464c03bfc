// A history as tables: a row per series, what it is now and since when; below, a line per step. Pure.
import type { HistoryView } from '../../history/history-document.js';
import { type Shift, type SteppedSeries, shiftsOf } from '../../history/series-steps.js';
import type { ToldStep } from '../../history/told-steps.js';
import type { Cell } from '../../layout/columns.js';
import { compareCodePoints } from '../../runfile/ids.js';
import { millisecondsOf } from '../../runfile/times.js';
import { printable } from '../../text/escapes.js';
import { absentText, changeText, singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import type { ChangeGroup, ChangeRow, ChangeTable } from '../text/change-table.js';
import { spanText } from '../text/head-text.js';
import { driftLine, moveText, shiftLine, sinceText, stepLine } from '../text/step-lines.js';

const absent: Cell = { text: absentText, tone: 'dim' };

/** `main, 41 runs in 28 days, 0001_a to 0041_b`. */
export function historyHeading({ branch, runs }: HistoryView): string {
  const [first, last] = [runs[0]?.head, runs.at(-1)?.head];
  const name = branch === undefined ? 'all branches' : (branch ?? 'no branch');
  const times = runs
    .map(({ head }) => millisecondsOf(head.commitTime ?? head.datetime))
    .filter(Number.isFinite);
  const span =
    times.length < 2
      ? undefined
      : spanText(times.reduce((a, b) => Math.max(a, b)) - times.reduce((a, b) => Math.min(a, b)));
  const count = runs.length === 1 ? '1 run' : `${formatCount(runs.length)} runs`;
  const ends =
    first === undefined || last === undefined || first === last
      ? (first?.stem ?? '')
      : `${first.stem} to ${last.stem}`;
  return printable(
    [name, `${count}${span === undefined ? '' : ` in ${span}`}`, ends].filter(Boolean).join(', '),
  );
}

export function historyTable(view: HistoryView): ChangeTable {
  const isMixed = areMixed(view.series);
  return {
    columns: [
      { title: 'runs', rank: 3 },
      { title: 'now', rank: 0 },
      { title: 'level', rank: 2 },
      { title: '±', rank: 4 },
      { title: 'last step', rank: 1 },
      { title: 'since', rank: 1 },
    ],
    groups: groupsOf(view, isMixed),
    footer: linesOf(view, isMixed),
  };
}

/** True if a metric is of several environments. */
function areMixed(series: readonly SteppedSeries[]): boolean {
  const own = new Map<string, string>();
  return series.some(({ metric, environment }) => {
    const known = own.get(metric.name) ?? environment;
    own.set(metric.name, known);
    return known !== environment;
  });
}

/** A group per metric; with several environments, one for each of these too. */
function groupsOf({ series, steps, runs, branch }: HistoryView, isMixed: boolean): ChangeGroup[] {
  const groups = new Map<string, ChangeRow[]>();
  for (const each of series) {
    const own = isMixed ? [each.metric.name, each.environment] : [each.metric.name];
    const label = [...own, ...(branch === undefined ? [each.branch ?? 'no branch'] : [])].join('  ');
    const rows = groups.get(label) ?? [];
    rows.push(rowOf(each, steps, runs));
    groups.set(label, rows);
  }
  const order = [...new Set(series.map(({ metric }) => metric.name))];
  const placeOf = (label: string) =>
    order.findIndex((name) => label === name || label.startsWith(`${name}  `));
  return [...groups]
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || compareCodePoints(a, b))
    .map(([label, rows]) => ({ label: printable(label), rows }));
}

function rowOf(series: SteppedSeries, steps: readonly ToldStep[], runs: HistoryView['runs']): ChangeRow {
  const { id, metric, points, level, sigma, isExact } = series;
  const text = (value: number | undefined): Cell =>
    value === undefined ? absent : { text: singleText(value, metric.unit) };
  const last = steps.findLast((step) => step.series === series && step.isCertain);
  return {
    name: printable(id),
    cells: [
      { text: formatCount(points.length) },
      text(points.at(-1)?.headline),
      text(level),
      isExact && sigma === 0 ? { text: '=', tone: 'dim' } : spreadCell(series),
      last === undefined ? absent : moveCell(last),
      last === undefined ? absent : { text: sinceText(runs[last.run]?.head) },
    ],
  };
}

function spreadCell({ level = 0, sigma, metric }: SteppedSeries): Cell {
  if (sigma === 0) return absent;
  if (level <= 0) return { text: singleText(sigma, metric.unit), tone: 'dim' };
  return { text: changeText((sigma / level) * 100).replace('+', ''), tone: 'dim' };
}

function moveCell(step: ToldStep): Cell {
  const tone = step.note !== undefined ? 'dim' : step.isWorse ? 'bad' : 'good';
  return { text: moveText(step), tone };
}

/** What is told of the steps, the newest first; a shift of the whole suite is one line. */
function linesOf(view: HistoryView, isMixed: boolean): string[] {
  const { series, steps, runs, left } = view;
  const shifts = shiftsOf(series);
  const told = steps.filter(({ isOfShift, isCertain }) => isCertain && !isOfShift);
  const atRun = [
    ...shifts.map((shift: Shift) => ({ run: shift.run, line: shiftLine(shift, runs) })),
    ...told.map((step) => ({
      run: step.run,
      line: `${stepLine(step, runs)}${isMixed ? `, on ${printable(step.series.environment)}` : ''}`,
    })),
  ];
  const doubtful = steps.filter(({ isCertain }) => !isCertain).length;
  return [
    ...atRun.sort((one, other) => other.run - one.run).map(({ line }) => line),
    ...series.flatMap((each) => driftLine(each) ?? []),
    ...(doubtful === 0
      ? []
      : [`${formatCount(doubtful)} more may be steps or chance: --format json and benchmem plot show them`]),
    ...(left === 0 ? [] : [`${formatCount(left)} series of other environments are not shown: --machine all`]),
  ];
}
