// Rows of two sides as tables of changes: their cells, and what all of them say together. Pure.

import { nameCase } from '../../history/analysis-document.js';
import { type Change, percentText, type Verdict } from '../../history/changes.js';
import type { PostfixLabels } from '../../history/group-label.js';
import { pairsText } from '../../history/group-label.js';
import type { Overall } from '../../history/overall.js';
import type { Pairs } from '../../history/pairs.js';
import type { Row, RowMetric } from '../../history/rows.js';
import type { Cell } from '../../layout/columns.js';
import type { Metric } from '../../stats/metrics.js';
import { printable } from '../../text/escapes.js';
import { absentText, changeText, singleText } from '../../text/numbers.js';
import { formatCount, roundHalfEven } from '../../units.js';
import type { ChangeColumn, ChangeRow, ChangeTable } from './change-table.js';

const absent: Cell = { text: absentText, tone: 'dim' };

/** `parse_new[device=cpu]`: a row's name, as its first case spells it. */
export function rowName(row: Row): string {
  const { method, distinct } = nameCase(row);
  return distinct.size === 0 ? method : `${method}[${pairsText(distinct)}]`;
}

/** `4`, or `4/5` where one case stands on one side only. */
export function casesCell({ status, compared, members }: Row): Cell {
  if (status !== 'both') return { text: String(members) };
  return { text: compared === members ? String(members) : `${compared}/${members}` };
}

/** A change as a percentage, coloured where it says something. */
export function percentCell(
  change: Pick<Change, 'pct' | 'delta'>,
  verdict: Verdict | undefined,
  withinNoise: boolean,
): Cell {
  const text = percentText(change);
  if (text === undefined)
    return { text: change.delta > 0 ? 'from 0' : absentText, tone: change.delta > 0 ? 'bad' : 'dim' };
  if (withinNoise || verdict === 'unchanged') return { text, tone: 'dim' };
  return { text, tone: verdict === 'regressed' ? 'bad' : 'good' };
}

/** `2.00x`: how many times as fast, or of how many times the size the reference was. */
export function speedupCell({ speedup }: Pick<Change, 'speedup'>): Cell {
  return speedup === null ? absent : { text: speedupText(speedup) };
}

function speedupText(speedup: number): string {
  return speedup >= 1e6 ? '>999,999x' : `${roundHalfEven(speedup, 2)}x`;
}

/** Times are faster or slower; sizes have a ratio. */
export function speedupTitle({ unit }: Metric): string {
  return unit === 's' ? 'speedup' : 'ratio';
}

export function valueCell(value: number, { unit }: Metric): Cell {
  return { text: singleText(value, unit) };
}

/** The row's figures of a metric; undefined if neither side has it. */
export function metricIn(row: Row, metric: Metric): RowMetric | undefined {
  return row.metrics.find((each) => each.metric === metric);
}

/** `5 methods, mean +30.0%, median +50.0%, 0.78x; 0 improved, 3 regressed, 2 unchanged (0 within noise)`. */
export function overallText(overall: Overall, what: string): string {
  const { compared, averagePct, medianPct, speedup, improved, regressed, unchanged, withinNoise } = overall;
  const figures = [
    `${formatCount(compared)} ${compared === 1 ? what : `${what}s`}`,
    ...(averagePct === null || medianPct === null
      ? []
      : [`mean ${changeText(averagePct)}`, `median ${changeText(medianPct)}`]),
    ...(speedup === null ? [] : [speedupText(speedup)]),
  ].join(', ');
  const counts = `${improved} improved, ${regressed} regressed, ${unchanged} unchanged (${withinNoise} within noise)`;
  const others = [
    ...(overall.new > 0 ? [`${overall.new} new`] : []),
    ...(overall.removed > 0 ? [`${overall.removed} removed`] : []),
    ...(overall.noPercentage > 0 ? [`${overall.noPercentage} without percentage`] : []),
  ];
  return [`${figures}; ${counts}`, ...others].join(', ');
}

export function overallLines(all: readonly Overall[], what: string): string[] {
  const names = all.map(({ metric }) => metric.name);
  const width = Math.max(0, ...names.map((name) => name.length));
  return all.map((overall) => `Overall  ${overall.metric.name.padEnd(width)}  ${overallText(overall, what)}`);
}

/** The pairs of a run; undefined if no postfix is configured. */
export function pairsTable(
  pairs: Pairs | undefined,
  metrics: readonly Metric[],
  where: string,
  labels: PostfixLabels,
): ChangeTable | undefined {
  if (pairs === undefined) return undefined;
  const missing = missingPostfix(pairs);
  if (missing !== undefined) return { columns: [], groups: [], footer: [missing] };
  const [from, to] = [pairs.original, pairs.reference].map((words) =>
    words.map((word) => (Object.hasOwn(labels, word) ? (labels[word] as string) : word)).join('/'),
  ) as [string, string];
  const present = metrics.filter((metric) => pairs.rows.some((row) => metricIn(row, metric) !== undefined));
  return {
    heading: `${printable(from)} -> ${printable(to)}, within ${printable(where)}`,
    columns: [{ title: 'cases', rank: 1 }, ...present.flatMap((metric) => pairColumns(metric, from, to))],
    groups: [{ rows: pairs.rows.map((row) => pairRow(row, present)) }],
    footer:
      pairs.rows.length === 0
        ? ['no benchmark has both an original and a newer implementation']
        : overallLines(pairs.overall, 'pair'),
  };
}

function missingPostfix({ skipped, original, reference }: Pairs): string | undefined {
  if (skipped === undefined) return undefined;
  return skipped === 'reference_postfix'
    ? `pairs skipped: --reference-postfix is not set (original: ${printable(original.join(', '))})`
    : `pairs skipped: --original-postfix is not set (reference: ${printable(reference.join(', '))})`;
}

function pairColumns(metric: Metric, from: string, to: string): ChangeColumn[] {
  return [
    { title: `${metric.name} ${from}`, rank: 2 },
    { title: to, rank: 2 },
    { title: `Δ ${metric.name}`, rank: 0 },
    { title: speedupTitle(metric), rank: 3 },
  ];
}

function pairRow(row: Row, metrics: readonly Metric[]): ChangeRow {
  const cells = metrics.flatMap((metric): (Cell | undefined)[] => {
    const found = metricIn(row, metric);
    if (found?.stats === undefined) return [absent, absent, absent, absent];
    const { mean } = found.stats;
    return [
      valueCell(mean.reference, metric),
      valueCell(mean.candidate, metric),
      percentCell(mean, found.verdict, found.withinNoise),
      speedupCell(mean),
    ];
  });
  const { parts, distinct } = nameCase(row);
  const members = `${row.reference.length}/${row.candidate.length}`;
  const name = distinct.size === 0 ? parts.base : `${parts.base}[${pairsText(distinct)}]`;
  return { name, cells: [{ text: members }, ...cells] };
}
