// Columns of a comparison as blocks of lines that fit the width. Knows no metric. Pure.
import type { Rank } from '../../compare/document.js';
import { columnsOf, measured, truncate } from '../../layout/printable.js';
import { guardCommand } from '../../text/escapes.js';
import type { Colors } from '../terminal.js';

/**
 * A column with its header lines and a cell per row, all printable; undefined stands for a blank.
 * PERF: a table of 10,000 sub-tables has 200,000 cells: plain arrays of texts, and widths only if they are not the length.
 */
export interface Stack {
  readonly header: readonly Text[];
  readonly cells: (string | undefined)[];
  readonly align: 'left' | 'right';
  /** True if a divider stands before it. */
  readonly divided?: boolean;
  /** The width of the widest text. */
  width: number;
  /** Rows whose text takes more or fewer columns than it has units. */
  odd?: Map<number, number>;
  /** Per row; only if one is coloured. */
  tones?: Rank[];
  /** Per row, how much of the text's end is never cut; only of names. */
  tails?: string[];
}

interface Text {
  readonly text: string;
  readonly width: number;
  /** What it looks like in a column, by its side and the column's width. PERF: headings come again in every sub-table. */
  padded?: Readonly<Record<Stack['align'], string[]>>;
}

/** A text made printable, with its width. */
export type Measure = (text: string) => Text;

/** The columns of a table: those that lead every block, and the others. */
export interface Table {
  readonly lead: readonly Stack[];
  readonly others: readonly Stack[];
}

/** Blanks between columns. */
const gap = 3;
const between = ' '.repeat(gap);

/** The least that an id keeps on a narrow terminal. */
const leastId = 8;

export function newStack(
  header: readonly string[],
  align: Stack['align'],
  divided = false,
  measure: Measure = measured,
): Stack {
  const lines: Text[] = [];
  let width = 0;
  for (const text of header) {
    const line = measure(text);
    lines.push(line);
    if (line.width > width) width = line.width;
  }
  return { header: lines, cells: [], align, divided, width };
}

/** Measures texts that come again and again, each once. */
export function measuredOnce(): Measure {
  const known = new Map<string, Text>();
  return (text) => {
    const found = known.get(text) ?? measured(text);
    known.set(text, found);
    return found;
  };
}

/** Adds the next row's cell. */
export function put(stack: Stack, content: string | undefined, rank: Rank = null): void {
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

/**
 * Adds its lines to `lines`: columns that do not fit go into a further block below, behind the same leading ones; nothing
 * is left out.
 */
export function addBlocks(
  { lead, others }: Table,
  colors: Colors,
  width: number | undefined,
  lines: string[],
): void {
  const widest = width ?? Number.POSITIVE_INFINITY;
  const leading = fitLead(lead, widest);
  const leadWidth = 1 + leading.reduce((sum, each) => sum + each.width, 0) + gap * (leading.length - 1);
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
      line += gaps[index] + headingOf(drawn[index] as Stack, row);
    }
    lines.push(guardCommand(line.trimEnd()));
  }
  lines.push(colors.dim(ruleOf(Math.min(widthOf(drawn, gaps, divider), widest))));
  for (let row = 0; row < (first?.cells.length ?? 0); row += 1) {
    lines.push(guardCommand(cellLine(drawn, gaps, row, colors).trimEnd()));
  }
}

function headingOf({ header, width, align }: Stack, row: number): string {
  const heading = header[row];
  if (heading === undefined) return aligned('', width, align);
  heading.padded ??= { left: [], right: [] };
  const known = heading.padded[align];
  known[width] ??= aligned(heading.text, width - heading.width, align);
  return known[width];
}

function widthOf(drawn: readonly Stack[], gaps: readonly string[], divider: string): number {
  let width = 2 - gap;
  for (let index = 0; index < drawn.length; index += 1) {
    width += (drawn[index] as Stack).width + gap + (gaps[index] === divider ? gap + 1 : 0);
  }
  return width;
}

// PERF: rules are of few lengths.
const knownRules: string[] = [];

function ruleOf(length: number): string {
  knownRules[length] ??= '─'.repeat(length);
  return knownRules[length];
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
