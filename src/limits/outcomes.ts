// What a limit measured, told to whoever listens: a report's own window gave way to it and takes these figures.

import type { Keepers } from '../engine/leaks/keepers.js';
import type { LeakReport } from '../engine/leaks/leak-report.js';
import type { Sample } from '../engine/result/sample.js';
import type { WindowCapture } from '../engine/window/profiling.js';
import type { Tier } from '../engine/window/test-window.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import type { Breach } from './judge.js';
import type { ParsedLimits } from './limits.js';
import { processState } from './process-state.js';

/** What one wrapper, matcher or `assertMemory` measured, whether it passed or not. */
export interface LimitOutcome {
  readonly kind: 'limit' | 'leak';
  readonly tier: Tier;
  readonly sample?: Sample;
  readonly limits: ParsedLimits;
  /** Empty if every limit held. */
  readonly breaches: readonly Breach[];
  readonly leak?: LeakReport;
  readonly sites?: readonly TopAllocation[];
  /** The native stacks; only if somebody who listens takes them. */
  readonly profile?: WindowCapture;
  /** What keeps the objects of a leak that failed. */
  readonly keepers?: Keepers;
  /** Time spent on collecting garbage and coming to rest, outside the body. */
  readonly settleMs: number;
}

export type OutcomeListener = (outcome: LimitOutcome) => void;

/**
 * From here on the listener is told every outcome in this process, until the answer is called; `profiled`: with its native
 * stacks. Throws ADDON_MISSING.
 */
export function onLimitOutcome(listener: OutcomeListener, profiled = false): () => void {
  const { listeners, profiling } = processState();
  listeners.add(listener);
  if (profiled) profiling.add(listener);
  return () => {
    listeners.delete(listener);
    profiling.delete(listener);
  };
}

/** Somebody who listens takes the native stacks. */
export function isProfileWanted(): boolean {
  return processState().profiling.size > 0;
}

/** Tells everyone who listens. */
export function tellOutcome(outcome: LimitOutcome): void {
  for (const listener of [...processState().listeners]) listener(outcome);
}
