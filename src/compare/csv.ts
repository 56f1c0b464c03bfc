// The raw values of a comparison as CSV (RFC 4180, UTF-8, LF): a row per id, a column per metric, statistic and series.
// No formula injection: a text cell never begins with what a spreadsheet would run.
import type { Scalar } from '../runfile/dims.js';
import { columnKey } from './columns.js';
import { pythonRepr } from './numbers.js';
import type { Series } from './series.js';
import type { Values } from './values.js';

/** The file's text. */
export function comparisonCsv(values: Values, series: readonly Series[]): string {
  const header = values.columns.flatMap((column) =>
    series.map(({ label }) => `${columnKey(column)}:${label}`),
  );
  const rows = values.ids.map((name, id) => [
    name,
    ...values.columns.flatMap((_, column) =>
      series.map((_each, place) => values.at(values.rowAt(id, place), column)),
    ),
  ]);
  return csvText([['id', ...header], ...rows]);
}

/** Rows of cells as CSV; an absent cell is blank. */
export function csvText(rows: readonly (readonly (Scalar | undefined)[])[]): string {
  return rows.map((cells) => `${cells.map(csvCell).join(',')}\n`).join('');
}

function csvCell(value: Scalar | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return pythonRepr(value);
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
