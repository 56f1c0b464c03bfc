// How a child answers: with one report, whatever happens inside it, and then it ends.
import { type AnyResult, failureOf, neverSettled } from '../protocol.js';
import { send } from './channel.js';

/** Sends what `work` answers, or its failure, and ends the process: with 0, or with 1 after a failure. */
export async function reportOnce(work: () => Promise<AnyResult>): Promise<void> {
  process.once('beforeExit', reportNeverSettled);
  let exitCode = 0;
  try {
    const report = await work();
    process.off('beforeExit', reportNeverSettled);
    send(report);
  } catch (error) {
    process.off('beforeExit', reportNeverSettled);
    send(failureOf(error));
    exitCode = 1;
  }
  // WHY: servers, timers and workers that the action left behind would keep the process alive.
  process.exit(exitCode);
}

// The event loop is empty and the action's promise still pending: nothing can settle it any more.
function reportNeverSettled(): void {
  send(failureOf(neverSettled()));
  process.exit(1);
}
