// The report of `benchmem test` for a pull request. Pure.

import { figureCells, notesOf, sizesCell } from '../../test-report/cells.js';
import { breachLines, originLines } from '../../test-report/failures.js';
import { firstOf, isMeasured, isOverLimit, ranked, reasonsOf } from '../../test-report/ranking.js';
import type { TestsView } from '../../test-report/view.js';
import { literal, literalCell } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import { markdownRow } from '../text/markdown.js';

const head = ['test', 'peak', 'native', 'JavaScript', 'allocated', 'allocations'];
const shownOrigins = 5;

/** Ends in a line break. */
export function renderTestsMarkdown({ contents, most, sort }: TestsView): string {
  const { records, open } = contents;
  const all = ranked(records, sort);
  const shown = firstOf(all, most);
  const left = records.filter((record) => !isMeasured(record)).length;
  const counts = `${formatCount(all.length)} tests measured${left === 0 ? '' : `, ${formatCount(left)} not`}`;
  const failures = records.filter(isOverLimit).map((record) => {
    const lines = [...breachLines(record), ...originLines(record, shownOrigins)];
    return [`- ${literal(record.id)}`, ...lines.map((line) => `  - ${literal(line.trim())}`)].join('\n');
  });
  const crashed = open.map(
    ({ started, pid }) => `- ${literal(started)}: the process ${pid} ended inside this test`,
  );
  const reasons = reasonsOf(records).map(
    ([reason, count]) => `- ${formatCount(count)} not measured: ${literal(reason)}`,
  );
  const hasSizes = shown.some(({ test }) => test.sizes !== undefined);
  const titles = hasSizes ? [...head, 'sizes', ''] : [...head, ''];
  const table = [
    markdownRow(titles),
    markdownRow(['---', ...Array<string>(titles.length - 2).fill('---:'), '---']),
    ...shown.map((record) =>
      markdownRow([
        literalCell(record.id),
        ...figureCells(record).map((text) => text ?? ''),
        ...(hasSizes ? [sizesCell(record) ?? ''] : []),
        literalCell(notesOf(record).join(', ')),
      ]),
    ),
  ].join('\n');
  const more = all.length > shown.length ? `… and ${formatCount(all.length - shown.length)} more` : '';
  const blocks = [
    `**Memory of tests**: ${counts}`,
    shown.length === 0 ? '' : table,
    more,
    [...failures, ...crashed].join('\n'),
    reasons.join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
