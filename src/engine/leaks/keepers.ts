// Which objects a leaking body leaves on the JavaScript heap, and what keeps them: in this process, where the body is.
import type { SnapshotBinding } from '../../native/contract.js';
import type { ReportWords } from '../../retainers/words.js';
import { type Host, thisProcess } from '../host.js';
import type { RetainersBlob } from '../result/fields.js';
import { toRetainersBlob } from '../result/retainers.js';
import { analyseSnapshot } from '../retainers/analysis-process.js';
import { refuseLargeHeap } from '../retainers/heap-size.js';
import { inSource } from '../retainers/source-lines.js';
import { memoryOptions } from '../shared-options.js';
import { hold, turn } from '../window/exclusive.js';
import { closeWindow, discardWindow, openWindow } from '../window/span.js';
import { RepeatedCalls, type Steps, takeSteps, takeStepsNow } from './repeated-calls.js';

export interface KeepersOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What keeps the objects; or why nobody looked. */
export type Keepers =
  | { readonly found: Pick<ReportWords, 'calls' | 'groups'> }
  | { readonly refusal: string };

const firstCalls = 4;
const phases = [firstCalls, 2 * firstCalls] as const;

/**
 * Calls the action twelve times more, and takes a snapshot of this process's heap. From then on V8 follows objects as they move,
 * which makes its collections slower: only for a body that fails. Waits for its turn. Errors of the action come as they are;
 * ABORTED, BAD_SNAPSHOT, NOT_AVAILABLE.
 */
export async function findKeepers(
  action: () => unknown,
  { signal }: KeepersOptions = {},
  host: Host = thisProcess(),
): Promise<Keepers> {
  const release = await turn({}, host.binding);
  try {
    return await keepersInTurn(host, action, signal);
  } finally {
    release();
  }
}

/** The same for a caller whose turn it is already. */
export async function keepersInTurn(
  host: Host,
  action: () => unknown,
  signal?: AbortSignal,
): Promise<{ readonly found: RetainersBlob } | { readonly refusal: string }> {
  return refused() ?? found(host, await takeSteps(host, takePhases(host, action), signal));
}

/** The same at once, for an action that answers no promise. Throws WINDOW_OPEN and INVALID_ACTION besides. */
export function findKeepersNow(action: () => unknown, host: Host = thisProcess()): Keepers {
  const release = hold({}, host.binding);
  try {
    return refused() ?? found(host, takeStepsNow(takePhases(host, action)));
  } finally {
    release();
  }
}

function refused(): { readonly refusal: string } | undefined {
  const refusal = refuseLargeHeap(memoryOptions.retainersMax.unlessGiven);
  return refusal === undefined ? undefined : { refusal };
}

function found({ binding }: Host, marks: readonly number[]): { readonly found: RetainersBlob } {
  return { found: toRetainersBlob(1, analyseSnapshot(binding as SnapshotBinding, marks, phases), inSource) };
}

function* takePhases(host: Host, action: () => unknown): Steps<readonly number[]> {
  const binding = host.binding as SnapshotBinding;
  const calls = new RepeatedCalls(host, { action });
  const marks = [0, 0, 0];
  const token = openWindow(binding, { threads: 'all' });
  let isWhole = false;
  try {
    yield* calls.rest(token);
    marks[0] = binding.markHeapIds();
    for (const [index, count] of phases.entries()) {
      yield* calls.call(count);
      yield* calls.rest(token);
      marks[index + 1] = binding.markHeapIds();
    }
    isWhole = true;
  } finally {
    if (!isWhole) discardWindow(binding, token);
  }
  closeWindow(binding, token);
  return marks;
}
