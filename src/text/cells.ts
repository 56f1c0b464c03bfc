// Numbers as the cells of a column show them: one unit for the whole column, which its heading names. Pure.
// ONLY: cellText, cellScale. Every table, markdown and list whose cells share a unit calls them.
import type { MetricUnit } from '../stats/metrics.js';
import { byteDigits, bytesPerUnit, byteUnitOf, formatCount, groupThousands } from '../units.js';
import { durationUnitOf, significantText } from './numbers.js';

/** The unit of a column, and how much of the metric's own unit one of it is. */
export interface CellScale {
  /** `MiB`, `µs`, '' for counts. */
  readonly unit: string;
  readonly factor: number;
}

/** The unit of a column: that of its smallest positive value, Infinity if it has none. */
export function cellScale(unit: MetricUnit, smallest: number): CellScale {
  const anchor = Number.isFinite(smallest) ? smallest : 0;
  if (unit === '') return { unit, factor: 1 };
  if (unit === 's') return durationUnitOf(anchor);
  const chosen = byteUnitOf(anchor);
  return { unit: chosen, factor: bytesPerUnit(chosen) };
}

/** The smallest positive of some values; Infinity for none. */
export function smallestPositive(values: Iterable<number>): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const value of values) if (value > 0 && value < smallest) smallest = value;
  return smallest;
}

/**
 * A value in its column's unit, without the unit: bytes and counts whole, larger units with two decimals, times with
 * four significant digits, all with thousands separators and never in the exponent form.
 */
export function cellText(value: number, unit: MetricUnit, factor: number): string {
  if (unit === 's') return groupThousands(significantText(value / factor, 4));
  return unit === 'B' ? byteDigits(value, factor) : formatCount(value);
}

/** A value of a list whose rows each have a unit: the cell, and the unit beside it. Bytes read as in `formatBytes`. */
export function ownCell(value: number, unit: MetricUnit): { readonly text: string; readonly unit: string } {
  const scale = cellScale(unit, Math.abs(value));
  return { text: cellText(value, unit, scale.factor), unit: scale.unit };
}
