// What all reports of a profile share on a terminal: their first line, their width, and how frames stand in cells. Pure.

import { type Cell, type Column, layOut, type Row } from '../../layout/columns.js';
import { columnsOf, truncate, wrap } from '../../layout/printable.js';
import type { ProfileFrame, ProfileMeta } from '../../profile/model.js';
import { frameText, shortFrameText } from '../../profile/reports/frames.js';
import { type AsideBytes, metricFigures, type ProfileMetric } from '../../profile/reports/metrics.js';
import { samplingRemarks } from '../../profile/reports/sampling.js';
import { fromText, type Site } from '../../profile/reports/sites.js';
import { guardCommand, printable } from '../../text/escapes.js';
import { singleText } from '../../text/numbers.js';
import type { Colors } from '../terminal.js';
import type { Terminal } from '../world.js';

/** What stands around a report. */
export interface ReportFrame {
  readonly id: string;
  readonly meta: ProfileMeta;
  readonly terminal: Terminal;
  readonly colors: Colors;
}

interface Headline {
  readonly metric: ProfileMetric;
  readonly total: number;
  readonly aside: readonly AsideBytes[];
}

/** How many rows a terminal gets. */
export const mostRows = 25;

/** WHY: this is a number, because rows are laid out in columns of a known width. */
const unlimitedWidth = 10_000;

export function widthOf({ terminal }: ReportFrame): number {
  return terminal.unlimited === true ? unlimitedWidth : terminal.columns;
}

/** `id: 7.42 MiB live at the peak`, and the parts of that sum: below it where the line is too short for both. */
export function headlines(frame: ReportFrame, report: Headline): string[] {
  const { metric, total, aside } = report;
  const { unit, text } = metricFigures[metric];
  const what = frame.meta.foreign === true && metric === 'peak' ? 'in use when it was taken' : text;
  const title = `${singleText(total, unit)} ${what}`;
  if (metric === 'js')
    return [titled(frame, title), ...remarkLines(samplingRemarks(frame.meta, total), frame)];
  if (aside.length === 0) return [titled(frame, title)];
  const stacks = total - aside.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = aside.map(({ name, bytes }) => `${name} ${singleText(bytes, unit)}`);
  const sum = `native ${singleText(stacks, unit)}, ${parts.join(', ')}`;
  const whole = columnsOf(printable(frame.id)) + title.length + sum.length + '() : '.length;
  if (whole <= widthOf(frame)) return [titled(frame, `${title} (${sum})`)];
  return [titled(frame, title), ...wrap(sum, widthOf(frame) - 2).map((line) => `  ${line}`)];
}

/** What to know before the numbers, below the headline. */
export function remarkLines(remarks: readonly string[], frame: ReportFrame): string[] {
  return remarks.flatMap((remark) =>
    wrap(remark, widthOf(frame) - 2).map((line) => frame.colors.dim(`  ${line}`)),
  );
}

/** The profile's id, then what is said of it. */
export function titled({ id, colors, ...frame }: ReportFrame, text: string): string {
  const room = Math.max(10, widthOf({ id, colors, ...frame }) - text.length - 2);
  const name = truncate(printable(id), room, 'ends');
  return guardCommand(name === '' ? text : `${colors.bold(name)}: ${text}`);
}

type Placed = Pick<Site, 'leaf' | 'site'> & Partial<Pick<Site, 'callers'>>;

/** The names of each row's two places: whole where two rows would read the same, as overloads of one function do. */
export function placeCells(rows: readonly Placed[]): readonly (readonly [Cell, Cell])[] {
  const shortOf = (row: Placed) => [
    row.leaf === undefined ? '' : shortFrameText(row.leaf),
    fromText(row, shortFrameText),
  ];
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = shortOf(row).join('\0');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return rows.map((row) => {
    const [leaf = '', site = ''] = shortOf(row);
    const isClear = counts.get(`${leaf}\0${site}`) === 1;
    const text = isClear || row.leaf === undefined ? leaf : frameText(row.leaf);
    return [{ text }, { text: site, tone: 'strong' }];
  });
}

export function frameCell(frame: ProfileFrame | undefined, tone?: Cell['tone']): Cell {
  return { text: frame === undefined ? '' : shortFrameText(frame), ...(tone !== undefined && { tone }) };
}

/** What numbers take of a line. */
const figuresWidth = 34;

/** The two columns that name places: each keeps its part of the width, and both ends of a name. */
export function placeColumns(leaf: string, site: string, frame: ReportFrame): Column[] {
  const minWidth = Math.max(12, Math.floor((widthOf(frame) - figuresWidth) * 0.48));
  const column = { align: 'left', rank: 0, minWidth, keep: 'ends' } as const;
  return [
    { ...column, header: { text: leaf, tone: 'dim' } },
    { ...column, header: { text: site, tone: 'dim' } },
  ];
}

/** Rows below a headline, in columns; none for no rows, because their headings say nothing. */
export function rowLines(columns: readonly Column[], rows: readonly Row[], frame: ReportFrame): string[] {
  if (rows.length === 0) return [];
  return layOut(columns, rows, { width: widthOf(frame), colors: frame.colors, indent: 2 });
}

/** `12 more places`; nothing for none. */
export function moreRows(left: number, noun: string, { colors }: ReportFrame): string[] {
  if (left <= 0) return [];
  return [colors.dim(`${left} more ${left === 1 ? noun : `${noun}s`}: --format json has all`)];
}

export function number(header: string, rank: number): Column {
  return { header: { text: header, tone: 'dim' }, align: 'right', rank };
}
