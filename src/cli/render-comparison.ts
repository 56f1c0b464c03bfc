// A comparison as tables for a terminal: a sub-table per group, columns in blocks that fit the width. Pure.
import { metricTitle } from '../compare/columns.js';
import type { Cell as ComparedCell, DiffGroup, TableGroup, View } from '../compare/document.js';
import { absentText } from '../compare/numbers.js';
import { shortId } from '../runfile/ids.js';
import { type Cell, type Column, layOut, type Row } from './columns.js';
import { type Colors, colorsOf, type Terminal } from './io.js';
import { columnsOf, printable, truncate } from './printable.js';

/** A column with its header lines and a cell per row; undefined stands for a blank. */
interface Stack {
  readonly header: readonly string[];
  readonly cells: readonly (Cell | undefined)[];
  readonly align: 'left' | 'right';
  /** True where a divider stands before it. */
  readonly divided?: boolean;
}

/** The most that a name may take of a narrow terminal, and the least it keeps. */
const leastName = 12;

/** All groups, one below the other, each followed by a blank line. `width` undefined: as wide as it is. */
export function renderComparison(
  view: View,
  series: readonly string[],
  terminal: Pick<Terminal, 'color'>,
  width: number | undefined,
): string {
  const colors = colorsOf(terminal);
  const stacks =
    view.kind === 'table'
      ? view.groups.map((group) => ({ title: group.title, ...tableStacks(group) }))
      : view.groups.map((group) => ({ title: group.title, ...diffStacks(group, series) }));
  return stacks
    .map(({ title, name, others }) => {
      const heading = colors.bold(shorten(guardCommand(printable(title)), width));
      return `${[heading, ...blocks(name, others, colors, width)].join('\n')}\n\n`;
    })
    .join('');
}

/** WHY: a line that begins with `::` or `##[` is a command to a CI runner. */
export function guardCommand(line: string): string {
  return /^\s*(::|##\[)/.test(line) ? `\\${line}` : line;
}

function tableStacks({ columns, rows }: TableGroup): { name: Stack; others: Stack[] } {
  const oneId = rows.every(({ id }) => id === rows[0]?.id);
  const name = {
    header: ['', 'name'],
    cells: rows.map(
      ({ id, series }): Cell => ({ text: oneId ? `(${series})` : `${shortId(id)} (${series})` }),
    ),
    align: 'left' as const,
  };
  const others = columns.map((column, index): Stack => {
    const before = columns[index - 1];
    return {
      header: [headerOf(column), column.stat ?? ''],
      cells: rows.map(({ cells }) => tableCell(cells[index] ?? null)),
      align: 'right',
      divided: before !== undefined && (before.metric === 'time') !== (column.metric === 'time'),
    };
  });
  return { name, others };
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

function tableCell(cell: ComparedCell | null): Cell {
  return { text: cellContent(cell), ...toneOf(cell?.rank ?? null) };
}

function toneOf(rank: 'green' | 'red' | null): Pick<Cell, 'tone'> {
  if (rank === null) return {};
  return { tone: rank === 'green' ? 'good' : 'bad' };
}

function diffStacks({ rows }: DiffGroup, series: readonly string[]): { name: Stack; others: Stack[] } {
  const metrics = new Set(rows.map(({ metric }) => metric));
  const [onlyMetric] = metrics;
  const isFirst = rows.map(({ id }, index) => id !== rows[index - 1]?.id);
  const name = {
    header: ['name'],
    cells: rows.map(({ id }, index) => (isFirst[index] ? { text: shortId(id) } : undefined)),
    align: 'left' as const,
  };
  const base: Stack = {
    header: [metrics.size === 1 ? `${onlyMetric} base` : 'base'],
    cells: rows.map((row) => ({ text: `${row.base.approximate === true ? '~' : ''}${row.base.text}` })),
    align: 'right',
  };
  const metric: Stack = {
    header: ['metric'],
    cells: rows.map((row) => ({ text: row.metric })),
    align: 'left',
  };
  const deltas = series.slice(1).map(
    (label, index): Stack => ({
      header: [label],
      cells: rows.map((row) => {
        const delta = row.deltas[index];
        return { text: delta?.text ?? absentText, ...toneOf(delta?.rank ?? null) };
      }),
      align: 'right',
    }),
  );
  return { name, others: [...(metrics.size === 1 ? [] : [metric]), base, ...deltas] };
}

// Columns that do not fit go into a further block below, under the same names: nothing is left out.
function blocks(name: Stack, others: readonly Stack[], colors: Colors, width: number | undefined): string[] {
  const gap = 3;
  const widest = width === undefined ? Number.POSITIVE_INFINITY : width - 1;
  const nameWidth = Math.min(widthOf(name), Math.max(leastName, Math.floor(widest / 2)));
  const lines: string[] = [];
  let block: Stack[] = [];
  let used = nameWidth;
  const flush = () => {
    if (block.length > 0)
      lines.push(...(lines.length > 0 ? [''] : []), ...drawBlock(name, block, colors, width));
    block = [];
    used = nameWidth;
  };
  for (const stack of others) {
    const needed = widthOf(stack) + gap + (stack.divided ? gap + 1 : 0);
    if (block.length > 0 && used + needed > widest) flush();
    block.push(stack);
    used += needed;
  }
  flush();
  return lines;
}

function drawBlock(
  name: Stack,
  stacks: readonly Stack[],
  colors: Colors,
  width: number | undefined,
): string[] {
  const columns: Column[] = [{ align: 'left', rank: 0, gap: 1, minWidth: leastName }];
  const drawn: Stack[] = [name];
  for (const [index, stack] of stacks.entries()) {
    if (stack.divided && index > 0) {
      columns.push({ align: 'left', rank: 0, gap: 3 });
      drawn.push({
        header: stack.header.map(() => '│'),
        cells: name.cells.map(() => ({ text: '│', tone: 'dim' })),
        align: 'left',
      });
    }
    columns.push({ align: stack.align, rank: 0, gap: 3, minWidth: 1 });
    drawn.push(stack);
  }
  const headers = name.header.map(
    (_, line): Row => drawn.map(({ header }) => ({ text: header[line] ?? '' })),
  );
  const rows = name.cells.map((_, line): Row => drawn.map(({ cells }) => cells[line]));
  const lines = layOut(columns, [...headers, ...rows], {
    width: width === undefined ? Number.POSITIVE_INFINITY : width,
    colors: colors,
    indent: 1,
  });
  const plainWidth = Math.max(...drawnWidths(columns, drawn, width));
  const rule = colors.dim('─'.repeat(plainWidth));
  return [...lines.slice(0, headers.length), rule, ...lines.slice(headers.length)];
}

function drawnWidths(
  columns: readonly Column[],
  drawn: readonly Stack[],
  width: number | undefined,
): number[] {
  const natural = drawn.reduce(
    (sum, stack, index) => sum + widthOf(stack) + (index === 0 ? 0 : (columns[index]?.gap ?? 0)),
    2,
  );
  return [width === undefined ? natural : Math.min(natural, width)];
}

function widthOf({ header, cells }: Stack): number {
  let widest = 0;
  for (const text of header) widest = Math.max(widest, columnsOf(printable(text)));
  for (const cell of cells)
    if (cell !== undefined) widest = Math.max(widest, columnsOf(printable(cell.text)));
  return widest;
}

function shorten(text: string, width: number | undefined): string {
  return width === undefined ? text : truncate(text, Math.max(1, width), 'end');
}
