// The main module of the children of opt-in passes: no addon, no preload. Makes the calls once and reports one figure.
// INVARIANT: between the two readings of a figure nothing of ours runs but the calls.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { GCProfiler, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isThenable } from '../../../shapes.js';
import type { ExtraPlan, ExtraResult } from '../protocol.js';
import { type ChildCalls, resolveCalls } from './calls.js';
import { receiveOnce } from './channel.js';
import { reportOnce } from './report.js';

type Kind = Exclude<ExtraPlan['kind'], 'retainers'>;

const plan = receiveOnce() as ExtraPlan & { readonly kind: Kind };
const measure = {
  rss: measureRss,
  objects: bracketObjects,
  sites: () => sampled(openSites, (found) => ({ sites: found })),
  'heap-samples': () => sampled(openHeap, (found) => ({ heap: found })),
};
void reportOnce(plan, () => measure[plan.kind]());

// WHY: the mark is reset right before the call, because memory that was resident only while the module was loaded is not needed
// by the call.
async function measureRss(): Promise<ExtraResult> {
  const calls = await resolveCalls(plan as never);
  const args = await prepare(calls);
  const refusal = attempt(resetHighWaterMark);
  await Reflect.apply(calls.action, undefined, args);
  const status = refusal ?? attempt(() => readFileSync('/proc/self/status', 'latin1'));
  await calls.afterPass?.();
  if (status instanceof Error) return { benchmem: 'result', refusal: status.message };
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status ?? '')?.[1];
  return kibibytes === undefined
    ? { benchmem: 'result', refusal: '/proc/self/status has no VmHWM' }
    : { benchmem: 'result', rssBytes: Number(kibibytes) * 1024 };
}

function resetHighWaterMark(): undefined {
  writeFileSync('/proc/self/clear_refs', '5');
}

function attempt<T>(step: () => T): T | Error {
  try {
    return step();
  } catch (error) {
    return error as Error;
  }
}

// V8 prints a census of the heap at each full collection, to standard output, which the parent reads.
async function bracketObjects(): Promise<ExtraResult> {
  keepOffStandardOutput();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect(); // before anybody can have started another isolate: the first one that collects is this one
  const calls = await resolveCalls(plan as never);
  await warmUp(calls);
  const args = await prepare(calls);
  const profiler = new GCProfiler();
  collect();
  profiler.start();
  collect();
  // WHY: the action is called directly, because the promise that callAction makes would be counted.
  for (let call = 0; call < plan.calls; call += 1) {
    const pending = Reflect.apply(calls.action, undefined, args);
    if (isThenable(pending)) await pending;
  }
  collect();
  const { statistics } = profiler.stop() as unknown as { statistics: readonly { gcType: string }[] };
  await calls.afterPass?.();
  return {
    benchmem: 'result',
    collections: statistics.length,
    onlyFull: statistics.every(({ gcType }) => gcType === 'MarkSweepCompact'),
  };
}

// WHY: V8's lines are cut where somebody else writes to the same file. The stream is what node has for one.
function keepOffStandardOutput(): void {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writeSync(2, chunk);
      done();
    },
  });
  Object.defineProperty(process, 'stdout', { value: Object.assign(stream, { fd: 2 }) });
}

interface Sampler<Found> {
  start(): void;
  stop(caller: string): Found;
}

async function sampled<Found>(
  open: (intervalBytes: number) => Promise<Sampler<Found>>,
  answer: (found: Found) => Partial<ExtraResult>,
): Promise<ExtraResult> {
  const sampler = await open(plan.intervalBytes ?? 1).catch((error: Error) => error);
  const calls = await resolveCalls(plan as never);
  await warmUp(calls);
  const args = await prepare(calls);
  if (sampler instanceof Error) return { benchmem: 'result', refusal: sampler.message };
  sampler.start();
  await callAction(calls, args);
  const found = sampler.stop(callAction.name);
  await calls.afterPass?.();
  return { benchmem: 'result', ...answer(found) };
}

async function openSites(intervalBytes: number) {
  const { SiteSampler } = await import('./site-sampling.js');
  return new SiteSampler(intervalBytes);
}

async function openHeap(intervalBytes: number) {
  const { HeapSampling } = await import('./heap-samples.js');
  return new HeapSampling(intervalBytes);
}

/** Its name tells the frames below it from those of the rest of this module. */
async function callAction({ action }: ChildCalls, args: readonly unknown[]): Promise<void> {
  for (let call = 0; call < plan.calls; call += 1) {
    const pending = Reflect.apply(action, undefined, args);
    if (isThenable(pending)) await pending;
  }
}

async function warmUp(calls: ChildCalls): Promise<void> {
  for (let round = 0; round < plan.warmup; round += 1) {
    await Reflect.apply(calls.action, undefined, await prepare(calls));
    await calls.afterPass?.();
  }
}

async function prepare({ setup, args }: ChildCalls): Promise<readonly unknown[]> {
  return setup === undefined ? args : [await setup(), ...args];
}
