// In the timing child: an exported function and its set-up as plain calls. There is nothing to tear down.
import { resolveCalls } from '../engine/child/inside/calls.js';
import type { TimingPlan } from './timing-entry.js';
import type { TimedCalls } from './timing-loop.js';

/** Errors: those of loading a module. */
export async function exportCalls(plan: Pick<TimingPlan, 'action' | 'setup'>): Promise<TimedCalls> {
  const { action, args, setup } = await resolveCalls(plan);
  return {
    action,
    args,
    hasSetup: setup !== undefined,
    setup: async () => setup?.(),
    begin: () => {},
    teardown: async () => {},
    notes: () => ({}),
  };
}
