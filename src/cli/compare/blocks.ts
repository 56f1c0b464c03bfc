// Columns of a comparison as blocks of lines that fit the width. Knows no metric. Pure.
import type { Rank } from '../../compare/document.js';
import { columnsOf, measured, truncate } from '../../layout/printable.js';
import type { Brush } from './brush.js';
import type { Lines } from './lines.js';

/**
 * A column with its header lines and a cell per row, all printable; undefined stands for a blank.
 * PERF: a table of 10,000 sub-tables has 200,000 cells: plain arrays of texts, and widths only if they are not the length. All
 * fields are there from the start, because one that comes later makes what reads it be compiled again.
 */
export interface Stack {
  readonly header: readonly Text[];
  readonly align: 'left' | 'right';
  /** True if a divider stands before it. */
  readonly divided: boolean;
  readonly cells: (string | undefined)[];
  /** Per row, what stands behind the text, a blank between them; '' for nothing. */
  readonly besides: string[];
  /** Per row, what the text looks like. */
  readonly tones: Rank[];
  /** Rows whose text takes more or fewer columns than it has units. */
  odd: Map<number, number> | undefined;
  /** Per row, how much of the text's end is never cut; only of names. */
  tails: readonly string[] | undefined;
  /** The width of the widest text. */
  width: number;
}

/** A text made printable, with its width. */
export type Text = ReturnType<typeof measured>;

/** The columns of a table: those that lead every block, and the others. */
export interface Table {
  readonly lead: readonly Stack[];
  readonly others: readonly Stack[];
}

/** Blanks between columns. */
const gap = 3;

/** The least that an id keeps on a narrow terminal. */
const leastId = 8;

export function newStack(header: readonly Text[], align: Stack['align'], divided = false): Stack {
  let width = 0;
  for (const line of header) if (line.width > width) width = line.width;
  const odd = undefined;
  const tails = undefined;
  return { header, align, divided, cells: [], besides: [], tones: [], odd, tails, width };
}

/** Adds the next row's cell; `beside` is visible ASCII that stands behind it, a blank between them. */
export function put(stack: Stack, content: string | undefined, rank: Rank = null, beside = ''): void {
  let width = 0;
  if (content === undefined) stack.cells.push(undefined);
  else {
    const shown = measured(content);
    width = shown.width;
    if (width !== shown.text.length) {
      stack.odd ??= new Map();
      stack.odd.set(stack.cells.length, width);
    }
    stack.cells.push(shown.text);
  }
  if (beside !== '') width += 1 + beside.length;
  stack.besides.push(beside);
  stack.tones.push(rank);
  if (width > stack.width) stack.width = width;
}

/**
 * Adds its lines to `lines`: columns that do not fit go into a further block below, behind the same leading ones; nothing
 * is left out.
 */
export function addBlocks(
  { lead, others }: Table,
  brush: Brush,
  width: number | undefined,
  lines: Lines,
): void {
  const widest = width ?? Number.POSITIVE_INFINITY;
  const leading = fitLead(lead, widest);
  const leadWidth = 1 + leading.reduce((sum, each) => sum + each.width, 0) + gap * (leading.length - 1);
  let part: Stack[] = [];
  let used = leadWidth;
  for (const column of others) {
    const needed = column.width + gap + (column.divided ? gap + 1 : 0);
    if (part.length > 0 && used + needed > widest) {
      drawBlock(leading, part, brush, widest, lines);
      lines.end();
      part = [];
      used = leadWidth;
    }
    part.push(column);
    used += needed;
  }
  drawBlock(leading, part, brush, widest, lines);
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
  const cut = newStack(name.header, name.align);
  cut.width = Math.max(cut.width, leastId);
  for (const [row, id] of cutIds.entries()) put(cut, id === undefined ? id : id + tails[row]);
  return [cut, ...rest];
}

/** Adds the block's lines to `lines`. */
function drawBlock(
  lead: readonly Stack[],
  columns: readonly Stack[],
  brush: Brush,
  widest: number,
  lines: Lines,
): void {
  const drawn = [...lead, ...columns];
  // A divider never opens a block.
  const opening = lead.length;
  const { header, cells } = drawn[0] as Stack;
  for (let row = 0; row < header.length; row += 1) {
    for (let index = 0; index < drawn.length; index += 1) {
      startCell(drawn, index, opening, brush, lines);
      drawHeading(drawn[index] as Stack, row, lines);
    }
    lines.end();
  }
  lines.whole(brush.rule(Math.min(widthOf(drawn, opening), widest)));
  for (let row = 0; row < cells.length; row += 1) {
    for (let index = 0; index < drawn.length; index += 1) {
      startCell(drawn, index, opening, brush, lines);
      drawCell(drawn[index] as Stack, row, brush, lines);
    }
    lines.end();
  }
}

function isDivided(drawn: readonly Stack[], index: number, opening: number): boolean {
  return index > opening && (drawn[index] as Stack).divided;
}

function startCell(
  drawn: readonly Stack[],
  index: number,
  opening: number,
  brush: Brush,
  lines: Lines,
): void {
  if (isDivided(drawn, index, opening)) {
    lines.blanks(gap);
    lines.encoded(brush.divider);
  }
  lines.blanks(index === 0 ? 1 : gap);
}

function widthOf(drawn: readonly Stack[], opening: number): number {
  let width = 2 - gap;
  for (let index = 0; index < drawn.length; index += 1) {
    width += (drawn[index] as Stack).width + gap + (isDivided(drawn, index, opening) ? gap + 1 : 0);
  }
  return width;
}

function drawHeading({ header, width, align }: Stack, row: number, lines: Lines): void {
  const heading = header[row];
  const padding = width - (heading?.width ?? 0);
  if (align === 'right') lines.blanks(padding);
  if (heading !== undefined) lines.text(heading.text);
  if (align === 'left') lines.blanks(padding);
}

function drawCell(stack: Stack, row: number, brush: Brush, lines: Lines): void {
  const { width, align, odd } = stack;
  const text = stack.cells[row] ?? '';
  const beside = stack.besides[row] as string;
  const tone = stack.tones[row] as Rank;
  const padding = width - (odd?.get(row) ?? text.length) - (beside === '' ? 0 : 1 + beside.length);
  if (align === 'right') lines.blanks(padding);
  if (tone !== null) lines.text(brush[tone].open);
  lines.text(text);
  if (beside !== '') {
    lines.blanks(1);
    lines.text(beside);
  }
  if (tone !== null) lines.text(brush[tone].close);
  if (align === 'left') lines.blanks(padding);
}
