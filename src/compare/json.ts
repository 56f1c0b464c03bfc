// A comparison as the one JSON document that `--format json` prints.
// INVARIANT: no terminal control in its text, whatever the runs hold; the parsed document is the same.

import { defined } from '../shapes.js';
import type { Compared } from './compare.js';
import type { Cell, DiffGroup, GateDocument, TableGroup } from './document.js';
import type { Found, GateResult } from './gate/verdict.js';
import type { ComparisonWarning } from './warnings.js';

/** The document's text. `gate` is null if there was none, or if it was refused; `profiles`: what two profiles say. */
export function comparisonJson(
  { view }: Compared,
  gate: GateResult | null,
  warnings: readonly ComparisonWarning[],
  profiles?: readonly object[],
): string {
  const groups: string[] = [];
  if (view.kind === 'table') for (const group of view.groups) groups.push(groupJson(tableDocument(group)));
  else for (const group of view.groups) groups.push(groupJson(diffDocument(group)));
  const rest = jsonOf({
    gate: gate === null ? null : gateDocument(gate),
    warnings: warnings.map(plainWarning),
    ...defined({ profiles }),
  });
  const list = groups.length === 0 ? '[]' : `[\n${groups.join(',\n')}\n ]`;
  // The members stand as in one document: the rest without its opening brace.
  return `{\n "kind": "${view.kind}",\n "groups": ${list},${rest.slice(1)}\n`;
}

// PERF: group by group: the document is many times the size of the figures in it.
function groupJson(group: object): string {
  // WHY: the table is nested and then cut out, because it is indented so as in the whole document.
  return jsonOf([[group]]).slice('[\n [\n'.length, -'\n ]\n]'.length);
}

function jsonOf(value: unknown): string {
  return escapeControls(JSON.stringify(value, null, 1));
}

/** JSON text whose strings show no control, format or bidirectional character raw. */
export function escapeControls(json: string): string {
  // PERF: the full look is many times dearer, and nearly all text is plain.
  if (/^[\n -~]*$/.test(json)) return json;
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function plainWarning({ code, subject, message, hint }: ComparisonWarning) {
  return { code, subject, message, hint };
}

function tableDocument({ title, columns, rows }: TableGroup) {
  return {
    title,
    columns: columns.map((column) => column.heading()),
    rows: rows.map(({ id, series }, index) => ({
      ...{ id, series },
      cells: columns.map((column) => plainCell(column.cellAt(index))),
    })),
  };
}

function plainCell(cell: Cell | null) {
  if (cell === null) return null;
  const { value, text, multiplier, rank } = cell;
  return { value, text, multiplier, rank };
}

function diffDocument({ title, columns, rows }: DiffGroup) {
  return {
    title,
    columns,
    rows: rows.map(({ id, metric, base: { value, text }, deltas }) => ({
      ...{ id, metric },
      base: { value, text },
      deltas,
    })),
  };
}

/** A gate as documents have it. */
export function gateDocument({ thresholds, regressions, improvements }: GateResult): GateDocument {
  const plain = ({ field, id, base, head, pct }: Found) => ({ field, id, base, head, pct });
  return {
    thresholds: thresholds.map(({ field, limit, percent, allowance, onChange }) => ({
      field,
      limit,
      percent,
      ...defined({ allowance }),
      ...(onChange === true && { on_change: true }),
    })),
    regressions: regressions.map(plain),
    ...(thresholds.some(({ onChange }) => onChange) && { improvements: improvements.map(plain) }),
  };
}
