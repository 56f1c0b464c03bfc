// What a limit may look like: bytes with a unit, or a count. Pure.
// WHY a file of its own: bench files load it in every child, and nothing that reads run files.

/** Bytes per unit; decimal prefixes are powers of 1000. */
const unitBytes = new Map([
  ['', 1],
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
]);

/** The bytes that a limit means; undefined where it means none. */
export function byteLimit(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value);
  const factor = match === null ? undefined : unitBytes.get(match[2] ?? '');
  return factor === undefined ? undefined : Number(match?.[1]) * factor;
}

/** The count that a limit means; undefined where it means none. */
export function countLimit(value: unknown): number | undefined {
  if (typeof value === 'string') return /^\s*\d+\s*$/.test(value) ? Number(value) : undefined;
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}
