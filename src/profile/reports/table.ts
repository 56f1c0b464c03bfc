// The table: where the memory of one metric comes from, the largest first. Pure.
import type { Profile } from '../model.js';
import { type AsideBytes, asideOf, figuresFor, type ProfileMetric, totalOf } from './metrics.js';
import { type Site, sitesOf } from './sites.js';

export interface TableRow extends Site {
  readonly value: number;
  /** Blocks or calls; absent if the file does not hold them. */
  readonly count?: number;
}

export interface TableReport {
  readonly metric: ProfileMetric;
  /** Of all rows and of what stands aside. */
  readonly total: number;
  readonly aside: readonly AsideBytes[];
  readonly rows: readonly TableRow[];
}

/** Throws NOT_MEASURED. */
export function table(
  profile: Profile,
  { metric = 'peak' }: { readonly metric?: ProfileMetric } = {},
): TableReport {
  const { value, count } = figuresFor(profile, metric);
  const aside = asideOf(profile, metric);
  const rows = sitesOf(profile, value).map((site): TableRow => {
    const counted = count !== undefined && profile.figures.includes(count) ? site.figures[count] : undefined;
    return { ...site, value: site.figures[value] ?? 0, ...(counted !== undefined && { count: counted }) };
  });
  const total = (totalOf(profile, value) ?? 0) + aside.reduce((sum, { bytes }) => sum + bytes, 0);
  return { metric, total, aside, rows };
}
