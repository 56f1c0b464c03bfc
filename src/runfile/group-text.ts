// The group of a benchmark as text, whatever a writer elsewhere put there. Pure.
import { isScalar, printScalar } from './dims.js';

/**
 * Scalars as they print, a list of scalars joined by `, `; null for no group. Undefined for what can be no group: an
 * object, a number that is not finite, a value that its writer could not serialise.
 */
export function groupText(group: unknown): string | null | undefined {
  if (group === undefined || group === null) return null;
  if (isScalar(group)) return printScalar(group);
  if (!Array.isArray(group) || !group.every(isScalar)) return undefined;
  return group.length === 0 ? null : group.map(printScalar).join(', ');
}
