// measureMemory and measurePeak: which way a measurement goes, and its result.
// Must not know how passes are taken or children are run.

import type { ProfilingBinding } from '../native/contract.js';
import { defined, notEmpty } from '../shapes.js';
import { type Host, thisProcess } from './host.js';
import { makeImportable, modulePath } from './modules/importable.js';
import type { ModuleAction } from './modules/module-action.js';
import { loadExport } from './modules/module-loader.js';
import { checkMeasureOptions, type IsolateOptions, type MeasureOptions, samplingPlan } from './options.js';
import { textsIn } from './profile/scripts.js';
import { describeEnvironment } from './result/environment.js';
import { storedFacts } from './result/facts.js';
import { MemoryResult } from './result/memory-result.js';
import { settleRetained } from './result/retained.js';
import type { Sample } from './result/sample.js';
import { warningsFor } from './result/warnings.js';
import { exclusively, tellMeasured } from './window/exclusive.js';
import type { Pass } from './window/pass.js';
import { type PassesTask, takePasses, takeProfiledPass } from './window/passes.js';
import type { Call } from './window/span.js';

/** Measures a function in this process; it may be synchronous or asynchronous. */
export interface MeasureMemory {
  <Prepared>(
    action: (prepared: Prepared) => unknown,
    options: MeasureOptions<Prepared> & { readonly setup: () => Prepared | Promise<Prepared> },
  ): Promise<MemoryResult>;
  (action: () => unknown, options?: MeasureOptions<undefined>): Promise<MemoryResult>;
  (action: ModuleAction, options?: MeasureOptions | IsolateOptions): Promise<MemoryResult>;
}

type AnyOptions = MeasureOptions | IsolateOptions;

/** The implementation behind `measureMemory`, with its host passed in. */
export async function measureWith(
  host: () => Host,
  action: unknown,
  options: AnyOptions = {},
): Promise<MemoryResult> {
  checkMeasureOptions(action, options);
  if (options.isolate === true) {
    // WHY: it is imported on demand, because a bench file imports this package inside the children too, and what stands there is
    // collected often.
    const { measureIsolated } = await import('./isolate.js');
    return measureIsolated(action as ModuleAction, options);
  }
  const { call, args, dispose } = await resolveAction(action as Call | ModuleAction);
  try {
    const here = host();
    return await exclusively(here.binding, () => measureHere(here, call, args, options));
  } finally {
    dispose();
  }
}

async function measureHere(
  host: Host,
  action: Call,
  args: readonly unknown[],
  options: MeasureOptions,
): Promise<MemoryResult> {
  const { signal, onProgress, repeats, setup, timeoutMs } = options;
  const task: PassesTask = {
    ...samplingPlan(options),
    seeksRetained: repeats === undefined,
    kind: 'attached',
    action,
    args,
    setup,
    signal,
    timeoutMs,
    onPass: onProgress && ((passes, { sample }: Pass) => onProgress(toProgress(passes, sample, repeats))),
  };
  const taken = await takePasses(host, task);
  const description = host.binding.describe();
  const { facts } = taken;
  const { samples, unaligned, resolution, headline } = settleRetained({ ...taken, yields: facts.yields });
  const passes = taken.retained?.length ?? samples.length;
  tellMeasured(lowest(samples), host.binding);
  return new MemoryResult(samples, {
    environment: describeEnvironment(description, { attached: process.execArgv }),
    warnings: warningsFor({ description, passes, facts, retained: headline }),
    ...storedFacts(facts),
    ...defined({
      unaligned: notEmpty(unaligned),
      resolution,
      profile: await profileHere(host, task, options, samples),
    }),
  });
}

// The one that the headline figures are of.
function lowest(samples: readonly Sample[]): Sample {
  const levelOf = (sample: Sample) => sample.peak_bytes ?? sample.native_peak_bytes ?? 0;
  return samples.reduce((best, next) => (levelOf(next) < levelOf(best) ? next : best), samples[0] ?? {});
}

// WHY: this is a further pass, because a profile keeps every thread from its fast path, and nobody knows which pass will be the
// lowest.
async function profileHere(
  host: Host,
  task: PassesTask,
  { profile: path, native }: MeasureOptions,
  samples: readonly Sample[],
) {
  if (path === undefined) return undefined;
  (host.binding as ProfilingBinding).listenToCode(true);
  const { sample, profile } = await takeProfiledPass(host, { ...task, warmup: 0, onPass: undefined }, 0);
  if (profile === undefined) throw new TypeError('a profiled pass has no profile');
  const texts = await textsIn(profile.reading);
  const { sampleHere } = await import('./profile/heap-here.js');
  const { forgetNames, linkedCapture } = await import('./profile/captured.js');
  const linked = linkedCapture(path, {
    id: task.action.name,
    capture: {
      ...profile,
      texts,
      heap: await sampleHere(task, sample.js_total_bytes),
      sample,
      description: host.binding.describe(),
      flags: process.execArgv,
    },
    choice: defined({ native }),
    cwd: process.cwd(),
    reportedPeakBytes: lowestPeak(samples),
  });
  return linked.finally(forgetNames);
}

function lowestPeak(samples: readonly Sample[]): number | undefined {
  const peaks = samples.flatMap(({ peak_bytes: bytes }) => bytes ?? []);
  return peaks.length === 0 ? undefined : Math.min(...peaks);
}

function toProgress(passes: number, { peak_bytes: peakBytes }: Sample, of: number | undefined) {
  return {
    step: 'attached' as const,
    passes,
    ...defined({ of, peakBytes }),
  };
}

interface ResolvedAction {
  readonly call: Call;
  readonly args: readonly unknown[];
  dispose(): void;
}

async function resolveAction(action: Call | ModuleAction): Promise<ResolvedAction> {
  if (typeof action === 'function') return { call: action, args: [], dispose: () => {} };
  const name = modulePath(action.module);
  const { args = [], export: exportName = 'default' } = action;
  const modules = await makeImportable([name]);
  const call = await loadExport({ url: modules.urlOf(name), name, exportName, args });
  return { call, args, dispose: () => modules.dispose() };
}

/** Measures in this process, or with `isolate: true` in fresh children. */
export const measureMemory: MeasureMemory = (action: unknown, options?: AnyOptions) =>
  measureWith(thisProcess, action, options);

/** The `peakBytes` of `measureMemory` with the same arguments. */
export const measurePeak = (async (action: unknown, options?: AnyOptions) => {
  const { peakBytes } = await measureWith(thisProcess, action, options);
  return peakBytes;
}) as MeasurePeak;

/** Like `MeasureMemory`, with the peak in bytes as its answer. */
export interface MeasurePeak {
  <Prepared>(
    action: (prepared: Prepared) => unknown,
    options: MeasureOptions<Prepared> & { readonly setup: () => Prepared | Promise<Prepared> },
  ): Promise<number>;
  (action: () => unknown, options?: MeasureOptions<undefined>): Promise<number>;
  (action: ModuleAction, options?: MeasureOptions | IsolateOptions): Promise<number>;
}
