// A test's body, called again and again: what its calls leak, which limits that passes, and what keeps the objects.
import { findLeak, type LeakReport } from '../engine/leaks/find-leak.js';
import type { Keepers } from '../engine/leaks/keepers.js';
import { type Breach, judgeLeakReport } from '../limits/judge.js';
import { keepersSearch } from '../limits/leak-keepers.js';
import { defined, isThenable } from '../shapes.js';
import type { TestPlan } from './plan.js';

export interface RepeatedTest {
  readonly body: () => unknown;
  /** Before each call of it. */
  readonly beforeCall?: (() => void) | undefined;
  readonly plan: Pick<TestPlan, 'leaks' | 'leakCalls' | 'threads'>;
  readonly signal: AbortSignal;
}

export interface LeakCheck {
  readonly leak: LeakReport;
  readonly breaches: readonly Breach[];
  /** Absent if no object leaks, or no limit was passed. */
  readonly keepers?: Keepers;
}

/** Throws what the body throws in a further call, and what a leak check throws. */
export async function checkLeaks({ body, beforeCall, plan, signal }: RepeatedTest): Promise<LeakCheck> {
  const { leaks = {}, leakCalls, threads } = plan;
  let waits = false;
  const action = () => {
    beforeCall?.();
    const answer = body();
    waits ||= isThenable(answer);
    return answer;
  };
  const keepersOf = await keepersSearch();
  const leak = await findLeak(action, { threads, signal, ...defined({ calls: leakCalls }) });
  const breaches = judgeLeakReport(leaks, leak);
  const isKept = breaches.length > 0 && (leak.jsBytes ?? 0) > 0;
  return {
    leak,
    breaches,
    ...defined({ keepers: isKept ? await keepersOf(action, waits, { signal }) : undefined }),
  };
}
