// A comparison as tables for a terminal: a sub-table per group. Pure.

import { metricTitle } from '../../compare/columns.js';
import type { Cell as ComparedCell, DiffGroup, DiffRow, TableGroup, View } from '../../compare/document.js';
import { markedText } from '../../compare/marks.js';
import { truncate } from '../../layout/printable.js';
import { shortNames } from '../../runfile/ids.js';
import { cellScale, cellText } from '../../text/cells.js';
import { onceEach, type TextOf } from '../../text/distinct.js';
import { guardCommand, printable } from '../../text/escapes.js';
import { absentText, singleText } from '../../text/numbers.js';
import { colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import { addBlocks, type Measure, measuredOnce, newStack, put, type Stack, type Table } from './blocks.js';

/**
 * All groups, one below the other, each followed by a blank line; in pieces, for a text that need not stay in memory.
 * `width` undefined: as wide as it is.
 */
export function* renderComparison(
  view: View,
  series: readonly string[],
  terminal: Pick<Terminal, 'color'>,
  width: number | undefined,
): Generator<string> {
  const colors = colorsOf(terminal);
  const titles = new Set<string>();
  const lines: string[] = [];
  for (const { title, table } of tablesOf(view, series)) {
    lines.push(colors.bold(shorten(guardCommand(printable(title)), width, titles)));
    addBlocks(table, colors, width, lines);
    lines.push('');
    if (lines.length >= linesAtOnce) yield textOf(lines);
  }
  if (lines.length > 0) yield textOf(lines);
}

const linesAtOnce = 1000;

function textOf(lines: string[]): string {
  return `${lines.splice(0).join('\n')}\n`;
}

function* tablesOf(view: View, series: readonly string[]): Generator<{ title: string; table: Table }> {
  if (view.kind === 'diff') {
    for (const group of view.groups) yield { title: group.title, table: diffStacks(group, series) };
    return;
  }
  const measure = measuredOnce();
  const textOfTime = onceEach(timeText);
  for (const group of view.groups)
    yield { title: group.title, table: tableStacks(group, measure, textOfTime) };
}

// PERF: headings and the names of series come again in every group; `measure` knows them.
function tableStacks({ columns, rows }: TableGroup, measure: Measure, textOfTime: TextOf): Table {
  const names = isOfOneId(rows) ? undefined : namesOf(rows);
  const name = newStack(['', 'name'], 'left', false, measure);
  const { headings, contentOf } = readable({ columns, rows }, textOfTime);
  const others = columns.map((column, index) => {
    const before = columns[index - 1];
    const divided = before !== undefined && (before.metric === 'time') !== (column.metric === 'time');
    return newStack([headings[index] ?? '', column.stat ?? ''], 'right', divided, measure);
  });
  name.tails = [];
  for (const { id, series, cells } of rows) {
    const tail = names === undefined ? `(${series})` : ` (${series})`;
    put(name, names === undefined ? tail : `${names.get(id)}${tail}`);
    name.tails.push(measure(tail).text);
    for (let index = 0; index < others.length; index += 1) {
      const cell = cells[index] ?? null;
      put(others[index] as Stack, contentOf(cell, index), cell?.rank ?? null);
    }
  }
  return { lead: [name], others };
}

/** What the ids of a table are called in it. */
export function namesOf(rows: readonly { readonly id: string }[]): ReadonlyMap<string, string> {
  return shortNames(rows.map(({ id }) => id));
}

function isOfOneId(rows: readonly { readonly id: string }[]): boolean {
  for (const { id } of rows) if (id !== rows[0]?.id) return false;
  return true;
}

/** `peak (KiB)`, `allocations`. */
function headerOf({ metric, unit }: { readonly metric: string; readonly unit: string }): string {
  const title = metric.startsWith('extra:')
    ? metricTitle({ metric, dim: metric.slice('extra:'.length) })
    : metric;
  return unit === '' ? title : `${title} (${unit})`;
}

/** A table as people read it: its times are in the unit of their column, where documents have seconds. */
export function readable(
  { columns, rows }: Pick<TableGroup, 'columns' | 'rows'>,
  textOfTime: TextOf = timeText,
): {
  readonly headings: readonly string[];
  /** `~83.12 (1.0)`, or `—`. */
  readonly contentOf: (cell: ComparedCell | null, index: number) => string;
} {
  const scales = columns.map(({ unit }, index) =>
    unit === 's' ? cellScale(unit, smallestIn(rows, index)) : undefined,
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
      const plain = isTime ? textOfTime(value, scale.factor) : cell.text;
      const text = marks === undefined ? plain : markedText(plain, marks);
      return multiplier === null ? text : `${text} ${multiplier}`;
    },
  };
}

const timeText: TextOf = (value, factor) => cellText(value, 's', factor);

function smallestIn(rows: TableGroup['rows'], index: number): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const { cells } of rows) {
    const value = cells[index]?.value;
    if (typeof value === 'number' && value > 0 && value < smallest) smallest = value;
  }
  return smallest;
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

// A title that would read like one above it stands whole.
function shorten(title: string, width: number | undefined, titles: Set<string>): string {
  if (width === undefined) return title;
  const cut = truncate(title, Math.max(1, width), 'ends');
  if (titles.has(cut)) return title;
  titles.add(cut);
  return cut;
}
