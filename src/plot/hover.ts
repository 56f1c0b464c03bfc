// What stands beside the pointer: id, run, raw value with its unit, spread over the passes.
// Lines are joined with plotly's own break; everything from outside is escaped first.
import type { RunTableRow } from '../runfile/table.js';
import { changeText as percentChange } from '../text/numbers.js';
import type { Selection } from './selection.js';
import { changeText, plain, ratioText, shorten, valueText } from './text.js';

const longestId = 160;
const wrapAt = 60;

export function hoverText(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line !== undefined && line !== '').join('<br>');
}

/** The id, escaped, in lines that a narrow window can show. */
export function idLine(id: string): string {
  const characters = [...shorten(id, longestId)];
  const lines: string[] = [];
  for (let at = 0; at < characters.length; at += wrapAt)
    lines.push(plain(characters.slice(at, at + wrapAt).join('')));
  return `<b>${lines.join('</b><br><b>')}</b>`;
}

/** `run: value`. */
export function runLine(
  label: string,
  row: RunTableRow | undefined,
  { unit }: Pick<Selection, 'unit'>,
): string {
  return `${plain(shorten(label, wrapAt))}: ${row === undefined ? 'not measured' : valueText(row.value, unit)}`;
}

/** `min … max` over the passes where they differ, else that they are equal. */
export function spreadLine(row: RunTableRow, { unit }: Pick<Selection, 'unit'>): string | undefined {
  const { min, max } = row.stats;
  if (min === undefined || max === undefined) return undefined;
  return min === max ? 'spread: none' : `spread: ${valueText(min, unit)} … ${valueText(max, unit)}`;
}

/** `change: +1.5 MiB, +12.0%, 1.12×`; the parts that a base at or below zero does not allow are left out. */
export function changeLine(base: number, head: number, { unit }: Pick<Selection, 'unit'>): string {
  const relative = base > 0 ? [percentText(((head - base) / base) * 100), ratioText(head / base)] : [];
  return `change: ${[changeText(head - base, unit), ...relative].join(', ')}`;
}

export function percentText(percent: number): string {
  return Math.abs(percent) < 1e15 ? percentChange(percent) : `${percent.toPrecision(3)}%`;
}
