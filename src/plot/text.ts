// Texts of a figure: names from outside made safe for plotly, values with their unit, short and distinct ids.
// Pure; nothing here knows a view.
import type { MetricUnit } from '../stats/metrics.js';
import { escapeTags, printable } from '../text/escapes.js';
import { durationText } from '../text/numbers.js';
import { formatBytes, formatCount } from '../units.js';

/** SAFETY: plotly reads `<b>`, `<a href>` and entities in every text: a name from outside passes through here. */
export function plain(text: string): string {
  return (
    escapeTags(printable(text))
      // Two of them would be a formula.
      .replaceAll('$', '&#36;')
      // Plotly puts parts of the layout's meta in place of `%{meta.…}`.
      .replaceAll('%', '&#37;')
  );
}

/** At most `length` characters; the middle gives way, because ids differ at both ends. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const head = Math.ceil((length - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (length - 1 - head)).join('')}`;
}

/** `4.42 MiB (4,634,706 B)`, `1,234`, `12.35 ms`. */
export function valueText(value: number, unit: MetricUnit): string {
  if (unit === 's') return durationText(value);
  if (!canFormat(value)) return `${value}${unit === 'B' ? ' B' : ''}`;
  if (unit === '') return Number.isInteger(value) ? formatCount(value) : `${Number(value.toPrecision(6))}`;
  const scaled = formatBytes(value);
  return Math.abs(value) < 1024 ? scaled : `${scaled} (${formatBytes(value, 'B')})`;
}

/** A change with its sign: `+1.50 MiB (+1,572,864 B)`. */
export function changeText(change: number, unit: MetricUnit): string {
  const text = valueText(Math.abs(change), unit);
  if (change === 0) return text;
  const sign = change > 0 ? '+' : '-';
  return `${sign}${text.replace('(', `(${sign}`)}`;
}

/** `N×` with three significant digits, all integer digits from 1,000 up. */
export function ratioText(ratio: number): string {
  if (ratio >= 1000) return `${canFormat(ratio) ? formatCount(ratio) : ratio.toExponential(2)}×`;
  return `${Number(ratio.toPrecision(3))}×`;
}

function canFormat(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) < 1e21;
}
