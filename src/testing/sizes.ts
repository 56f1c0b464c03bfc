// How large the native allocations of a window were: counts in five bins on a logarithmic scale. Pure.
import type { ProfileReading } from '../native/contract.js';
import { figureNames } from '../profile/model.js';
import { histogram, type SizeBin } from '../profile/reports/histogram.js';

const sizeBins = 5;
const [allocationsAt, bytesAt] = [figureNames.indexOf('allocations'), figureNames.indexOf('bytes')];

/** Each allocation counts with the mean size of those of its stack, because a profile holds sums per stack. */
export function sizesIn({ figures }: Pick<ProfileReading, 'figures'>): SizeBin[] {
  const counts = new Map<number, number>();
  for (let at = 0; at + figureNames.length <= figures.length; at += figureNames.length) {
    const allocations = figures[at + allocationsAt] ?? 0;
    if (allocations === 0) continue;
    const size = Math.round((figures[at + bytesAt] ?? 0) / allocations);
    counts.set(size, (counts.get(size) ?? 0) + allocations);
  }
  return histogram(counts, sizeBins);
}
