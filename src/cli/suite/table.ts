// A run as people read it: a row per benchmark under its file, then failures, ceilings, environment, warnings. Pure.

import { type Cell, type Column, layOut, type Row, type Span } from '../../layout/columns.js';
import { columnsOf, unbroken, wrap } from '../../layout/printable.js';
import type { EnvironmentEntry, RunBenchmark, RunFailure } from '../../runfile/schema.js';
import type { Breach } from '../../runner/ceilings.js';
import type { PlannedCase } from '../../runner/planned.js';
import { metricNamed, type StatName } from '../../stats/metrics.js';
import { printable } from '../../text/escapes.js';
import { absentText, singleText } from '../../text/numbers.js';
import { type Colors, colorsOf } from '../terminal.js';
import { renderEnvironment } from '../text/render-environment.js';
import { renderRetainers } from '../text/render-retainers.js';
import { renderWarnings } from '../text/render-warnings.js';
import type { Terminal } from '../world.js';
import { type RunColumn, runColumns } from './cells.js';

/** What became of one benchmark. */
export interface RunEntry {
  readonly planned: PlannedCase;
  readonly benchmark?: RunBenchmark;
  readonly failure?: RunFailure;
  readonly breaches: readonly Breach[];
}

/** What the table of a run shows. */
export interface RunView {
  readonly columns: readonly string[];
  readonly stats: readonly StatName[];
  readonly table: 'combined' | 'split';
  /** The benchmarks of the run that this one is compared with. */
  readonly base?: readonly RunBenchmark[] | undefined;
}

/** What else is wrong with a benchmark: a regression. */
export interface RunProblem {
  readonly id: string;
  readonly message: string;
}

/** The table of a command: `run` has one, `measure` another. */
export type RenderTable = (
  entries: readonly RunEntry[],
  view: RunView & { readonly problems: readonly RunProblem[] },
  terminal: Terminal,
) => string;

// Of a log or a file; a name alone may be longer than any.
const widestTable = 400;

/** The tables and what belongs to them; a table per metric also where one for all is wider than the terminal. */
export function renderRun(entries: readonly RunEntry[], view: RunView, terminal: Terminal): string {
  if (entries.length === 0) return '';
  const colors = colorsOf(terminal);
  const width = terminal.columns;
  const benchmarks = entries.flatMap(({ benchmark }) => benchmark ?? []);
  return joined([
    ...tableBlocks(entries, view, terminal),
    ceilingLines(entries, width, colors),
    ...retainerBlocks(entries, width, colors),
    environments(benchmarks, width, colors),
    renderWarnings(reports(entries), terminal, colors),
  ]);
}

function retainerBlocks(entries: readonly RunEntry[], width: number, colors: Colors): string[][] {
  return entries.flatMap(({ planned, benchmark }) => {
    const blob = benchmark?.extra_info.benchmem;
    const found = blob === undefined ? [] : renderRetainers(blob, width, colors);
    return found.length === 0 ? [] : [[...wrap(printable(`what ${planned.id} keeps`), width), ...found]];
  });
}

/** The tables alone. */
export function renderTables(entries: readonly RunEntry[], view: RunView, terminal: Terminal): string {
  return joined(tableBlocks(entries, view, terminal));
}

function tableBlocks(entries: readonly RunEntry[], view: RunView, terminal: Terminal): string[][] {
  const colors = colorsOf(terminal);
  const width = terminal.columns;
  // WHY: what nobody reads on a terminal, a log or a file, loses neither columns nor parts of names.
  const tableWidth = terminal.unlimited === true ? widestTable : width;
  const benchmarks = entries.flatMap(({ benchmark }) => benchmark ?? []);
  const columns = runColumns(benchmarks, view.columns, view.stats, view.base);
  const metrics = [...new Set(columns.map(({ metric }) => metric))];
  const of = (own: readonly RunColumn[]) => table(entries, own, tableWidth, colors);
  const combined = of(columns);
  const isSplit = view.table === 'split' || combined.some((line) => columnsOf(line) > tableWidth);
  const tables = isSplit
    ? metrics.map((name) => of(columns.filter(({ metric }) => metric === name)))
    : [combined];
  return metrics.length > 1 ? tables : [combined];
}

function joined(blocks: readonly (readonly string[])[]): string {
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function table(
  entries: readonly RunEntry[],
  columns: readonly RunColumn[],
  width: number,
  colors: Colors,
): string[] {
  const layout: Column[] = [
    // WHY: the column keeps a share of the width, because names of which too little is left distinguish nothing.
    {
      align: 'left',
      rank: 0,
      minWidth: Math.max(12, Math.floor(width * 0.3)),
      keep: 'ends',
      header: { text: '' },
    },
    ...columns.map(
      ({ title, rank }): Column => ({
        align: 'right',
        rank,
        header: { text: title, tone: 'dim' },
      }),
    ),
    // Where nothing was measured, there is still what became of it.
    ...(columns.length === 0 ? [{ align: 'left', rank: 0 } as const] : []),
  ];
  const files = [...new Set(entries.map(({ planned }) => planned.file))];
  const lines = files.flatMap((file): (Row | Span)[] => [
    { span: { text: file, tone: 'dim' } },
    ...entries.filter(({ planned }) => planned.file === file).map((entry) => row(entry, columns)),
  ]);
  return layOut(layout, lines, { width, colors });
}

function row({ planned, benchmark, breaches }: RunEntry, columns: readonly RunColumn[]): Row {
  const name: Cell = { text: `  ${planned.description.localId}`, tone: 'strong' };
  if (benchmark === undefined) return [name, { text: 'failed', tone: 'bad' }];
  const broken = new Set(breaches.map(({ field }) => metricNamed(field)?.field));
  return [
    name,
    ...columns.map((column): Cell => {
      const tone = broken.has(metricNamed(column.metric)?.field) ? 'bad' : 'plain';
      const text = column.text(benchmark);
      return text === undefined ? { text: absentText, tone: 'dim' } : { text, tone };
    }),
  ];
}

/** `peak 105 MiB is above maxPeak 100 MiB (file.bench.ts:12)`. */
export function ceilingText({ planned }: RunEntry, { name, field, limit, worst }: Breach): string {
  const metric = metricNamed(field);
  if (metric === undefined) throw new TypeError(`no metric ${field}`);
  const { source } = planned.description;
  const place = source === undefined ? '' : ` (${planned.file}:${source.line})`;
  const what =
    worst === undefined
      ? `${metricLabel(field)} was not measured, so ${name} cannot be checked`
      : `${metricLabel(field)} ${singleText(worst, metric.unit)} is above ${name} ${singleText(limit, metric.unit)}`;
  return printable(`${what}${place}`);
}

const labels: Readonly<Record<string, string>> = {
  peak_bytes: 'peak',
  total_bytes: 'allocated',
  retained_bytes: 'retained',
  rss_bytes: 'rss',
};

function metricLabel(field: string): string {
  return labels[field] ?? field;
}

function ceilingLines(entries: readonly RunEntry[], width: number, colors: Colors): string[] {
  return entries.flatMap((entry) => {
    const file = printable(entry.planned.file);
    return entry.breaches.flatMap((breach) => {
      const lines = wrap(
        `limit ${unbroken(entry.planned.id)}: ${ceilingText(entry, breach).replaceAll(file, unbroken(file))}`,
        Math.max(20, width - 4),
      );
      return lines.map((line, index) =>
        index === 0 ? `  ${colors.red('limit')}${line.slice('limit'.length)}` : `    ${line}`,
      );
    });
  });
}

function environments(benchmarks: readonly RunBenchmark[], width: number, colors: Colors): string[] {
  const distinct = new Map<string, EnvironmentEntry>();
  for (const { extra_info: extra } of benchmarks) {
    const environment = extra.benchmem?.environment;
    if (environment !== undefined) distinct.set(JSON.stringify(environment), environment);
  }
  return [...distinct.values()].flatMap((environment) => renderEnvironment(environment, width, colors));
}

function reports(entries: readonly RunEntry[]) {
  return entries.flatMap(({ planned, benchmark }) => {
    const blob = benchmark?.extra_info.benchmem;
    return blob === undefined ? [] : [{ file: planned.file, name: planned.description.localId, blob }];
  });
}
