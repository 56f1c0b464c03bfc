// A comparison as tables for a terminal: a sub-table per group. Pure.

import { metricTitle } from '../../compare/columns.js';
import type { DiffGroup, DiffRow, TableGroup, View } from '../../compare/document.js';
import { markedText } from '../../compare/marks.js';
import type { TableColumn } from '../../compare/table-column.js';
import { measured, truncate } from '../../layout/printable.js';
import { shortNames } from '../../runfile/ids.js';
import { cellText } from '../../text/cells.js';
import { type Make, onceEach } from '../../text/distinct.js';
import { guardCommand, printable } from '../../text/escapes.js';
import { absentText, singleText } from '../../text/numbers.js';
import { colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import { addBlocks, newStack, put, type Stack, type Table, type Text } from './blocks.js';
import { brushOf } from './brush.js';
import { Lines } from './lines.js';

/**
 * All groups as UTF-8, one below the other, each followed by a blank line; in pieces, for what need not stay in memory.
 * `width` undefined: as wide as it is.
 */
export function* renderComparison(
  view: View,
  series: readonly string[],
  terminal: Pick<Terminal, 'color'>,
  width: number | undefined,
): Generator<Uint8Array> {
  const colors = colorsOf(terminal);
  const brush = brushOf(colors);
  const titles = new Set<string>();
  const lines = new Lines();
  for (const { title, table } of tablesOf(view, series)) {
    lines.whole(colors.bold(shorten(guardCommand(printable(title)), width, titles)));
    addBlocks(table, brush, width, lines);
    lines.end();
    const piece = lines.take();
    if (piece !== undefined) yield piece;
  }
  const rest = lines.take(true);
  if (rest !== undefined) yield rest;
}

function* tablesOf(view: View, series: readonly string[]): Generator<{ title: string; table: Table }> {
  if (view.kind === 'diff') {
    for (const group of view.groups) yield { title: group.title, table: diffStacks(group, series) };
    return;
  }
  const texts = newTableTexts();
  for (const group of view.groups) yield { title: group.title, table: tableStacks(group, texts) };
}

/** PERF: what comes again in every sub-table is made once. */
interface TableTexts {
  readonly heading: Make<string, string, Text>;
  readonly stat: Make<string | null, unknown, Text>;
  readonly tail: Make<string, string, Text>;
  readonly time: Make<number, number, string>;
}

const nothing = measured('');

function newTableTexts(): TableTexts {
  return {
    heading: onceEach((metric, unit) => measured(headerOf(metric, unit))),
    stat: onceEach((stat) => measured(stat ?? '')),
    tail: onceEach((series, before) => measured(`${before}(${series})`)),
    time: onceEach((value, factor) => cellText(value, 's', factor)),
  };
}

function tableStacks({ columns, rows }: TableGroup, texts: TableTexts): Table {
  const names = isOfOneId(rows) ? undefined : namesOf(rows);
  const name = newStack([nothing, texts.stat('name', null)], 'left');
  const tails: string[] = [];
  for (const { id, series } of rows) {
    const { text: tail } = texts.tail(series, names === undefined ? '' : ' ');
    put(name, names === undefined ? tail : `${names.get(id)}${tail}`);
    tails.push(tail);
  }
  name.tails = tails;
  const others: Stack[] = [];
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index] as TableColumn;
    const before = columns[index - 1];
    const divided = before !== undefined && (before.metric === 'time') !== (column.metric === 'time');
    others.push(columnStack(column, rows.length, divided, texts));
  }
  return { lead: [name], others };
}

function columnStack(column: TableColumn, rows: number, divided: boolean, texts: TableTexts): Stack {
  const heading = texts.heading(column.metric, column.shown.unit);
  const stack = newStack([heading, texts.stat(column.stat, null)], 'right', divided);
  for (let row = 0; row < rows; row += 1) {
    put(stack, column.textAt(row, texts.time), column.rankAt(row), column.multiplierAt(row) ?? '');
  }
  return stack;
}

/** What the ids of a table are called in it. */
export function namesOf(rows: readonly { readonly id: string }[]): ReadonlyMap<string, string> {
  return shortNames(rows.map(({ id }) => id));
}

function isOfOneId(rows: readonly { readonly id: string }[]): boolean {
  // The rows of an id stand together.
  return rows[0]?.id === rows.at(-1)?.id;
}

/** `peak (KiB)`, `allocations`. */
export function headerOf(metric: string, unit: string): string {
  const title = metric.startsWith('extra:')
    ? metricTitle({ metric, dim: metric.slice('extra:'.length) })
    : metric;
  return unit === '' ? title : `${title} (${unit})`;
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
  const name = newStack([measured('name')], 'left');
  const metric = newStack([measured('metric')], 'left');
  const base = newStack([measured(metrics.size === 1 ? `${onlyMetric} base` : 'base')], 'right');
  const deltas = series.slice(1).map((label) => newStack([measured(label)], 'right'));
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
