// In the timing child: an exported function and its set-up as plain calls. There is nothing to tear down.
import { resolveCalls } from '../engine/child/inside/calls.js';
import type { Loadable } from '../engine/modules/module-action.js';
import type { TimedCalls } from './timing-loop.js';

/** Errors: those of loading a module. */
export async function exportCalls(plan: {
  readonly action: Loadable;
  readonly setup?: Loadable;
}): Promise<TimedCalls> {
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
