// The stacks of a profiled window, named once the window is over, and the limits of a window that they decide.
import type { TestReading } from '../engine/window/test-window.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import { type Breach, judgeSample } from './judge.js';
import type { ParsedLimits } from './limits.js';

interface Sites {
  /** Every stack that held something at the peak; absent if the window was not profiled. */
  readonly all?: readonly TopAllocation[];
  /** Those of them that are told: the largest. */
  readonly named?: readonly TopAllocation[];
}

export interface JudgedReading {
  readonly breaches: readonly Breach[];
  /** The stacks with most; absent if no limit was passed, or none is known. */
  readonly named: readonly TopAllocation[] | undefined;
}

const mostNamed = 10;

async function sitesOf({ profile }: Pick<TestReading, 'profile'>): Promise<Sites> {
  if (profile === undefined) return {};
  // WHY: it is imported on demand, because what names stacks is large, and few windows are profiled.
  const { topAllocations } = await import('../engine/profile/top-allocations.js');
  const all = topAllocations({ profile }, { metric: 'peak', most: Number.MAX_SAFE_INTEGER });
  return { all, named: all.slice(0, mostNamed) };
}

/** `judged` makes the errors of the judge point somewhere. Throws NOT_MEASURED. */
export async function judgeReading(
  limits: ParsedLimits,
  reading: Pick<TestReading, 'sample' | 'profile'>,
  judged: (judge: () => Breach[]) => Breach[] = (judge) => judge(),
): Promise<JudgedReading> {
  // PERF: naming reads the symbols of node, which takes a third of a second: only if the names are of use.
  const needsAll = limits.per_stack_bytes !== undefined;
  const first = needsAll ? await sitesOf(reading) : {};
  const breaches = judged(() => judgeSample(limits, reading.sample, first.all));
  const { named } = !needsAll && breaches.length > 0 ? await sitesOf(reading) : first;
  return { breaches, named };
}
