// Lays rows out in aligned columns that fit a width: the least important columns go first, then names shrink.
// Pure: text and numbers in, lines out. Makes every cell printable before it colours it.
import { printable } from '../text/escapes.js';
import { columnsOf, type Keep, truncate } from './printable.js';
import type { Colors } from './terminal.js';

export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'bad';

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

export interface Column {
  readonly header?: Cell;
  readonly align: 'left' | 'right';
  /** Columns of the highest rank are dropped first, together, when the table is too wide; those of 0 stay. */
  readonly rank: number;
  /** A column that may shrink keeps at least this width. */
  readonly minWidth?: number;
  /** What of a text that is too long stays; the start by default. */
  readonly keep?: Keep;
  /** Blanks before this column, 2 by default. */
  readonly gap?: number;
}

/** A row has a cell per column; a missing one is blank. */
export type Row = readonly (Cell | undefined)[];

/** A line that spans the table, such as a heading over the rows below it. */
export interface Span {
  readonly span: Cell;
}

export interface LayoutOptions {
  readonly width: number;
  readonly colors: Colors;
  readonly indent?: number;
}

const defaultGap = 2;

/** The table's lines, without trailing blanks; a header line only if a column that stays has one. */
export function layOut(
  columns: readonly Column[],
  lines: readonly (Row | Span)[],
  options: LayoutOptions,
): string[] {
  const rows = lines.map((line) => ('span' in line ? line : line.map(clean)));
  const header = columns.map((column) => (column.header === undefined ? undefined : clean(column.header)));
  const natural = columns.map((_, index) => widthOf([header, ...rows], index));
  const kept = fitWidths(columns, natural, options.width - (options.indent ?? 0));
  const text = (row: Row) => rowText(columns, kept, row, options);
  const hasHeader = header.some((cell, index) => cell !== undefined && cell.text !== '' && kept[index] !== 0);
  return [
    ...(hasHeader ? [text(header)] : []),
    ...rows.map((line) => ('span' in line ? spanText(line.span, options) : text(line))),
  ];
}

export function paint(cell: Cell, colors: Colors): string {
  switch (cell.tone ?? 'plain') {
    case 'strong':
      return colors.bold(cell.text);
    case 'dim':
      return colors.dim(cell.text);
    case 'good':
      return colors.green(cell.text);
    case 'bad':
      return colors.red(cell.text);
    default:
      return cell.text;
  }
}

function clean(cell: Cell | undefined): Cell | undefined {
  return cell === undefined ? undefined : { ...cell, text: printable(cell.text) };
}

function widthOf(lines: readonly (Row | Span)[], index: number): number {
  const widths = lines.map((line) => ('span' in line ? 0 : columnsOf(line[index]?.text ?? '')));
  return Math.max(0, ...widths);
}

/** The width of each column, 0 for a column that was dropped or is empty. */
function fitWidths(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => {
    const shown = columns.flatMap((column, index) => (widths[index] === 0 ? [] : [{ column, index }]));
    return shown.reduce(
      (sum, { column, index }, place) =>
        sum + (widths[index] ?? 0) + (place === 0 ? 0 : (column.gap ?? defaultGap)),
      0,
    );
  };
  const shrink = (columnIndex: number, floor: number) => {
    const current = widths[columnIndex] ?? 0;
    widths[columnIndex] = Math.max(Math.min(floor, current), current - Math.max(0, total() - width));
  };
  const ranks = [...new Set(columns.map(({ rank }) => rank))]
    .filter((rank) => rank > 0)
    .sort((a, b) => b - a);
  const shrinkable = columns.flatMap((column, index) =>
    column.minWidth === undefined ? [] : [{ column, index }],
  );
  const slack = () =>
    shrinkable.reduce(
      (sum, { column, index }) => sum + Math.max(0, (widths[index] ?? 0) - (column.minWidth ?? 0)),
      0,
    );
  for (const rank of ranks) {
    if (total() - slack() <= width) break;
    for (const [index, column] of columns.entries()) if (column.rank === rank) widths[index] = 0;
  }
  for (const { column, index } of shrinkable) shrink(index, column.minWidth ?? 0);
  return widths;
}

function rowText(
  columns: readonly Column[],
  widths: readonly number[],
  row: Row,
  options: LayoutOptions,
): string {
  let line = '';
  let pending = ' '.repeat(options.indent ?? 0);
  let first = true;
  columns.forEach((column, index) => {
    const width = widths[index] ?? 0;
    if (width === 0) return;
    if (!first) pending += ' '.repeat(column.gap ?? defaultGap);
    first = false;
    const cell = row[index];
    const text = truncate(cell?.text ?? '', width, column.keep);
    const padding = ' '.repeat(width - columnsOf(text));
    if (text === '') {
      pending += padding;
      return;
    }
    const painted = paint({ ...cell, text }, options.colors);
    line += pending + (column.align === 'right' ? padding + painted : painted);
    pending = column.align === 'right' ? '' : padding;
  });
  return line;
}

function spanText(cell: Cell, options: LayoutOptions): string {
  const indent = options.indent ?? 0;
  const text = truncate(printable(cell.text), Math.max(1, options.width - indent), 'end');
  return text === '' ? '' : ' '.repeat(indent) + paint({ ...cell, text }, options.colors);
}
