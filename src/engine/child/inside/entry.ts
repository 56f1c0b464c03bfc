// The measuring child's main module: takes its plan, loads the action, takes the passes and reports once.
// INVARIANT: while a window is open it makes no timer and uses no console and no channel; before, it takes no turn of the event
// loop that another run might not take.
import { BenchmemError } from '../../../errors.js';
import type { ForkCountingBinding, ProfilingBinding } from '../../../native/contract.js';
import { handedAddon } from '../../../native/load.js';
import { defined } from '../../../shapes.js';
import { type Host, thisProcess } from '../../host.js';
import { textsIn } from '../../profile/scripts.js';
import { countsAllocations, isNearLive } from '../../result/sample.js';
import { allowForcedCollections } from '../../window/forced-collections.js';
import { installHooks } from '../../window/hooks.js';
import { type Passes, type PassesTask, takePasses, takeProfiledPass } from '../../window/passes.js';
import { inUnreadWindow } from '../../window/unread-window.js';
import { type ChildPlan, isChildPlan, type ResultMessage } from '../protocol.js';
import { type ChildCalls, resolveCalls } from './calls.js';
import { ProgressChannel, receiveOnce } from './channel.js';
import { observeWorkers, setOwnFlags } from './observed-thread.js';
import { reportOnce } from './report.js';

const plan = receiveOnce();
if (!isChildPlan(plan)) throw new Error('benchmem: this module is started by benchmem only');
void reportOnce(plan, measure);

async function measure(plan: ChildPlan): Promise<ResultMessage> {
  restoreEnvironment(plan);
  const addon = handedAddon(plan.addon);
  const host = thisProcess(addon);
  refuseWrongWorld(host, plan);
  if (plan.kind !== 'attached') observeWorkers(addon);
  // WHY: it loads what node imports modules with, of which there is compiled code for the flags of the start only.
  await import('node:path');
  // WHY: the flag is not on the command line, because there it would also put `gc` before the code that is measured.
  if (isNearLive(plan.kind)) allowForcedCollections();
  // WHY: it listens before the calls are loaded, because what is compiled earlier has no lines.
  if (plan.passesBefore !== undefined)
    (host.binding as ProfilingBinding).listenToCode(plan.kind === 'attached');
  const progress = new ProgressChannel();
  setOwnFlags();
  const calls = await loadCalls(host, plan);
  const { action, args, setup, afterPass } = calls;
  const task: PassesTask = {
    ...plan,
    // The child's own timer is made already: one of each pass would stand in its figures.
    timeoutMs: undefined,
    action,
    args,
    setup,
    isUntouchedBetween: setup === undefined && afterPass === undefined,
    startedProcesses: () => (host.binding as ForkCountingBinding).forkedProcesses(),
    onPass: (passes, pass) => {
      progress.send(passes, pass.loopPeakBytes);
      return afterPass?.();
    },
  };
  try {
    return { ...(await report(host, plan, task, calls)), ...defined({ engineSymbols: plan.engineSymbols }) };
  } catch (error) {
    await cleanUp(calls);
    throw error;
  }
}

// WHY: V8 posts a task at each full collection that nobody forced, and loading brings such ones about; the task is freed 100 ms
// later, in whichever window is open. In an attached child what is loaded meanwhile has no hooks yet.
function loadCalls({ binding }: Host, plan: ChildPlan): Promise<ChildCalls> {
  const { kind, quick, threads } = plan;
  if (kind === 'attached' || !countsAllocations(kind, quick)) return resolveCalls(plan);
  return inUnreadWindow(binding, threads, () => resolveCalls(plan));
}

async function report(
  host: Host,
  { passesBefore }: ChildPlan,
  task: PassesTask,
  calls: ChildCalls,
): Promise<ResultMessage> {
  if (passesBefore === undefined) return toResult(host, await takePasses(host, task), calls);
  const { sample, facts, profile: stacks } = await takeProfiledPass(host, task, passesBefore);
  const profile = stacks && { ...stacks, texts: await textsIn(stacks.reading) };
  return { ...toResult(host, { samples: [sample], facts }, calls), ...defined({ profile }) };
}

// What failed first is what is reported.
async function cleanUp({ afterPass }: ChildCalls): Promise<void> {
  try {
    await afterPass?.();
  } catch {}
}

function toResult(host: Host, { samples, retained, facts }: Passes, { notes }: ChildCalls): ResultMessage {
  return {
    benchmem: 'result',
    samples,
    facts,
    description: host.binding.describe(),
    versions: { node: process.versions.node, v8: process.versions.v8 },
    ...defined({ retained, notes: notes?.() }),
  };
}

// Programs that the action starts are not preloaded.
function restoreEnvironment({ userPreload }: ChildPlan): void {
  delete process.env.BENCHMEM_ALLOCATOR;
  if (userPreload === undefined) delete process.env.LD_PRELOAD;
  else process.env.LD_PRELOAD = userPreload;
}

function refuseWrongWorld({ binding }: Host, { kind, engineSymbols }: ChildPlan): void {
  installHooks(binding, engineSymbols);
  const { mode, unsupported } = binding.describe();
  if (unsupported !== undefined) {
    throw new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `this process cannot be measured: ${unsupported}`,
      'use Node.js 20 or later from nodejs.org on Linux x86-64 or arm64 with glibc',
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
