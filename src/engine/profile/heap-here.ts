// JavaScript allocations of one pass in this process, after the last measured one: V8's sampler around the calls. What it
// finds differs a little from run to run, because nobody sets V8's seed in a process that runs already.
// Must not be loaded before the last window is closed: what it loads would stand in the heap.
import { isThenable } from '../../shapes.js';
import { HeapSampling } from '../child/inside/heap-samples.js';
import { unlessAborted } from '../window/aborted.js';
import type { PassesTask } from '../window/passes.js';
import type { Call } from '../window/span.js';
import { startTimeLimit } from '../window/time-limit.js';
import { type HeapCapture, samplingOf } from './capture.js';
import { heapInterval } from './heap-interval.js';

/** `allocatedBytes`: what V8 counted in the profiled pass. Errors of setup and action come back unchanged; ABORTED. */
export async function sampleHere(
  { action, args, setup, calls, timeoutMs, signal: own }: PassesTask,
  allocatedBytes: number | undefined,
): Promise<HeapCapture> {
  const intervalBytes = heapInterval(allocatedBytes);
  const sampling = attempt(() => new HeapSampling(intervalBytes));
  if (sampling instanceof Error) return { refusal: sampling.message };
  const { signal, end } = startTimeLimit(timeoutMs, own);
  try {
    const prepared = setup === undefined ? args : [await unlessAborted(setup(), signal), ...args];
    const refused = attempt(() => sampling.start());
    if (refused instanceof Error) return { refusal: refused.message };
    await unlessAborted(callSampled(action, prepared, calls), signal);
    const { samples, texts, otherThreads } = sampling.stop(callSampled.name);
    return { samples, texts, sampling: samplingOf(intervalBytes, otherThreads) };
  } finally {
    sampling.end();
    end();
  }
}

/** Its name tells the frames below it from those of the rest of this package. */
async function callSampled(action: Call, args: readonly unknown[], calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) {
    const pending = Reflect.apply(action, undefined, args);
    if (isThenable(pending)) await pending;
  }
}

function attempt<T>(step: () => T): T | Error {
  try {
    return step();
  } catch (error) {
    return error as Error;
  }
}
