// The times that run files hold, as numbers that can be put in order. Pure.

/** Milliseconds since 1970. A time without a zone is UTC; what is no time stands before all others. */
export function millisecondsOf(time: unknown): number {
  if (typeof time !== 'string') return Number.NEGATIVE_INFINITY;
  const parsed = Date.parse(/[T ].*(?:Z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`);
  return Number.isNaN(parsed) ? Number.NEGATIVE_INFINITY : parsed;
}

/** The order of two times; equal for two that are none. */
export function compareTimes(left: unknown, right: unknown): number {
  const [a, b] = [millisecondsOf(left), millisecondsOf(right)];
  return a === b ? 0 : a - b;
}
