// What the limits of one process share. INVARIANT: it stands on the addon's exports object, which is one for both module
// systems and for every context of a test runner; globals and modules are not.
import { thisProcess } from '../engine/host.js';
import { BenchmemError } from '../errors.js';
import type { OpenBody } from './open-bodies.js';
import type { OutcomeListener } from './outcomes.js';
import type { PendingAssertion } from './pending.js';

export interface ProcessState {
  readonly listeners: Set<OutcomeListener>;
  /** Those of them that take the native stacks of what is measured. */
  readonly profiling: Set<OutcomeListener>;
  readonly pending: Set<PendingAssertion>;
  readonly open: Set<OpenBody>;
}

const key = Symbol.for('benchmem.limits');

/** Throws ADDON_MISSING, UNSUPPORTED_RUNTIME. */
export function processState(): ProcessState {
  const holder = thisProcess().binding as { [key]?: ProcessState };
  holder[key] ??= { listeners: new Set(), profiling: new Set(), pending: new Set(), open: new Set() };
  return holder[key];
}

/** The same, to look at only: undefined if no addon can be loaded, because then nothing was ever put there. */
export function existingState(): ProcessState | undefined {
  try {
    return processState();
  } catch (error) {
    if (error instanceof BenchmemError) return undefined;
    throw error;
  }
}
