// Which objects stay and what keeps them, in markdown: for a pull request or a job summary. Pure.
import { basisText, explainedOf, explainedText, groupText, pathText } from '../../retainers/words.js';
import type { MemoryFigures } from '../../runfile/schema.js';
import { retainedIn } from '../../runfile/table.js';
import { cellSpan, codeSpan, escapeMarkdown } from '../../text/escapes.js';
import { markdownRow } from './markdown.js';

const shown = 5;

/** '' where nobody asked, or nothing is kept. */
export function markdownRetainers(id: string, blob: MemoryFigures): string {
  const { retainers: report } = blob;
  if (report === undefined || report.groups.length + report.once.length === 0) return '';
  const explained = explainedOf(report, retainedIn(blob)?.bytes);
  const heading = explained === undefined ? 'kept' : `kept by each call: ${explainedText(explained)}`;
  const row = (when: string, group: (typeof report.groups)[number], calls: number) =>
    markdownRow([when, escapeMarkdown(groupText(group, calls)), cellSpan(pathText(group.path))]);
  const rows = [
    markdownRow(['kept', 'what', 'by']),
    markdownRow([':--', ':--', ':--']),
    ...report.groups.slice(0, shown).map((group) => row('by each call', group, report.calls)),
    ...report.once.slice(0, shown).map((group) => row('once', group, 1)),
  ];
  return [
    `${codeSpan(id)}: ${escapeMarkdown(heading)}`,
    '',
    ...rows,
    '',
    escapeMarkdown(basisText(report)),
  ].join('\n');
}
