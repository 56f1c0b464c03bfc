// What a limit measured, told to whoever listens: a report's own window gave way to it and takes these figures.
import type { LeakReport } from '../engine/leaks/leak-report.js';
import type { Sample } from '../engine/result/sample.js';
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
  /** Empty where every limit held. */
  readonly breaches: readonly Breach[];
  readonly leak?: LeakReport;
  readonly sites?: readonly TopAllocation[];
  /** Time spent on collecting garbage and coming to rest, outside the body. */
  readonly settleMs: number;
}

export type OutcomeListener = (outcome: LimitOutcome) => void;

/** From here on the listener is told every outcome in this process, until the answer is called. Throws ADDON_MISSING. */
export function onLimitOutcome(listener: OutcomeListener): () => void {
  const { listeners } = processState();
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Tells everyone who listens. */
export function tellOutcome(outcome: LimitOutcome): void {
  for (const listener of [...processState().listeners]) listener(outcome);
}
