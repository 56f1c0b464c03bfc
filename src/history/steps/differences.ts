// Differences of a series and their spread. Pure; the values are finite.
import { median } from '../../stats/summary.js';

// What the median of absolute values of normal noise is multiplied by to be its standard deviation.
const normalScale = 1.482602218505602;

/** The standard deviation of values around zero, of which almost half may be anything; 0 for none. */
export function spreadAroundZero(values: readonly number[]): number {
  return values.length === 0 ? 0 : normalScale * median(values.map(Math.abs));
}

/** Each value minus the one so many places before it. */
export function differences(values: readonly number[], lag: number): number[] {
  return values.slice(lag).map((value, index) => value - (values[index] as number));
}
