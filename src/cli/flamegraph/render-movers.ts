// What moved between two profiles on a terminal: places, the largest change first, then what is gone. Pure.

import type { Row } from '../../layout/columns.js';
import { truncate, wrap } from '../../layout/printable.js';
import type { Sides } from '../../profile/diff/join.js';
import type { Mover, MoversReport } from '../../profile/diff/movers.js';
import { beforeText, differenceText, movedText } from '../../profile/diff/texts.js';
import { shortFrameText } from '../../profile/reports/frames.js';
import { metricFigures } from '../../profile/reports/metrics.js';
import { singleText } from '../../text/numbers.js';
import {
  moreRows,
  mostRows,
  number,
  placeCells,
  placeColumns,
  type ReportFrame,
  remarkLines,
  rowLines,
  titled,
  widthOf,
} from './frame.js';

/** `remarks`: what to know before the numbers. */
export function renderMovers(report: MoversReport, remarks: readonly string[], frame: ReportFrame): string {
  const { metric, total, rows, aside, removed } = report;
  const { unit } = metricFigures[metric];
  const shown = rows.slice(0, mostRows);
  const places = placeCells(shown);
  const beside = aside
    .filter(({ base, head }) => base !== 0 || head !== 0)
    .map((each) => ({
      change: each.head - each.base,
      lines: [[...amounts(each, unit), { text: each.name, tone: 'dim' as const }]] as Row[],
    }));
  const lines = [
    ...shown.map((row, at) => ({
      change: row.change,
      lines: [[...amounts(row, unit), ...(places[at] ?? [])], ...beforeLine(row)] as Row[],
    })),
    ...beside,
  ]
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .flatMap((each) => each.lines);
  const columns = [
    number('change', 0),
    number('base', 1),
    number('head', 0),
    ...placeColumns('allocated by', 'from', frame),
  ];
  return [
    ...wrap(titled(frame, movedText(total, metric)), widthOf(frame)),
    ...remarkLines(remarks, frame),
    ...rowLines(columns, lines, frame),
    ...moreRows(rows.length - shown.length, 'place', frame),
    ...goneLines(report, frame),
    ...(removed.length === 0 ? [] : moreRows(removed.length - mostGone, 'function', frame)),
    '',
  ].join('\n');
}

const mostGone = 10;

function goneLines({ removed, metric }: MoversReport, frame: ReportFrame): string[] {
  if (removed.length === 0) return [];
  const { unit } = metricFigures[metric];
  const rows = removed.slice(0, mostGone).map((each): Row => {
    const callers = each.callers.map(shortFrameText).join(' ← ');
    return [
      { text: singleText(each.base, unit) },
      { text: shortFrameText(each.frame), tone: 'strong' },
      { text: callers === '' ? '' : `← ${callers}`, tone: 'dim' },
    ];
  });
  const name = { align: 'left', rank: 0, keep: 'ends', minWidth: 16 } as const;
  const columns = [number('', 0), name, { ...name, rank: 1 }];
  return [frame.colors.dim(truncate('Gone in the head', widthOf(frame))), ...rowLines(columns, rows, frame)];
}

function amounts({ base, head }: Sides, unit: 'B' | ''): Row {
  const change = head - base;
  const side = (value: number) => ({ text: value === 0 ? '—' : singleText(value, unit) });
  const text = change === 0 ? '0' : differenceText(change, unit);
  return [
    { text, tone: change > 0 ? 'bad' : change < 0 ? 'good' : 'dim' },
    { ...side(base), tone: 'dim' },
    side(head),
  ];
}

function beforeLine({ siteBefore }: Mover): Row[] {
  if (siteBefore === undefined) return [];
  const before = { text: beforeText(siteBefore), tone: 'dim' } as const;
  return [[undefined, undefined, undefined, undefined, before]];
}
