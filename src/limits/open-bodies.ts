// The bodies that have the process just now or wait for it: one whose test was given up must not keep it, and one inside
// another would wait for ever.
import { BenchmemError } from '../errors.js';
import { processState } from './process-state.js';
import type { TestLife } from './test-life.js';

/** A body that is being measured. */
export interface OpenBody {
  readonly life: TestLife;
  /** Gives its window and the process back. */
  abandon(): void;
}

/** From here on the body is given up with its test; the answer ends that. */
export function noteOpenBody(body: OpenBody): () => void {
  const { open } = processState();
  open.add(body);
  const forget = body.life.onEnd(() => body.abandon());
  return () => {
    forget();
    open.delete(body);
  };
}

/** The name of the function of ours that awaits bodies: a stack with it comes from inside one. */
export const awaitingName = 'benchmemAwaitsBody';

/**
 * Called before something waits for the process. Gives up bodies whose test is over. Throws WINDOW_OPEN if the caller is
 * inside the body that has the process: each would wait for the other.
 */
export function refuseInsideBody(): void {
  const { open } = processState();
  for (const body of open) {
    if (!body.life.isOver(globalThis)) continue;
    body.abandon();
    open.delete(body);
  }
  if (open.size === 0 || !isInsideBody()) return;
  throw new BenchmemError(
    'WINDOW_OPEN',
    'this measurement is inside a body that has a limit: it would wait for that body, which waits for it',
    'take the limit off the test, or the measurement out of its body',
  );
}

// V8 follows what awaits what, so that the stack tells a caller inside from a test that runs beside.
function isInsideBody(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 500;
  try {
    return new Error('where').stack?.includes(awaitingName) === true;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Gives up every body that is being measured: for a runner's plug-in that knows that no test runs any more. */
export function abandonOpenBodies(): void {
  const { open } = processState();
  for (const body of open) body.abandon();
  open.clear();
}
