// Warnings as lines for people: grouped where several benchmarks say the same. Pure.

import { unbroken, wrap } from '../../layout/printable.js';
import type { MemoryWarning } from '../../runfile/schema.js';
import { printable } from '../../text/escapes.js';
import type { Colors } from '../terminal.js';
import type { Terminal } from '../world.js';
import { type Figures, functionId } from './figures.js';

interface Group {
  readonly warning: MemoryWarning;
  readonly subjects: string[];
}

type Screen = Pick<Terminal, 'isTerminal' | 'columns'>;

/** How wide warnings may be. WHY: a log or a file has no bounds, because whoever looks for a line there wants it whole. */
export function warningColumns({ isTerminal, columns }: Screen): number {
  return isTerminal ? columns : Number.POSITIVE_INFINITY;
}

/** The warnings of all functions; a subject is named only if there is more than one function. */
export function renderWarnings(functions: readonly Figures[], terminal: Screen, colors: Colors): string[] {
  const width = warningColumns(terminal);
  return groupWarnings(functions).flatMap(({ warning, subjects }) => [
    ...block('warning ', `${warning.code}: ${warning.message}`, width, colors.yellow),
    ...(functions.length > 1 ? block('in ', nameSome(subjects), width, colors.dim, 2) : []),
    ...(warning.hint === undefined ? [] : block('hint: ', warning.hint, width, colors.dim, 2)),
  ]);
}

function groupWarnings(functions: readonly Figures[]): Group[] {
  const groups = new Map<string, Group>();
  for (const figures of functions) {
    for (const warning of figures.blob.warnings ?? []) {
      const key = JSON.stringify([warning.code, warning.message, warning.hint]);
      const group = groups.get(key) ?? { warning, subjects: [] };
      if (!group.subjects.includes(functionId(figures))) group.subjects.push(functionId(figures));
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

function nameSome(subjects: readonly string[]): string {
  const shown = subjects.slice(0, 3).map(unbroken).join(', ');
  return subjects.length > 3 ? `${shown} and ${subjects.length - 3} more` : shown;
}

function block(
  label: string,
  text: string,
  width: number,
  tone: (text: string) => string,
  depth = 0,
): string[] {
  const first = ' '.repeat(2 + depth);
  const hang = `${first}  `;
  // WHY: lines are coloured after wrapping, because escapes would count as columns.
  return wrap(label + printable(text), width - hang.length).map((line, index) =>
    index === 0
      ? `${first}${tone(line.slice(0, label.length))}${line.slice(label.length)}`
      : `${hang}${line}`,
  );
}
