// Which objects stay and what keeps them, for a terminal. Pure.

import { wrap } from '../../layout/printable.js';
import {
  basisText,
  explainedOf,
  explainedText,
  type GroupWords,
  groupText,
  holdsText,
  pathText,
  type ReportWords,
  unexplainedText,
  wellExplained,
} from '../../retainers/words.js';
import type { MemoryFigures } from '../../runfile/schema.js';
import { retainedIn } from '../../runfile/table.js';
import { printable } from '../../text/escapes.js';
import { formatBytes } from '../../units.js';
import type { Colors } from '../terminal.js';

/** Groups of each kind that a terminal shows. */
const shown = 5;

/** [] where nobody asked. */
export function renderRetainers(blob: MemoryFigures, width: number, colors: Colors): string[] {
  const { retainers } = blob;
  if (retainers === undefined) return [];
  const report: ReportWords = retainers;
  const explained = explainedOf(report, retainedIn(blob)?.bytes);
  const text = (words: string, indent: number) =>
    wrap(printable(words), width - indent).map((line) => `${' '.repeat(indent)}${line}`);
  const dim = (words: string) => text(words, 2).map((line) => colors.dim(line));
  return [
    ...text(keptText(report, explained), 2),
    ...groupLines(report.groups, report.calls, report.further, text, colors),
    ...(report.once.length > 0
      ? [
          ...text('kept once, whatever the number of calls:', 2),
          ...groupLines(report.once, 1, report.further_once, text, colors),
        ]
      : []),
    ...dim(restText(report)),
    ...(explained !== undefined && explained.share < wellExplained ? dim(unexplainedText) : []),
    ...dim(basisText(report)),
  ];
}

function keptText({ groups }: ReportWords, explained: ReturnType<typeof explainedOf>): string {
  if (groups.length === 0) return 'kept by each call: no object was found';
  return `kept by each call: ${explained === undefined ? 'these objects' : explainedText(explained)}`;
}

function groupLines(
  groups: readonly GroupWords[],
  calls: number,
  further: ReportWords['further'],
  text: (words: string, indent: number) => string[],
  colors: Colors,
): string[] {
  const listed = groups.slice(0, shown);
  const rest = groups.slice(shown);
  const hidden = further.groups + rest.length;
  const hiddenBytes = rest.reduce((sum, { bytes }) => sum + bytes, further.bytes) / calls;
  return [
    ...listed.flatMap((group) => {
      const holds = holdsText(group, calls);
      return [
        ...text(groupText(group, calls), 4).map((line) => colors.bold(line)),
        ...text(pathText(group.path), 8),
        ...(holds === '' ? [] : text(`holds ${holds}`, 8).map((line) => colors.dim(line))),
      ];
    }),
    ...(hidden === 0 ? [] : text(`and ${hidden} more, ${formatBytes(hiddenBytes)}`, 4)),
  ];
}

function restText({ resized_bytes: tables, engine_bytes: engine }: ReportWords): string {
  return `Beside it, in all calls: tables of containers that grew ${formatBytes(tables)}, code and shapes of V8 ${formatBytes(engine)}.`;
}
