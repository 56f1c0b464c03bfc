// The stacks of a profiled window, named once the window is over.
import type { TestReading } from '../engine/window/test-window.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';

export interface Sites {
  /** Every stack that held something at the peak; absent where the window was not profiled. */
  readonly all?: readonly TopAllocation[];
  /** Those of them that are told: the largest. */
  readonly named?: readonly TopAllocation[];
}

const mostNamed = 10;

export async function sitesOf({ profile }: Pick<TestReading, 'profile'>): Promise<Sites> {
  if (profile === undefined) return {};
  // WHY on demand: what names stacks is large, and few windows are profiled.
  const { topAllocations } = await import('../engine/profile/top-allocations.js');
  const all = topAllocations({ profile }, { metric: 'peak', most: Number.MAX_SAFE_INTEGER });
  return { all, named: all.slice(0, mostNamed) };
}
