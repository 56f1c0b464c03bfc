// A comparison as tables for a terminal: a sub-table per group, columns in blocks that fit the width. Pure.
import { metricTitle } from '../../compare/columns.js';
import type { Cell as ComparedCell, DiffGroup, Rank, TableGroup, View } from '../../compare/document.js';
import { absentText } from '../../compare/numbers.js';
import { shortId } from '../../runfile/ids.js';
import { type Colors, colorsOf, type Terminal } from '../io.js';
import { paint, type Tone } from '../text/columns.js';
import { columnsOf, guardCommand, measured, printable, truncate } from '../text/printable.js';

/** A column with its header lines and a cell per row, printable and measured; undefined stands for a blank. */
interface Stack {
  readonly header: readonly Text[];
  readonly cells: readonly (Text | undefined)[];
  readonly align: 'left' | 'right';
  /** True where a divider stands before it. */
  readonly divided?: boolean;
}

interface Text {
  readonly text: string;
  readonly width: number;
  readonly tone?: Tone;
}

/** Blanks between columns. */
const gap = 3;

/** The least that a name keeps on a narrow terminal. */
const leastName = 8;

/** All groups, one below the other, each followed by a blank line. `width` undefined: as wide as it is. */
export function renderComparison(
  view: View,
  series: readonly string[],
  terminal: Pick<Terminal, 'color'>,
  width: number | undefined,
): string {
  const colors = colorsOf(terminal);
  const section = (title: string, { lead, others }: { lead: Stack[]; others: Stack[] }) => {
    const heading = colors.bold(shorten(guardCommand(printable(title)), width));
    return `${[heading, ...blocks(lead.map(draw), others.map(draw), colors, width)].join('\n')}\n\n`;
  };
  return view.kind === 'table'
    ? view.groups.map((group) => section(group.title, tableStacks(group))).join('')
    : view.groups.map((group) => section(group.title, diffStacks(group, series))).join('');
}

function tableStacks({ columns, rows }: TableGroup): { lead: Stack[]; others: Stack[] } {
  const oneId = rows.every(({ id }) => id === rows[0]?.id);
  const name = {
    header: ['', 'name'].map(measured),
    cells: rows.map(({ id, series }) => measured(oneId ? `(${series})` : `${shortId(id)} (${series})`)),
    align: 'left' as const,
  };
  const others = columns.map((column, index): Stack => {
    const before = columns[index - 1];
    return {
      header: [measured(headerOf(column)), measured(column.stat ?? '')],
      cells: rows.map(({ cells }) => tableCell(cells[index] ?? null)),
      align: 'right',
      divided: before !== undefined && (before.metric === 'time') !== (column.metric === 'time'),
    };
  });
  return { lead: [name], others };
}

/** `peak (KiB)`, `allocations`. */
export function headerOf({ metric, unit }: { readonly metric: string; readonly unit: string }): string {
  const title = metric.startsWith('extra:')
    ? metricTitle({ metric, dim: metric.slice('extra:'.length) })
    : metric;
  return unit === '' ? title : `${title} (${unit})`;
}

/** `~83.12 (1.0)`, or `—`. */
export function cellContent(cell: ComparedCell | null): string {
  if (cell === null) return absentText;
  const mark = cell.approximate === true ? '~' : '';
  return cell.multiplier === null ? mark + cell.text : `${mark}${cell.text} ${cell.multiplier}`;
}

function tableCell(cell: ComparedCell | null): Text {
  return toned(cellContent(cell), cell?.rank ?? null);
}

function toned(content: string, rank: Rank): Text {
  const { text, width } = measured(content);
  if (rank === null) return { text, width };
  return { text, width, tone: rank === 'green' ? 'good' : 'bad' };
}

function diffStacks({ rows }: DiffGroup, series: readonly string[]): { lead: Stack[]; others: Stack[] } {
  const metrics = new Set(rows.map(({ metric }) => metric));
  const [onlyMetric] = metrics;
  const isFirst = rows.map(({ id }, index) => id !== rows[index - 1]?.id);
  const name = {
    header: [measured('name')],
    cells: rows.map(({ id }, index) => (isFirst[index] ? measured(shortId(id)) : undefined)),
    align: 'left' as const,
  };
  const base: Stack = {
    header: [measured(metrics.size === 1 ? `${onlyMetric} base` : 'base')],
    cells: rows.map((row) => measured(`${row.base.approximate === true ? '~' : ''}${row.base.text}`)),
    align: 'right',
  };
  const metric: Stack = {
    header: [measured('metric')],
    cells: rows.map((row) => measured(row.metric)),
    align: 'left',
  };
  const deltas = series.slice(1).map(
    (label, index): Stack => ({
      header: [measured(label)],
      cells: rows.map((row) => {
        const delta = row.deltas[index];
        return toned(delta?.text ?? absentText, delta?.rank ?? null);
      }),
      align: 'right',
    }),
  );
  return { lead: metrics.size === 1 ? [name] : [name, metric], others: [base, ...deltas] };
}

// Columns that do not fit go into a further block below, behind the same leading ones: nothing is left out.
function blocks(
  lead: readonly Drawn[],
  others: readonly Drawn[],
  colors: Colors,
  width: number | undefined,
): string[] {
  const widest = width ?? Number.POSITIVE_INFINITY;
  const leading = fitLead(lead, widest);
  const leadWidth = 1 + leading.reduce((sum, each) => sum + each.width, 0) + gap * (leading.length - 1);
  const parts: Drawn[][] = [];
  let part: Drawn[] = [];
  let used = leadWidth;
  for (const column of others) {
    const needed = column.width + gap + (column.divided ? gap + 1 : 0);
    if (part.length > 0 && used + needed > widest) {
      parts.push(part);
      part = [];
      used = leadWidth;
    }
    part.push(column);
    used += needed;
  }
  parts.push(part);
  return parts.flatMap((each, index) => [
    ...(index > 0 ? [''] : []),
    ...drawBlock(leading, each, colors, widest),
  ]);
}

// The names give way first, down to a width that still tells them apart.
function fitLead(lead: readonly Drawn[], widest: number): readonly Drawn[] {
  const [name, ...rest] = lead;
  const restWidth = rest.reduce((sum, each) => sum + each.width + gap, 0);
  const room = Math.max(leastName, Math.floor(widest / 2) - restWidth);
  if (name === undefined || name.width <= room) return lead;
  const cut = (text: Text): Text => {
    const short = truncate(text.text, room);
    return { ...text, text: short, width: columnsOf(short) };
  };
  const cells = name.cells.map((cell) => (cell === undefined ? undefined : cut(cell)));
  return [{ ...name, width: room, cells }, ...rest];
}

function drawBlock(
  lead: readonly Drawn[],
  columns: readonly Drawn[],
  colors: Colors,
  widest: number,
): string[] {
  const drawn = [...lead, ...columns];
  const divided = columns.map(({ divided: asked }, index) => asked === true && index > 0);
  const dividers = [...lead.map(() => false), ...divided];
  const line = (textOf: (column: Drawn) => Text | undefined): string => {
    let text = '';
    for (const [index, column] of drawn.entries()) {
      if (dividers[index]) text += `${' '.repeat(gap)}${colors.dim('│')}`;
      const cell = textOf(column);
      const padding = ' '.repeat(column.width - (cell?.width ?? 0));
      const painted = cell === undefined ? '' : cell.tone === undefined ? cell.text : paint(cell, colors);
      text +=
        (index === 0 ? ' ' : ' '.repeat(gap)) +
        (column.align === 'right' ? padding + painted : painted + padding);
    }
    return guardCommand(text.trimEnd());
  };
  const width = drawn.reduce(
    (sum, column, index) => sum + column.width + (index === 0 ? 2 : gap) + (dividers[index] ? gap + 1 : 0),
    0,
  );
  const [first] = drawn;
  return [
    ...(first?.header ?? []).map((_, row) => line(({ header }) => header[row])),
    colors.dim('─'.repeat(Math.min(width, widest))),
    ...(first?.cells ?? []).map((_, row) => line(({ cells }) => cells[row])),
  ];
}

/** A column ready to be drawn. */
interface Drawn extends Stack {
  readonly width: number;
}

function draw(stack: Stack): Drawn {
  let width = 0;
  for (const text of stack.header) if (text.width > width) width = text.width;
  for (const text of stack.cells) if (text !== undefined && text.width > width) width = text.width;
  return { ...stack, width };
}

function shorten(text: string, width: number | undefined): string {
  return width === undefined ? text : truncate(text, Math.max(1, width), 'end');
}
