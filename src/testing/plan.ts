// What is done about one test: nothing, a window around its body, or its body again and again. Pure.
import type { Tier } from '../engine/window/test-window.js';
import { tierFor } from '../limits/judge.js';
import { type ParsedLimits, parseLeakLimits, parseMemoryLimits } from '../limits/limits.js';
import { defined } from '../shapes.js';
import { limitsInForce, type TestSettings } from './settings.js';

export interface TestPlan {
  /** Empty where the test is measured for the report alone. */
  readonly limits: ParsedLimits;
  /** Of what one call leaks; then the body is repeated. */
  readonly leaks?: ParsedLimits;
  readonly leakCalls?: number;
  readonly tier: Tier;
  readonly threads: 'all' | 'current';
  /** The native stacks are kept, for a limit of one stack or to name those of a test that passes another one. */
  readonly profiled: boolean;
}

/**
 * Undefined where the test has no limit and nobody asked for a report: then it runs as if nothing were there. Throws
 * INVALID_OPTION for a limit that cannot be read; `origin` is where it stands.
 */
export function planOf(settings: TestSettings, isReported: boolean, origin: string): TestPlan | undefined {
  const { leaks, leakCalls, threads = 'all', stacks = false } = settings;
  const inForce = limitsInForce(settings);
  const limits = inForce === undefined ? {} : parseMemoryLimits(inForce, origin);
  const leakLimits =
    leaks === undefined || leaks === false ? undefined : parseLeakLimits(leaks, `${origin}: leaks`);
  if (inForce === undefined && leakLimits === undefined && !isReported) return undefined;
  return {
    limits,
    tier: tierFor(limits),
    threads,
    profiled: limits.per_stack_bytes !== undefined || (stacks && Object.keys(limits).length > 0),
    ...defined({ leaks: leakLimits, leakCalls }),
  };
}
