// The summary: per function what it allocated itself, and what it and all that it called did. Pure.
import type { Profile, ProfileFrame } from '../model.js';
import { functionKey, functionOnly } from './frames.js';
import { type AsideBytes, asideOf, figureOf, figuresFor, type ProfileMetric, totalOf } from './metrics.js';

export const summarySorts = ['total', 'own', 'count'] as const;

export interface SummaryRow {
  /** The function, without a line in it. */
  readonly function: ProfileFrame;
  /** Of stacks that the function is on; a recursive one counts once. */
  readonly total: number;
  /** Of stacks whose innermost frame it is. */
  readonly own: number;
  /** Blocks or calls of `total`; absent if nobody counts them. */
  readonly count?: number;
}

export interface SummaryReport {
  readonly metric: ProfileMetric;
  readonly total: number;
  readonly aside: readonly AsideBytes[];
  readonly rows: readonly SummaryRow[];
}

export interface SummaryOptions {
  readonly metric?: ProfileMetric;
  readonly sort?: (typeof summarySorts)[number];
}

interface GrowingRow {
  readonly function: ProfileFrame;
  total: number;
  own: number;
  count?: number;
}

/** Equal rows stay in the order in which the profile's stacks name them, leaf first. Throws NOT_MEASURED. */
export function summary(
  profile: Profile,
  { metric = 'peak', sort = 'total' }: SummaryOptions = {},
): SummaryReport {
  const { value, count } = figuresFor(profile, metric);
  const rows = new Map<string, GrowingRow>();
  for (const stack of profile.stacks) {
    const [own, calls] = [figureOf(stack, value), figureOf(stack, count)];
    if (own === 0) continue;
    const seen = new Set<string>();
    for (const [index, frame] of stack.frames.entries()) {
      const key = functionKey(frame);
      if (seen.has(key)) continue;
      seen.add(key);
      let row = rows.get(key);
      if (row === undefined) {
        row = { function: functionOnly(frame), total: 0, own: 0, ...(count !== undefined && { count: 0 }) };
        rows.set(key, row);
      }
      row.total += own;
      if (row.count !== undefined) row.count += calls;
      if (index === 0) row.own += own;
    }
  }
  const aside = asideOf(profile, metric);
  return {
    metric,
    total: (totalOf(profile, value) ?? 0) + aside.reduce((sum, { bytes }) => sum + bytes, 0),
    aside,
    rows: [...rows.values()].sort((a, b) => (b[sort] ?? 0) - (a[sort] ?? 0)),
  };
}
