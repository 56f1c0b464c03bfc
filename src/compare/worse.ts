// Which benchmarks got worse from the first run to the last, whatever limits there are. Pure.
import { shortNames } from '../runfile/ids.js';
import { headlineOf, resolutionOf } from '../runfile/table.js';
import { metricNamed } from '../stats/metrics.js';
import type { Compared } from './compare.js';
import type { Regression } from './document.js';
import { changePercent } from './numbers.js';

/** A figure that grew by more than may come by chance. */
export interface Worse extends Regression {
  /** The id as short as it is unique in both runs. */
  readonly name: string;
}

/** Of these metrics; the largest change in percent first, growth from nothing before all. Fewer than two runs have none. */
export function worseOf({ compared }: Pick<Compared, 'compared'>, metrics: readonly string[]): Worse[] {
  const gated = compared.filter((each) => each.gated);
  const [base, head] = [gated[0], gated.at(-1)];
  if (base === undefined || head === undefined || base === head) return [];
  const names = shortNames([base, head].flatMap(({ entries }) => [...entries.values()].map(({ id }) => id)));
  const shown = metrics.map(metricNamed).filter((metric) => metric !== undefined);
  const found = [...head.entries.values()].flatMap(({ id, benchmark }) => {
    const before = base.entries.get(id)?.benchmark;
    if (before === undefined) return [];
    return shown.flatMap((metric): Worse[] => {
      const [from, to] = [headlineOf(before, metric), headlineOf(benchmark, metric)];
      if (from === undefined || to === undefined) return [];
      const resolution = Math.max(resolutionOf(before, metric), resolutionOf(benchmark, metric));
      if (to - from <= resolution) return [];
      const change = changePercent(from, to);
      const pct = change !== undefined && Number.isFinite(change) ? change : null;
      return [{ field: metric.name, id, name: names.get(id) ?? id, base: from, head: to, pct }];
    });
  });
  const rank = ({ pct }: Worse) => pct ?? Number.POSITIVE_INFINITY;
  return found.sort((a, b) => (rank(b) === rank(a) ? 0 : rank(b) - rank(a)));
}
