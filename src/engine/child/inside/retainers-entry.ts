// The main module of the child that asks which objects stay: marks the heap before, between and after two phases of calls, and
// writes one snapshot of it into a pipe. The analysis is a process of its own, for its tables are larger than the heap.
// INVARIANT: the snapshot never lies on a disk, and nothing of it leaves the analysis but its report.
import type { SnapshotBinding } from '../../../native/contract.js';
import { defined } from '../../../shapes.js';
import { thisProcess } from '../../host.js';
import { toRetainersBlob } from '../../result/retainers.js';
import { analyseSnapshot } from '../../retainers/analysis-process.js';
import { refuseLargeHeap } from '../../retainers/heap-size.js';
import { inSource } from '../../retainers/source-lines.js';
import { type PhasesTask, takePhases } from '../../window/passes.js';
import type { ExtraPlan, ExtraResult } from '../protocol.js';
import { type ChildCalls, resolveCalls } from './calls.js';
import { receiveOnce } from './channel.js';
import { reportOnce } from './report.js';

/** What the action's arguments hang on: the analysis knows it by its name. */
class BenchmemArguments {
  readonly values: readonly unknown[];
  constructor(values: readonly unknown[]) {
    this.values = values;
  }
}

const plan = receiveOnce() as ExtraPlan;
void reportOnce(plan, findRetainers);

async function findRetainers(): Promise<ExtraResult> {
  // WHY: maps are on before the calls are loaded, because functions of TypeScript are named by where they stand in the source.
  process.setSourceMapsEnabled(true);
  const host = thisProcess();
  const binding = host.binding as SnapshotBinding;
  const calls = await resolveCalls(plan as never);
  const held = new BenchmemArguments(await prepare(calls));
  const marks: number[] = [];
  let refusal: string | undefined;
  const retained = await takePhases(host, {
    ...phasesOf(calls, held),
    onRest() {
      refusal ??= refuseLargeHeap(plan.maxHeapBytes ?? Number.POSITIVE_INFINITY);
      if (refusal === undefined) marks.push(binding.markHeapIds());
      return refusal === undefined;
    },
  });
  if (refusal !== undefined) return { benchmem: 'result', refusal };
  const report = analyseSnapshot(binding, marks, [plan.calls, 2 * plan.calls]);
  await calls.afterPass?.();
  return {
    benchmem: 'result',
    retainers: {
      ...toRetainersBlob(plan.passCalls ?? 1, report, inSource),
      ...defined({ retained_bytes: retained[1] }),
    },
  };
}

async function prepare({ setup, args }: ChildCalls): Promise<readonly unknown[]> {
  return setup === undefined ? args : [await setup(), ...args];
}

// WHY: the arguments are made once, because what the action leaves in them stays as long as they do.
function phasesOf({ action }: ChildCalls, { values }: BenchmemArguments): Omit<PhasesTask, 'onRest'> {
  return {
    kind: 'accounting',
    action,
    args: values,
    calls: plan.calls,
    phases: [plan.calls, 2 * plan.calls],
    warmup: plan.warmup,
    threads: 'all',
    settle: true,
  };
}
