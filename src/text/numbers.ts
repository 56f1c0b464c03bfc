// Numbers as people read them where they stand alone: values in their own unit, changes, spreads. Pure.
// INVARIANT: one function per kind; every table, gate, picture and message that shows the kind calls it.
import type { Metric, MetricUnit } from '../stats/metrics.js';
import { spreadPercent } from '../stats/summary.js';
import { bytesPerUnit, byteUnitOf, formatCount, roundHalfEven } from '../units.js';
import { placePoint, quickSignificant, roundSignificant } from './significant.js';

/** What stands for a cell, a delta or a key that does not exist. */
export const absentText = '—';

/** `<1 KiB`: what stands for a value that is no more than what may come by chance; undefined for one that is more. */
export function withinText(value: number, resolution: number, unit: MetricUnit): string | undefined {
  return Math.abs(value) < resolution ? `<${singleText(resolution, unit)}` : undefined;
}

/** A value in its own unit: `1023 KiB`, `4.1 MiB`, `1.52 ms`, `39`. */
export function singleText(value: number, unit: MetricUnit): string {
  if (unit === 's') return durationText(value);
  if (unit === '') return roundHalfEven(value, 0);
  const own = byteUnitOf(value);
  const scaled = value / bytesPerUnit(own);
  return `${own === 'B' ? roundHalfEven(scaled, 0) : significantText(scaled, 3)} ${own}`;
}

interface TimeUnit {
  readonly unit: string;
  readonly factor: number;
}

const nanoseconds: TimeUnit = { unit: 'ns', factor: 1e-9 };
const timeUnits: readonly TimeUnit[] = [
  { unit: 's', factor: 1 },
  { unit: 'ms', factor: 1e-3 },
  { unit: '\u00b5s', factor: 1e-6 },
  nanoseconds,
];

/** Seconds in the largest unit of which they are at least one: `1.52 ms`, `12.5 s`; four significant digits. */
export function durationText(seconds: number): string {
  if (seconds === 0) return '0 s';
  const { unit, factor } = durationUnitOf(seconds);
  return `${significantText(seconds / factor, 4)} ${unit}`;
}

/** The largest unit of which `seconds` are at least one; s for zero. The sign does not matter. */
export function durationUnitOf(seconds: number): TimeUnit {
  const magnitude = seconds === 0 ? 1 : Math.abs(seconds);
  for (const each of timeUnits) if (reaches(magnitude, each.factor)) return each;
  return nanoseconds;
}

// WHY: a value just below a unit is rounded first, because 999.96 us reads 1 ms.
function reaches(magnitude: number, least: number): boolean {
  return magnitude >= least || (magnitude >= least * 0.999 && Number(magnitude.toPrecision(4)) >= least);
}

/** So many significant digits, never in the exponent form. Zeros at the end are dropped; a whole number keeps all its digits. */
export function significantText(value: number, digits: number): string {
  const quick = quickSignificant(value, digits);
  if (quick !== undefined) return quick;
  const { mantissa, exponent, negative } = roundSignificant(value, digits);
  if (exponent >= digits) return roundHalfEven(value, 0);
  return (negative ? '-' : '') + placePoint(mantissa, exponent);
}

/** `+22.0%`, `-0.3%`; what rounds to zero is `0.0%`. */
export function changeText(percent: number): string {
  const text = roundHalfEven(percent, 1);
  if (Number(text) === 0) return '0.0%';
  return `${percent > 0 ? '+' : ''}${text}%`;
}

/** How far max lies above min: `+1.3%`, `<0.1%`, `12×`; the distance where there is no percentage; `=` for none. */
export function spreadText(
  { min, max }: { readonly min: number; readonly max: number },
  { field, unit }: Pick<Metric, 'field' | 'unit'>,
): string {
  if (min === max) return '=';
  const percent = spreadPercent([min, max]);
  // A net change has no meaningful percentage: it lies around zero.
  if (percent === undefined || field === 'retained_bytes') return `+${singleText(max - min, unit)}`;
  if (percent >= 1000) return `${formatCount(max / min)}×`;
  const text = changeText(percent);
  return text === '0.0%' ? '<0.1%' : text;
}
