// The leaks and the temporary allocations of a profile on a terminal. Pure.

import type { Row } from '../../layout/columns.js';
import { wrap } from '../../layout/printable.js';
import { placeText } from '../../profile/reports/frames.js';
import { type LeaksReport, leakRemarks } from '../../profile/reports/leaks.js';
import { shareText } from '../../profile/reports/share.js';
import type { Site } from '../../profile/reports/sites.js';
import type { TemporaryReport } from '../../profile/reports/temporary.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import {
  moreRows,
  mostRows,
  number,
  placeCells,
  placeColumns,
  type ReportFrame,
  rowLines,
  titled,
  widthOf,
} from './frame.js';

export function renderLeaks(report: LeaksReport, frame: ReportFrame): string {
  if (report.rows.length === 0) return `${titled(frame, 'nothing was still held afterwards')}\n`;
  const shown = report.rows.slice(0, mostRows);
  const places = placeCells(shown);
  const rows = shown.flatMap((row, index): Row[] => [
    [
      { text: singleText(row.bytes, 'B') },
      { text: row.blocks === undefined ? '' : formatCount(row.blocks) },
      { text: row.allocations === undefined ? '' : formatCount(row.allocations), tone: 'dim' },
      ...(places[index] ?? []),
    ],
    ...callersOf(row),
  ]);
  const columns = [
    number('held', 0),
    number('blocks', 0),
    number('of', 2),
    ...placeColumns('allocated by', 'from', frame),
  ];
  const blocks = report.blocks === undefined ? '' : ` in ${counted(report.blocks, 'block')}`;
  return [
    titled(frame, `${singleText(report.bytes, 'B')} still held afterwards${blocks}`),
    ...rowLines(columns, rows, frame),
    ...moreRows(report.rows.length - shown.length, 'place', frame),
    ...leakRemarks(report).flatMap((remark) => wrap(remark, widthOf(frame)).map(frame.colors.dim)),
    '',
  ].join('\n');
}

// The lines that led to the leaking one, below it.
function callersOf({ callers }: Site): Row[] {
  const places = callers
    .slice(0, 3)
    .map(placeText)
    .filter((place) => place !== '');
  if (places.length === 0) return [];
  return [[undefined, undefined, undefined, undefined, { text: `← ${places.join(' ← ')}`, tone: 'dim' }]];
}

export function renderTemporary(report: TemporaryReport, frame: ReportFrame): string {
  if (report.rows.length === 0) return `${titled(frame, 'no allocation was temporary')}\n`;
  const shown = report.rows.slice(0, mostRows);
  const places = placeCells(shown);
  const rows = shown.map(
    (row, index): Row => [
      { text: formatCount(row.temporary) },
      { text: row.allocations === undefined ? '' : shareText(row.temporary, row.allocations), tone: 'dim' },
      row.bytes === undefined ? undefined : { text: singleText(row.bytes, 'B') },
      ...(places[index] ?? []),
    ],
  );
  const columns = [
    number('temporary', 0),
    number('of its own', 0),
    number('allocated', 2),
    ...placeColumns('allocated by', 'from', frame),
  ];
  const of =
    report.allocations === undefined
      ? ''
      : ` of ${counted(report.allocations, 'allocation')} (${shareText(report.temporary, report.allocations)})`;
  return [
    titled(frame, `${formatCount(report.temporary)} temporary${of}`),
    ...rowLines(columns, rows, frame),
    ...moreRows(report.rows.length - shown.length, 'place', frame),
    '',
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
