// A comparison as tables for a terminal: a sub-table per group, columns in blocks that fit the width. Pure.

import { metricTitle } from '../../compare/columns.js';
import type {
  Cell as ComparedCell,
  DiffGroup,
  DiffRow,
  Rank,
  TableGroup,
  View,
} from '../../compare/document.js';
import { markedText } from '../../compare/marks.js';
import { shortId, shortNames } from '../../runfile/ids.js';
import { cellScale, cellText, smallestPositive } from '../../text/cells.js';
import { guardCommand, printable } from '../../text/escapes.js';
import { absentText, singleText } from '../../text/numbers.js';
import { type Colors, colorsOf } from '../terminal.js';
import { columnsOf, measured, truncate } from '../text/printable.js';
import type { Terminal } from '../world.js';

/**
 * A column with its header lines and a cell per row, all printable; undefined stands for a blank.
 * PERF: a table of 10,000 sub-tables has 200,000 cells: plain arrays of texts, and widths only where they are not the length.
 */
interface Stack {
  readonly header: readonly Text[];
  readonly cells: (string | undefined)[];
  readonly align: 'left' | 'right';
  /** True where a divider stands before it. */
  readonly divided?: boolean;
  /** The width of the widest text. */
  width: number;
  /** Rows whose text takes more or fewer columns than it has units. */
  odd?: Map<number, number>;
  /** Per row; only where one is coloured. */
  tones?: Rank[];
  /** Per row, how much of the text's end is never cut; only of names. */
  tails?: string[];
}

interface Text {
  readonly text: string;
  readonly width: number;
}

interface Table {
  readonly lead: readonly Stack[];
  readonly others: readonly Stack[];
}

/** Blanks between columns. */
const gap = 3;
const between = ' '.repeat(gap);

/** The least that an id keeps on a narrow terminal. */
const leastId = 8;

/** All groups, one below the other, each followed by a blank line. `width` undefined: as wide as it is. */
export function renderComparison(
  view: View,
  series: readonly string[],
  terminal: Pick<Terminal, 'color'>,
  width: number | undefined,
): string {
  const colors = colorsOf(terminal);
  let text = '';
  const titles = new Set<string>();
  const add = (title: string, { lead, others }: Table) => {
    text += `${colors.bold(shorten(guardCommand(printable(title)), width, titles))}\n`;
    text += `${blocks(lead, others, colors, width).join('\n')}\n\n`;
  };
  if (view.kind === 'table') for (const group of view.groups) add(group.title, tableStacks(group));
  else for (const group of view.groups) add(group.title, diffStacks(group, series));
  return text;
}

function tableStacks({ columns, rows }: TableGroup): Table {
  const names = namesOf(rows);
  const name = newStack(['', 'name'], 'left');
  const { headings, contentOf } = readable({ columns, rows });
  const others = columns.map((column, index) => {
    const before = columns[index - 1];
    const divided = before !== undefined && (before.metric === 'time') !== (column.metric === 'time');
    return newStack([headings[index] ?? '', column.stat ?? ''], 'right', divided);
  });
  for (const { id, series, cells } of rows) {
    const tail = names.size === 1 ? `(${series})` : ` (${series})`;
    put(name, names.size === 1 ? tail : `${names.get(id)}${tail}`);
    name.tails ??= [];
    name.tails.push(printable(tail));
    for (let index = 0; index < others.length; index += 1) {
      const cell = cells[index] ?? null;
      put(others[index] as Stack, contentOf(cell, index), cell?.rank ?? null);
    }
  }
  return { lead: [name], others };
}

function newStack(header: readonly string[], align: Stack['align'], divided = false): Stack {
  const lines = header.map(measured);
  return { header: lines, cells: [], align, divided, width: Math.max(0, ...lines.map(({ width }) => width)) };
}

/** Adds the next row's cell. */
function put(stack: Stack, content: string | undefined, rank: Rank = null): void {
  const row = stack.cells.length;
  if (content === undefined) {
    stack.cells.push(undefined);
    return;
  }
  const { text, width } = measured(content);
  stack.cells.push(text);
  if (width !== text.length) {
    stack.odd ??= new Map();
    stack.odd.set(row, width);
  }
  if (rank !== null) {
    stack.tones ??= [];
    stack.tones[row] = rank;
  }
  if (width > stack.width) stack.width = width;
}

/** What the ids of a table are called in it. */
export function namesOf(rows: readonly { readonly id: string }[]): ReadonlyMap<string, string> {
  // PERF: nearly all tables are of one id.
  const [first] = rows;
  if (first !== undefined && rows.every(({ id }) => id === first.id))
    return new Map([[first.id, shortId(first.id)]]);
  return shortNames(rows.map(({ id }) => id));
}

/** `peak (KiB)`, `allocations`. */
function headerOf({ metric, unit }: { readonly metric: string; readonly unit: string }): string {
  const title = metric.startsWith('extra:')
    ? metricTitle({ metric, dim: metric.slice('extra:'.length) })
    : metric;
  return unit === '' ? title : `${title} (${unit})`;
}

/** A table as people read it: its times are in the unit of their column, where documents have seconds. */
export function readable({ columns, rows }: Pick<TableGroup, 'columns' | 'rows'>): {
  readonly headings: readonly string[];
  /** `~83.12 (1.0)`, or `—`. */
  readonly contentOf: (cell: ComparedCell | null, index: number) => string;
} {
  const scales = columns.map(({ unit }, index) =>
    unit === 's' ? cellScale(unit, smallestPositive(valuesOf(rows, index))) : undefined,
  );
  return {
    headings: columns.map(({ metric, unit }, index) =>
      headerOf({ metric, unit: scales[index]?.unit ?? unit }),
    ),
    contentOf: (cell, index) => {
      if (cell === null) return absentText;
      const { value, marks, multiplier } = cell;
      const scale = scales[index];
      const isTime = scale !== undefined && typeof value === 'number';
      const text = markedText(isTime ? cellText(value, 's', scale.factor) : cell.text, marks);
      return multiplier === null ? text : `${text} ${multiplier}`;
    },
  };
}

function valuesOf(rows: TableGroup['rows'], index: number): number[] {
  return rows.flatMap(({ cells }) => {
    const value = cells[index]?.value;
    return typeof value === 'number' ? value : [];
  });
}

/** `~4.1 MiB`, `1.52 ms`: what the base of a diff had, in its own unit. */
export function baseContent({ base: { value, text, marks }, unit }: DiffRow): string {
  const shown = typeof value === 'number' && unit === 's' ? singleText(value, unit) : text;
  return markedText(shown, marks);
}

function diffStacks({ rows }: DiffGroup, series: readonly string[]): Table {
  const metrics = new Set(rows.map(({ metric }) => metric));
  const [onlyMetric] = metrics;
  const names = namesOf(rows);
  const name = newStack(['name'], 'left');
  const metric = newStack(['metric'], 'left');
  const base = newStack([metrics.size === 1 ? `${onlyMetric} base` : 'base'], 'right');
  const deltas = series.slice(1).map((label) => newStack([label], 'right'));
  for (const [row, each] of rows.entries()) {
    const { id, metric: title, deltas: changes } = each;
    put(name, id === rows[row - 1]?.id ? undefined : names.get(id));
    put(metric, title);
    put(base, baseContent(each));
    for (const [index, stack] of deltas.entries()) {
      const delta = changes[index];
      put(stack, delta?.text ?? absentText, delta?.rank ?? null);
    }
  }
  return { lead: metrics.size === 1 ? [name] : [name, metric], others: [base, ...deltas] };
}

// Columns that do not fit go into a further block below, behind the same leading ones: nothing is left out.
function blocks(
  lead: readonly Stack[],
  others: readonly Stack[],
  colors: Colors,
  width: number | undefined,
): string[] {
  const widest = width ?? Number.POSITIVE_INFINITY;
  const leading = fitLead(lead, widest);
  const leadWidth = 1 + leading.reduce((sum, each) => sum + each.width, 0) + gap * (leading.length - 1);
  const lines: string[] = [];
  let part: Stack[] = [];
  let used = leadWidth;
  for (const column of others) {
    const needed = column.width + gap + (column.divided ? gap + 1 : 0);
    if (part.length > 0 && used + needed > widest) {
      drawBlock(leading, part, colors, widest, lines);
      lines.push('');
      part = [];
      used = leadWidth;
    }
    part.push(column);
    used += needed;
  }
  drawBlock(leading, part, colors, widest, lines);
  return lines;
}

// The ids give way first, in their middle, down to a width that still tells them apart; the labels of series stay whole.
function fitLead(lead: readonly Stack[], widest: number): readonly Stack[] {
  const [name, ...rest] = lead;
  const restWidth = rest.reduce((sum, each) => sum + each.width + gap, 0);
  const room = Math.floor(widest / 2) - restWidth;
  if (name === undefined || name.width <= Math.max(leastId, room)) return lead;
  const tails = name.cells.map((_, row) => name.tails?.[row] ?? '');
  const ids = name.cells.map((text, row) => text?.slice(0, text.length - (tails[row] ?? '').length));
  const wholeIds = new Set(ids);
  const tailWidth = tails.reduce((most, tail) => Math.max(most, columnsOf(tail)), 0);
  const cutTo = (width: number) => ids.map((id) => (id === undefined ? id : truncate(id, width, 'ends')));
  let idRoom = Math.max(leastId, room - tailWidth);
  let cutIds = cutTo(idRoom);
  while (new Set(cutIds).size < wholeIds.size) {
    idRoom = Math.ceil(idRoom * 1.25);
    cutIds = cutTo(idRoom);
  }
  const cut = newStack([], name.align);
  for (const [row, id] of cutIds.entries()) put(cut, id === undefined ? id : id + tails[row]);
  return [{ ...cut, header: name.header, width: Math.max(cut.width, leastId) }, ...rest];
}

/** Adds the block's lines to `lines`. */
function drawBlock(
  lead: readonly Stack[],
  columns: readonly Stack[],
  colors: Colors,
  widest: number,
  lines: string[],
): void {
  const drawn = [...lead, ...columns];
  // A divider never opens a block.
  const divider = between + colors.dim('│') + between;
  const gaps = drawn.map(({ divided }, index) => {
    if (index === 0) return ' ';
    return divided === true && index > lead.length ? divider : between;
  });
  const [first] = drawn;
  for (let row = 0; row < (first?.header.length ?? 0); row += 1) {
    let line = '';
    for (let index = 0; index < drawn.length; index += 1) {
      const { header, width, align } = drawn[index] as Stack;
      const text = header[row];
      line += gaps[index] + aligned(text?.text ?? '', width - (text?.width ?? 0), align);
    }
    lines.push(guardCommand(line.trimEnd()));
  }
  const dividers = gaps.filter((each) => each === divider).length;
  const width = drawn.reduce((sum, column, index) => sum + column.width + (index === 0 ? 2 : gap), 0);
  lines.push(colors.dim('─'.repeat(Math.min(width + dividers * (gap + 1), widest))));
  for (let row = 0; row < (first?.cells.length ?? 0); row += 1) {
    lines.push(guardCommand(cellLine(drawn, gaps, row, colors).trimEnd()));
  }
}

function cellLine(drawn: readonly Stack[], gaps: readonly string[], row: number, colors: Colors): string {
  let line = '';
  for (let index = 0; index < drawn.length; index += 1) {
    const { cells, width, align, odd, tones } = drawn[index] as Stack;
    const text = cells[row] ?? '';
    const tone = tones?.[row] ?? null;
    const painted = tone === null ? text : tone === 'green' ? colors.green(text) : colors.red(text);
    line += gaps[index] + aligned(painted, width - (odd?.get(row) ?? text.length), align);
  }
  return line;
}

function aligned(text: string, padding: number, align: Stack['align']): string {
  if (padding <= 0) return text;
  const blanks = blanksOf(padding);
  return align === 'right' ? blanks + text : text + blanks;
}

// PERF: a table's paddings are few and short.
const knownBlanks: string[] = [];

function blanksOf(count: number): string {
  knownBlanks[count] ??= ' '.repeat(count);
  return knownBlanks[count];
}

// A title that would read like one above it stands whole.
function shorten(title: string, width: number | undefined, titles: Set<string>): string {
  if (width === undefined) return title;
  const cut = truncate(title, Math.max(1, width), 'ends');
  if (titles.has(cut)) return title;
  titles.add(cut);
  return cut;
}
