// Numbers with the digits of other tools: C's %g, Python's repr, cells, labels, multipliers, documents. Pure.
// What only people read is in src/text/; every tie is judged on the exact binary value and goes to the even digit.
import type { Scalar } from '../runfile/dims.js';
import type { MetricUnit } from '../stats/metrics.js';
import { type CellScale, cellScale, cellText } from '../text/cells.js';
import { singleText } from '../text/numbers.js';
import { placePoint, quickSignificant, roundSignificant, withoutEndZeros } from '../text/significant.js';
import { groupThousands, roundHalfEven } from '../units.js';

/** C's `%.<digits>g`: trailing zeros dropped, exponent form below 1e-4 and from 10^digits up. */
export function formatG(value: number, digits: number): string {
  if (value === 0) return '0';
  const plain = plainG(value, digits);
  if (plain !== undefined) return plain;
  const { mantissa, exponent, negative } = roundSignificant(value, digits);
  const sign = negative ? '-' : '';
  if (exponent < -4 || exponent >= digits) {
    const fraction = mantissa.slice(1).replace(/0+$/, '');
    const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
    return `${sign}${mantissa[0]}${fraction === '' ? '' : `.${fraction}`}e${power}`;
  }
  return sign + placePoint(mantissa, exponent);
}

// PERF: what comes near a tie, or where the exponent form begins, is left to the exact way.
function plainG(value: number, digits: number): string | undefined {
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4) return quickSignificant(value, digits);
  if (!(magnitude >= 1e-12 && magnitude < 9.99e-5)) return undefined;
  const exponent = Math.floor(Math.log10(magnitude));
  const scaled = magnitude * 10 ** (digits - 1 - exponent);
  return Math.abs((scaled % 1) - 0.5) < 1e-3 ? undefined : smallG(value, digits);
}

function smallG(value: number, digits: number): string {
  const [mantissa = '', power = ''] = value.toExponential(digits - 1).split('e-');
  return `${withoutEndZeros(mantissa)}e-${power.padStart(2, '0')}`;
}

/** Python's repr of a double: `10000.0`, `1.5e-05`, `1e+16`. */
export function pythonRepr(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [digits = '', power = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(power);
  const sign = value < 0 ? '-' : '';
  if (exponent < -4 || exponent >= 16) {
    return `${sign}${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = placePoint(digits.replace('.', ''), exponent, false);
  return `${sign}${text}${text.includes('.') ? '' : '.0'}`;
}

/** A column's unit in documents for programs: times are in seconds. */
export function documentScale(unit: MetricUnit, smallest: number): CellScale {
  return unit === 's' ? { unit, factor: 1 } : cellScale(unit, smallest);
}

/** A table cell as documents for programs have it: times like C's `%.4g`, everything else as in the table. */
export function documentCell(value: number, unit: MetricUnit, factor: number): string {
  return unit === 's' ? formatG(value, 4) : cellText(value, unit, factor);
}

/** A label cell: text as it is, numbers like `%,.4g`. */
export function labelText(value: Scalar): string {
  return typeof value === 'number' ? groupG(formatG(value, 4)) : String(value);
}

/** A value that stands alone, as documents for programs have it: `1023 KiB`, `4.1 MiB`, `0.001015s`, `39`. */
export function documentText(value: number, unit: MetricUnit): string {
  return unit === 's' ? `${formatG(value, 4)}s` : singleText(value, unit);
}

/** Growth in percent; undefined for a base that is not positive. Infinity if a double cannot hold it. */
export function changePercent(base: number, head: number): number | undefined {
  return base > 0 ? ((head - base) / base) * 100 : undefined;
}

/** Against the column's best: `(1.0)` for the best itself, `(2.36)`, `(>1000.0)`; null for a best that is not positive. */
export function multiplierText(value: number, best: number): string | null {
  if (best <= 0) return null;
  if (value === best) return '(1.0)';
  const ratio = value / best;
  return ratio > 1000 ? '(>1000.0)' : `(${roundHalfEven(ratio, 2)})`;
}

function groupG(text: string): string {
  const [decimal = '', power] = text.split('e');
  return power === undefined ? groupThousands(decimal) : text;
}
