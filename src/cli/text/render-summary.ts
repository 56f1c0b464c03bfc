// Many benchmarks at a glance: a row each, grouped by file, then what holds for all of them. Pure.

import { markedText } from '../../compare/marks.js';
import { type Cell, type Column, layOut, type Row, type Span } from '../../layout/columns.js';
import { wrap } from '../../layout/printable.js';
import type { EnvironmentEntry } from '../../runfile/schema.js';
import { holdsAllGarbage, retainedIn } from '../../runfile/table.js';
import { retainedResolutionIn } from '../../stats/retained.js';
import { printable } from '../../text/escapes.js';
import { withinText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { type Colors, colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import {
  type Failure,
  type Figures,
  fieldCell,
  formatShare,
  formatSpread,
  headline,
  objectShares,
  partAt,
  passesOf,
  spreadOf,
} from './figures.js';
import { renderEnvironment } from './render-environment.js';
import { renderWarnings } from './render-warnings.js';

interface SummaryColumn extends Column {
  readonly title: string;
  readonly cell: (figures: Figures) => Cell | undefined;
}

// Ranks say what a narrow terminal loses first. What was asked for with a flag of its own stays.
const columns: readonly SummaryColumn[] = [
  {
    title: '',
    align: 'left',
    rank: 0,
    minWidth: 12,
    keep: 'ends',
    cell: ({ name }) => ({ text: `  ${name}`, tone: 'strong' }),
  },
  { title: 'peak', align: 'right', rank: 0, cell: peakCell },
  { title: '= native', align: 'right', rank: 4, gap: 1, cell: part('peak_bytes', 'native_at_peak_bytes') },
  { title: '+ js', align: 'right', rank: 4, gap: 1, cell: part('peak_bytes', 'js_at_peak_bytes') },
  { title: '+ mapped', align: 'right', rank: 4, gap: 1, cell: mappedPartCell },
  { title: 'allocated', align: 'right', rank: 0, cell: metric('total_bytes') },
  { title: 'allocations', align: 'right', rank: 3, cell: metric('allocations') },
  { title: 'objects', align: 'right', rank: 1, cell: metric('objects') },
  { title: 'spread', align: 'right', rank: 10, cell: spreadCell },
  { title: 'retained', align: 'right', rank: 2, cell: retainedCell },
  { title: 'mapped', align: 'right', rank: 8, cell: metric('mapped_peak_bytes') },
  { title: 'private', align: 'right', rank: 1, cell: metric('private_mapped_peak_bytes') },
  { title: 'rss', align: 'right', rank: 1, cell: metric('rss_bytes') },
  { title: 'engine', align: 'right', rank: 9, cell: metric('engine_peak_bytes') },
  { title: 'mostly from', align: 'left', rank: 6, cell: sourceCell },
];

export interface SummaryCells {
  readonly headers: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly (readonly string[])[];
}

/** The table and its notes, in at most `terminal.columns` columns. */
export function renderSummary(
  functions: readonly Figures[],
  failures: readonly Failure[],
  terminal: Terminal,
): string {
  const colors = colorsOf(terminal);
  const width = terminal.columns;
  const table = summaryTable(functions, failures, width, colors);
  const blocks = [
    table,
    [
      ...notes(functions, width, table[0]?.includes('spread') === true),
      ...environments(functions, width, colors),
    ],
    renderWarnings(functions, terminal, colors),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** The columns that some function fills, as headers and rows of text: what markdown prints too. */
export function summaryCells(functions: readonly Figures[]): SummaryCells {
  const filled = columns
    .slice(1)
    .filter((column) => functions.some((figures) => column.cell(figures) !== undefined));
  return {
    headers: filled.map(({ title, align }) => ({ title, align })),
    rows: functions.map((figures) => filled.map((column) => column.cell(figures)?.text.trim() ?? '')),
  };
}

function summaryTable(
  functions: readonly Figures[],
  failures: readonly Failure[],
  width: number,
  colors: Colors,
): string[] {
  const files = [...new Set([...functions, ...failures].map(({ file }) => file))];
  const lines = files.flatMap((file): (Row | Span)[] => [
    { span: { text: file, tone: 'dim' } },
    ...functions
      .filter((figures) => figures.file === file)
      .map((figures) => columns.map((column) => column.cell(figures))),
    ...failures
      .filter((failure) => failure.file === file)
      .map(
        (failure): Row => [
          { text: `  ${failure.name}`, tone: 'strong' },
          { text: 'failed', tone: 'bad' },
        ],
      ),
  ]);
  const headed = columns.map((column) => ({
    ...column,
    header: { text: column.title, tone: 'dim' as const },
  }));
  const shown = headed.map((column) => ({
    ...column,
    header: functions.some((figures) => column.cell(figures) !== undefined) ? column.header : { text: '' },
  }));
  return layOut(shown, lines, { width, colors });
}

function peakCell({ blob }: Figures): Cell | undefined {
  const peak = headline(blob, 'peak_bytes');
  if (peak === undefined) return undefined;
  const marks = { approximate: holdsAllGarbage(blob) === true };
  return { text: markedText(aligned('peak_bytes', peak), marks), tone: 'strong' };
}

function metric(
  field:
    | 'total_bytes'
    | 'allocations'
    | 'objects'
    | 'mapped_peak_bytes'
    | 'private_mapped_peak_bytes'
    | 'rss_bytes'
    | 'engine_peak_bytes',
) {
  return ({ blob }: Figures): Cell | undefined => {
    const value = headline(blob, field);
    return value === undefined ? undefined : { text: aligned(field, value) };
  };
}

// What is within the resolution is not a figure: it may come by chance.
function retainedCell({ blob }: Figures): Cell | undefined {
  const found = retainedIn(blob);
  if (found === undefined) return undefined;
  const within = withinText(found.bytes, retainedResolutionIn(blob.resolution), 'B');
  return {
    text: markedText(within ?? aligned('retained_bytes', found.bytes), { uncertain: !found.certain }),
  };
}

function part(whole: 'peak_bytes', field: 'native_at_peak_bytes' | 'js_at_peak_bytes') {
  return ({ blob }: Figures): Cell | undefined => {
    const value = partAt(blob, whole, field);
    return value === undefined ? undefined : { text: aligned(field, value), tone: 'dim' };
  };
}

/** Wasm and resizable buffers: a column only if some benchmark has them. */
function mappedPartCell({ blob }: Figures): Cell | undefined {
  const value = partAt(blob, 'peak_bytes', 'mapped_other_at_peak_bytes');
  return value === undefined || value === 0
    ? undefined
    : { text: aligned('mapped_other_at_peak_bytes', value), tone: 'dim' };
}

function spreadCell({ blob }: Figures): Cell | undefined {
  const spread = spreadOf(blob, 'peak_bytes');
  if (spread === undefined || passesOf(blob) === 1) return undefined;
  const text = formatSpread('peak_bytes', spread);
  return text === '=' ? { text, tone: 'dim' } : { text };
}

function sourceCell({ blob }: Figures): Cell | undefined {
  const [first] = objectShares(blob, 1);
  if (first?.percent === undefined) return undefined;
  return { text: `${first.label} ${formatShare(first.percent)}`, tone: 'dim' };
}

/** Padded so that units stand under each other: `12 B  ` above `1.00 MiB`. */
function aligned(field: Parameters<typeof fieldCell>[0], value: number): string {
  const { text, unit } = fieldCell(field, value);
  return unit === '' ? text : `${text} ${unit.padEnd(3)}`;
}

function notes(functions: readonly Figures[], width: number, showsSpread: boolean): string[] {
  if (functions.length === 0) return [];
  const counts = functions.map(({ blob }) => passesOf(blob));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const passes = least === most ? `${formatCount(most)}` : `${formatCount(least)} to ${formatCount(most)}`;
  const calls = functions[0]?.calls;
  const each = calls === undefined ? '' : ` of ${formatCount(calls)} calls`;
  const texts = [`Each row: the smallest of ${passes} ${most === 1 ? 'pass' : 'passes'}${each}.`];
  if (showsSpread) texts.push('spread: how far the largest peak of a row lies above it.');
  if (functions.some(({ blob }) => retainedIn(blob)?.certain === false)) {
    texts.push('? passes retained too differently to say what stays: take 5 or more (--repeats).');
  }
  if (functions.some(({ blob }) => holdsAllGarbage(blob) === true)) {
    texts.push('~ no collection was forced: peak holds all the garbage that its JavaScript made.');
  }
  if (functions.some(({ blob }) => blob.js_at_peak_bytes !== undefined && blob.near_live === undefined)) {
    texts.push('The js part of peak holds whatever garbage V8 had not collected by then.');
  }
  texts.push('--export NAME shows one function in full, --details all of them.');
  return texts.flatMap((text) => wrap(printable(text), width - 2).map((line) => `  ${line}`));
}

function environments(functions: readonly Figures[], width: number, colors: Colors): string[] {
  const distinct = new Map<string, EnvironmentEntry>();
  for (const { blob } of functions) {
    if (blob.environment !== undefined) distinct.set(JSON.stringify(blob.environment), blob.environment);
  }
  return [...distinct.values()].flatMap((environment) => renderEnvironment(environment, width, colors));
}
