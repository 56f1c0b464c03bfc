// Temporary allocations: freed by the thread that made them, with at most one other allocation of it in between. A buffer
// that is kept would save them. Pure.
import { defined } from '../../shapes.js';
import type { Profile } from '../model.js';
import { figuresFor, totalOf } from './metrics.js';
import { type Site, sitesOf } from './sites.js';

export interface TemporaryRow extends Site {
  readonly temporary: number;
  readonly allocations?: number;
  /** Of all allocations at this site: of the others, too. */
  readonly bytes?: number;
}

export interface TemporaryReport {
  readonly temporary: number;
  readonly allocations?: number;
  readonly rows: readonly TemporaryRow[];
}

/** Throws NOT_MEASURED. */
export function temporary(profile: Profile): TemporaryReport {
  const { value } = figuresFor(profile, 'temporary');
  const rows = sitesOf(profile, value).map(
    (site): TemporaryRow => ({
      ...site,
      temporary: site.figures.temporary ?? 0,
      ...defined({ allocations: site.figures.allocations, bytes: site.figures.bytes }),
    }),
  );
  return {
    temporary: totalOf(profile, value) ?? 0,
    ...defined({ allocations: totalOf(profile, 'allocations') }),
    rows,
  };
}
