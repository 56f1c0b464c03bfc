// A comparison as the one JSON document that `--format json` prints.
// INVARIANT: no terminal control in its text, whatever the runs hold; the parsed document is the same.
import type { Compared } from './compare.js';
import type { Cell, DiffRow, GateDocument, TableRow } from './document.js';
import type { GateResult } from './gate.js';
import type { ComparisonWarning } from './warnings.js';

/** The document's text. `gate` is null where there was none, or where it was refused. */
export function comparisonJson(
  { view }: Compared,
  gate: GateResult | null,
  warnings: readonly ComparisonWarning[],
): string {
  const groups =
    view.kind === 'table'
      ? view.groups.map((group) => ({ ...group, rows: group.rows.map(tableRow) }))
      : view.groups.map((group) => ({ ...group, rows: group.rows.map(diffRow) }));
  const document = { kind: view.kind, groups, gate: gate === null ? null : gateDocument(gate), warnings };
  return `${escapeControls(JSON.stringify(document, null, 1))}\n`;
}

/** JSON text whose strings show no control, format or bidirectional character raw. */
export function escapeControls(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

function tableRow({ id, series, cells }: TableRow) {
  return { id, series, cells: cells.map((cell) => (cell === null ? null : plainCell(cell))) };
}

function plainCell({ value, text, multiplier, rank }: Cell) {
  return { value, text, multiplier, rank };
}

function diffRow({ id, metric, base: { value, text }, deltas }: DiffRow) {
  return { id, metric, base: { value, text }, deltas };
}

function gateDocument({ thresholds, regressions }: GateResult): GateDocument {
  return {
    thresholds: thresholds.map(({ field, limit, percent }) => ({ field, limit, percent })),
    regressions: regressions.map(({ field, id, base, head, pct }) => ({ field, id, base, head, pct })),
  };
}
