// The measuring child's main module: takes its plan, loads the action, takes the passes and reports once.
// INVARIANT: while a window is open it uses no timer, no console and no channel; before, it takes no turn of the event
// loop that another run might not take.
import { BenchmemError } from '../errors.js';
import { receiveOnce, send } from './child-channel.js';
import { countStartedProcesses } from './child-processes.js';
import { installHooks } from './hooks.js';
import { type Host, thisProcess } from './host.js';
import { loadExport } from './module-loader.js';
import type { Pass } from './pass.js';
import { type PassesTask, takePasses } from './passes.js';
import {
  type ChildMessage,
  type ChildPlan,
  describeError,
  type FailureMessage,
  isChildPlan,
  type Loadable,
} from './protocol.js';
import type { Call } from './span.js';

const plan = receiveOnce();
if (!isChildPlan(plan)) throw new Error('benchmem: this module is started by benchmem only');
void main(plan);

async function main(plan: ChildPlan): Promise<void> {
  process.once('beforeExit', reportNeverSettled);
  restoreEnvironment(plan);
  let report: ChildMessage;
  try {
    report = await measure(plan);
  } catch (error) {
    report = failure(error);
  }
  process.off('beforeExit', reportNeverSettled);
  send(report);
  // WHY: servers, timers and workers that the action left behind would keep the process alive.
  process.exit(report.benchmem === 'result' ? 0 : 1);
}

async function measure(plan: ChildPlan): Promise<ChildMessage> {
  const host = thisProcess();
  refuseWrongWorld(host, plan);
  const action = await loadExport(plan.action);
  const setup = plan.setup && preparing(await loadExport(plan.setup), plan.setup);
  const startedProcesses = countStartedProcesses();
  const task: PassesTask = {
    ...plan,
    action: action as Call,
    args: plan.action.args,
    setup,
    startedProcesses,
    onPass: reportProgress,
  };
  const { samples, undrained, objects, childProcesses } = await takePasses(host, task);
  return {
    benchmem: 'result',
    samples,
    undrained,
    description: host.binding.describe(),
    ...(objects !== undefined && { objects }),
    ...(childProcesses !== undefined && { childProcesses }),
  };
}

// Programs that the action starts are not preloaded.
function restoreEnvironment({ userPreload }: ChildPlan): void {
  delete process.env.BENCHMEM_ALLOCATOR;
  if (userPreload === undefined) delete process.env.LD_PRELOAD;
  else process.env.LD_PRELOAD = userPreload;
}

function refuseWrongWorld({ binding }: Host, { kind }: ChildPlan): void {
  installHooks(binding);
  const { mode, unsupported } = binding.describe();
  if (unsupported !== undefined) {
    throw new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `this process cannot be measured: ${unsupported}`,
      'use Node.js 20 or later from nodejs.org on Linux x86-64 with glibc',
    );
  }
  if (kind !== 'attached' && mode !== 'preloaded') {
    throw new BenchmemError(
      'PRELOAD_MISSING',
      'the preload library was not loaded into the child',
      'does something remove LD_PRELOAD, or is node set-user-id? measure with { attached: true } instead',
    );
  }
}

function preparing(setup: Call, { args, name, exportName }: Loadable): () => Promise<unknown> {
  return async () => {
    try {
      return await setup(...args);
    } catch (cause) {
      throw new BenchmemError(
        'SETUP_FAILED',
        `the setup ${exportName} of ${name} threw: ${describeError(cause).message}`,
        'see the cause',
        { cause },
      );
    }
  };
}

function reportProgress(passes: number, pass: Pass): void {
  send({ benchmem: 'progress', passes, peakBytes: pass.loopPeakBytes });
}

function failure(error: unknown): FailureMessage {
  if (error instanceof BenchmemError) {
    const { code, message, hint, cause } = error;
    return {
      benchmem: 'failure',
      code,
      message,
      hint,
      ...(cause !== undefined && { cause: describeError(cause) }),
    };
  }
  const cause = describeError(error);
  return {
    benchmem: 'failure',
    code: 'ACTION_FAILED',
    message: `the action threw: ${cause.message}`,
    hint: 'see the cause',
    cause,
  };
}

// The event loop is empty and the action's promise still pending: nothing can settle it any more.
function reportNeverSettled(): void {
  const error = new BenchmemError(
    'ACTION_NEVER_SETTLED',
    'the promise of the action or its setup never settles: nothing is left that could settle it',
    'resolve it, or keep what will resolve it alive (an unref-ed timer does not)',
  );
  send(failure(error));
  process.exit(1);
}
