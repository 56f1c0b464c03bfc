// A comparison as GitHub markdown: a section and a table per group, for a pull-request comment or a job summary. Pure.

import type { DiffGroup, TableGroup, View } from '../../compare/document.js';
import { literal, literalCell } from '../../text/escapes.js';
import { absentText } from '../../text/numbers.js';
import { markdownRow } from '../text/markdown.js';
import { baseContent, headerOf, namesOf } from './render.js';

export function renderComparisonMarkdown(view: View, series: readonly string[]): string {
  const sections =
    view.kind === 'table'
      ? Array.from(view.groups, tableSection)
      : Array.from(view.groups, (group) => diffSection(group, series));
  return `${sections.join('\n\n')}\n`;
}

function tableSection({ title, columns, rows }: TableGroup): string {
  const names = namesOf(rows);
  const headers = columns.map(({ metric, shown, stat }) =>
    [headerOf(metric, shown.unit), stat ?? ''].filter(Boolean).join(' '),
  );
  return section(
    title,
    ['name', ...headers],
    [':---', ...columns.map(() => '---:')],
    rows.map(({ id, series }, row) => [
      names.size === 1 ? `(${series})` : `${names.get(id)} (${series})`,
      ...columns.map((column) =>
        [column.textAt(row), column.multiplierAt(row) ?? ''].filter(Boolean).join(' '),
      ),
    ]),
  );
}

function diffSection({ title, rows }: DiffGroup, series: readonly string[]): string {
  const metrics = new Set(rows.map(({ metric }) => metric));
  const several = metrics.size > 1;
  const names = namesOf(rows);
  const [onlyMetric] = metrics;
  const lead = several ? ['metric', 'base'] : [`${onlyMetric} base`];
  return section(
    title,
    ['name', ...lead, ...series.slice(1)],
    [':---', ...(several ? [':---'] : []), '---:', ...series.slice(1).map(() => '---:')],
    rows.map((row, index) => [
      row.id === rows[index - 1]?.id ? '' : (names.get(row.id) ?? row.id),
      ...(several ? [row.metric] : []),
      baseContent(row),
      ...series.slice(1).map((_, later) => row.deltas[later]?.text ?? absentText),
    ]),
  );
}

function section(
  title: string,
  headers: readonly string[],
  aligns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [headers.map(literalCell), aligns, ...rows.map((cells) => cells.map(literalCell))].map(
    markdownRow,
  );
  return `#### ${literal(title)}\n\n${lines.join('\n')}`;
}
