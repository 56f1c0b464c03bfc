// How the tests of a run moved since the saved one, below the report. Pure.

import { type Column, layOut, type Row } from '../../layout/columns.js';
import { wrap } from '../../layout/printable.js';
import { metricNamed } from '../../stats/metrics.js';
import { firstOf } from '../../test-report/ranking.js';
import { printable } from '../../text/escapes.js';
import { changeText, singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { colorsOf } from '../terminal.js';
import { renderGate } from '../text/render-gate.js';
import type { Terminal } from '../world.js';
import type { ComparedTests } from './compared.js';

const columns: readonly Column[] = [
  { align: 'left', rank: 0, minWidth: 24, keep: 'ends' },
  { align: 'right', rank: 1 },
  { align: 'right', rank: 0 },
  { align: 'right', rank: 0 },
];

export function renderCompared(compared: ComparedTests, most: number, terminal: Terminal): string {
  const { label, moves, skipped, gate } = compared;
  const colors = colorsOf(terminal);
  const width = terminal.unlimited === true ? 240 : terminal.columns;
  const { compared: count, added, removed } = moves;
  const parts = [
    `${formatCount(count)} ${count === 1 ? 'test' : 'tests'} compared with ${printable(label)}`,
    ...(added.length > 0 ? [`${formatCount(added.length)} new`] : []),
    ...(removed.length > 0 ? [`${formatCount(removed.length)} gone`] : []),
    ...(skipped.length > 0 ? [`${formatCount(skipped.length)} not comparable`] : []),
  ];
  const rows = firstOf(moves.moves, most).map(({ id, from, to }): Row => {
    const unit = metricNamed('peak')?.unit ?? 'B';
    const tone = to > from ? 'bad' : 'good';
    return [
      { text: id },
      { text: singleText(from, unit) },
      { text: singleText(to, unit) },
      { text: from > 0 ? changeText((to / from - 1) * 100) : '', tone },
    ];
  });
  const rest = moves.moves.length - rows.length;
  const reasons = [...new Set(skipped.map(({ why }) => why))].slice(0, 3);
  const lines = [
    ...wrap(parts.join(', '), width - 1).map((line) => ` ${line}`),
    ...layOut(columns, rows, { width, colors, indent: 3 }),
    ...(rest > 0 ? [colors.dim(`   … and ${formatCount(rest)} more (--most 0)`)] : []),
    ...reasons.flatMap((why) =>
      wrap(`not comparable: ${printable(why)}`, width - 1).map((line) => ` ${line}`),
    ),
  ];
  return `\n${lines.join('\n')}\n${gate === null ? '' : `\n${renderGate(gate, terminal)}`}`;
}
