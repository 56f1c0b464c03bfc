// The table and the summary of a profile on a terminal. Pure.

import type { Column, Row } from '../../layout/columns.js';
import { isInteresting } from '../../profile/reports/frames.js';
import { metricFigures } from '../../profile/reports/metrics.js';
import { shareText } from '../../profile/reports/share.js';
import type { SummaryReport } from '../../profile/reports/summary.js';
import type { TableReport } from '../../profile/reports/table.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import {
  frameCell,
  headlines,
  moreRows,
  mostRows,
  number,
  placeCells,
  placeColumns,
  type ReportFrame,
  rowLines,
} from './frame.js';

export function renderTable(report: TableReport, frame: ReportFrame): string {
  const { total, aside, metric } = report;
  const { unit, counted } = metricFigures[metric];
  const shown = report.rows.slice(0, mostRows);
  const places = placeCells(shown);
  const rows = shown.map(
    ({ value, count }, index): Row => [
      { text: singleText(value, unit) },
      { text: shareText(value, total), tone: 'dim' },
      count === undefined || unit === '' ? undefined : { text: formatCount(count) },
      ...(places[index] ?? []),
    ],
  );
  const beside = aside.map(
    ({ name, bytes }): Row => [
      { text: singleText(bytes, unit) },
      { text: shareText(bytes, total), tone: 'dim' },
      undefined,
      { text: name, tone: 'dim' },
    ],
  );
  const columns = [
    number('', 0),
    number('share', 0),
    number(counted, 2),
    ...placeColumns('allocated by', 'from', frame),
  ];
  return lines([
    ...headlines(frame, report),
    ...rowLines(columns, [...rows, ...beside], frame),
    ...moreRows(report.rows.length - shown.length, 'place', frame),
  ]);
}

export function renderSummary(report: SummaryReport, frame: ReportFrame): string {
  const { total, metric } = report;
  const { unit, counted } = metricFigures[metric];
  const shown = report.rows.filter(({ function: { kind } }) => kind !== 'thread').slice(0, mostRows);
  const rows = shown.map(
    (row): Row => [
      { text: singleText(row.total, unit) },
      { text: shareText(row.total, total), tone: 'dim' },
      { text: row.own === 0 ? '—' : singleText(row.own, unit) },
      { text: row.own === 0 ? '' : shareText(row.own, total), tone: 'dim' },
      unit === '' || row.count === undefined ? undefined : { text: formatCount(row.count) },
      frameCell(row.function, isInteresting(row.function) ? 'strong' : 'plain'),
    ],
  );
  const columns: Column[] = [
    number('total', 0),
    number('share', 0),
    number('own', 0),
    number('share', 2),
    number(counted, 3),
    { header: { text: 'function', tone: 'dim' }, align: 'left', rank: 0, keep: 'ends', minWidth: 20 },
  ];
  const threads = report.rows.filter(({ function: { kind } }) => kind === 'thread').length;
  return lines([
    ...headlines(frame, report),
    ...rowLines(columns, rows, frame),
    ...moreRows(report.rows.length - threads - shown.length, 'function', frame),
  ]);
}

function lines(each: readonly string[]): string {
  return `${each.join('\n')}\n`;
}
