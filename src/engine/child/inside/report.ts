// How a child answers: with one report, whatever happens inside it, and then it ends.
// INVARIANT: its one timer is made before anything is measured, and due at the end of it or never.
import { setTimeout } from 'node:timers';
import { actionTimeout } from '../../window/time-limit.js';
import { type AnyPlan, type AnyResult, failureOf, neverSettled } from '../protocol.js';
import { send } from './channel.js';

/** Sends what `work` answers, or its failure, and ends the process: with 0, or with 1 after a failure. */
export async function reportOnce<Plan extends AnyPlan>(
  plan: Plan,
  work: (plan: Plan) => Promise<AnyResult>,
): Promise<void> {
  const { timeoutMs } = plan;
  process.once('beforeExit', reportNeverSettled);
  if (timeoutMs !== undefined) setTimeout(() => fail(actionTimeout(timeoutMs)), timeoutMs).unref();
  let exitCode = 0;
  try {
    const report = await work(plan);
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
  fail(neverSettled());
}

function fail(error: unknown): void {
  send(failureOf(error));
  process.exit(1);
}
