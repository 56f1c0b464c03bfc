// Tables of changes as data, and as text for a terminal or as markdown: what `analyze` and the section after a run print. Pure.

import { type Cell, type Column, layOut, type Row, type Span } from '../../layout/columns.js';
import { wrap } from '../../layout/printable.js';
import { escapeMarkdown, guardCommand, literal, literalCell } from '../../text/escapes.js';
import { colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import { markdownRow } from './markdown.js';

export interface ChangeTable {
  readonly heading?: string;
  readonly columns: readonly ChangeColumn[];
  readonly groups: readonly ChangeGroup[];
  /** Whole lines below the rows. */
  readonly footer: readonly string[];
}

export interface ChangeColumn {
  readonly title: string;
  /** 0 for what must stay; higher goes first where the table is too wide. */
  readonly rank: number;
}

export interface ChangeGroup {
  /** Undefined: the rows stand without one. */
  readonly label?: string;
  readonly rows: readonly ChangeRow[];
}

export interface ChangeRow {
  readonly name: string;
  /** One per column; undefined is blank. */
  readonly cells: readonly (Cell | undefined)[];
  /** A dim line below the row. */
  readonly note?: string;
}

// Of a log or a file.
const widestTable = 400;

export function renderChangeTable(table: ChangeTable, terminal: Terminal): string {
  const colors = colorsOf(terminal);
  const width = terminal.unlimited === true ? widestTable : terminal.columns;
  const layout: Column[] = [
    { align: 'left', rank: 0, minWidth: Math.max(12, Math.floor(width * 0.3)), keep: 'ends' },
    ...table.columns.map(
      ({ title, rank }): Column => ({ align: 'right', rank, header: { text: title, tone: 'dim' } }),
    ),
  ];
  const lines = table.groups.flatMap((group): (Row | Span)[] => {
    const depth = group.label === undefined ? 1 : 2;
    return [
      ...(group.label === undefined ? [] : [{ span: { text: `  ${group.label}`, tone: 'strong' as const } }]),
      ...group.rows.flatMap(({ name, cells, note }) => [
        [{ text: `${'  '.repeat(depth)}${name}` }, ...cells],
        ...(note === undefined
          ? []
          : [{ span: { text: `${'  '.repeat(depth + 1)}${note}`, tone: 'dim' as const } }]),
      ]),
    ];
  });
  const rows = lines.length === 0 ? [] : layOut(layout, lines, { width, colors });
  return [
    ...(table.heading === undefined ? [] : fittingLines(table.heading, terminal)),
    ...rows,
    ...table.footer.flatMap((line) => fittingLines(line, terminal, '  ')),
  ]
    .map((line) => `${guardCommand(line)}\n`)
    .join('');
}

/** A sentence in lines that fit the terminal. WHY: it is whole elsewhere, because whoever searches a log wants one line. */
export function fittingLines(text: string, { isTerminal, columns }: Terminal, indent = ''): string[] {
  const lines = isTerminal ? wrap(text, Math.max(20, columns - indent.length - 2)) : [text];
  return lines.map((line, index) => `${indent}${index === 0 ? '' : '  '}${line.trimEnd()}`);
}

export function renderChangeMarkdown({ heading, columns, groups, footer }: ChangeTable): string {
  const hasLabels = groups.some(({ label }) => label !== undefined);
  const head = [...(hasLabels ? ['group'] : []), 'method', ...columns.map(({ title }) => title)];
  const aligns = head.map((_, index) => (index <= (hasLabels ? 1 : 0) ? ':---' : '---:'));
  const rows = groups.flatMap(({ label, rows: own }) =>
    own.map(({ name, cells, note }) => [
      ...(hasLabels ? [label ?? ''] : []),
      note === undefined ? name : `${name} (${note})`,
      ...columns.map((_, index) => cells[index]?.text ?? ''),
    ]),
  );
  const blocks = [
    heading === undefined ? '' : `#### ${literal(heading)}`,
    rows.length === 0
      ? ''
      : [
          markdownRow(head.map(literalCell)),
          markdownRow(aligns),
          ...rows.map((row) => markdownRow(row.map(literalCell))),
        ].join('\n'),
    footer.map((line) => escapeMarkdown(line)).join('\n\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
