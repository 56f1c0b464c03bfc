// A function measured for an assertion: called once beforehand, then in windows until its limits hold or the passes are out.
// A synchronous one without a turn of the event loop, so that an assertion about it needs no await.
import { thisProcess } from '../engine/host.js';
import { describeEnvironment } from '../engine/result/environment.js';
import { noFacts, storedFacts } from '../engine/result/facts.js';
import { MemoryResult } from '../engine/result/memory-result.js';
import { type Sample, type SampleField, sampleFields } from '../engine/result/sample.js';
import { warningsFor } from '../engine/result/warnings.js';
import { type TestReading, TestWindow, type TestWindowOptions } from '../engine/window/test-window.js';
import { defined, isThenable } from '../shapes.js';
import { indexOfFirstMinimum, minimum } from '../stats/summary.js';
import type { Body } from './body.js';
import { type CallerFrames, pointing } from './caller-frames.js';
import { judgeSample, tierFor } from './judge.js';
import type { ParsedLimits } from './limits.js';
import { noteOpenBody } from './open-bodies.js';
import type { AssertOptions } from './options.js';
import { lifeOf } from './test-life.js';

const mostPasses = 3;
// What stays is told from what stays once by its trend, which fewer passes do not show.
const retainedPasses = 5;

export interface FunctionTask {
  readonly action: Body;
  readonly limits: ParsedLimits;
  readonly options: AssertOptions;
  /** Where the assertion was written. */
  readonly madeAt: CallerFrames;
}

export interface MeasuredFunction {
  /** The pass with the lowest peak. */
  readonly best: TestReading;
  readonly result: MemoryResult;
  /** The figures that are judged: the lowest of the passes, and of what is retained the trend. */
  readonly sample: Sample;
  readonly settleMs: number;
}

/**
 * What `task.action` takes: at once where its first call answers no promise, else a promise of it. Errors of the action come
 * back unchanged. Throws WINDOW_OPEN, and NOT_MEASURED for a limit of what has no figure.
 */
export function measureFunction(task: FunctionTask): MeasuredFunction | Promise<MeasuredFunction> {
  const first = warmUp(task);
  if (first !== undefined) return measureLater(task, first);
  const readings: TestReading[] = [];
  for (let call = 1; call < (task.options.warmup ?? 1); call += 1) task.action();
  do readings.push(takeNow(task));
  while (wantsAnother(task, readings));
  return measured(readings);
}

function warmUp({ action }: FunctionTask): PromiseLike<unknown> | undefined {
  const answer = action();
  return isThenable(answer) ? answer : undefined;
}

function takeNow({ action, limits, options, madeAt }: FunctionTask): TestReading {
  const window = pointing(madeAt, () => TestWindow.prepareNow(windowOptions(limits, options)));
  try {
    callSynchronously(window, action);
    return window.finishNow();
  } catch (error) {
    window.discard();
    throw error;
  }
}

// WHY: this is a function of its own, because what the action answered is then gone before what is retained is read.
function callSynchronously(window: TestWindow, action: Body): void {
  window.open();
  action();
  window.end();
}

async function measureLater(task: FunctionTask, first: PromiseLike<unknown>): Promise<MeasuredFunction> {
  await first;
  for (let call = 1; call < (task.options.warmup ?? 1); call += 1) await task.action();
  const readings: TestReading[] = [];
  do readings.push(await takeLater(task));
  while (wantsAnother(task, readings));
  return measured(readings);
}

async function takeLater({ action, limits, options }: FunctionTask): Promise<TestReading> {
  const window = await TestWindow.prepare(windowOptions(limits, options));
  const forget = noteOpenBody({
    life: lifeOf({ self: undefined, args: [] }),
    abandon: () => window.discard(),
  });
  try {
    await callAndWait(window, action);
    return await window.finish();
  } catch (error) {
    window.discard();
    throw error;
  } finally {
    forget();
  }
}

async function callAndWait(window: TestWindow, action: Body): Promise<void> {
  window.open();
  await Promise.resolve(action()).then(dropResult);
  window.end();
}

function dropResult(): undefined {
  return undefined;
}

function windowOptions(limits: ParsedLimits, { threads, profile }: AssertOptions): TestWindowOptions {
  const profiled = profile === true || limits.per_stack_bytes !== undefined;
  // WHY: the tier is near-live at least, because the result has a peak, whatever is limited.
  const tier = tierFor(limits) === 'full' ? 'full' : 'near-live';
  return { tier, threads, profiled };
}

function wantsAnother({ limits, options }: FunctionTask, readings: readonly TestReading[]): boolean {
  const { retained_bytes: retained, per_stack_bytes: _perStack, ...others } = limits;
  if (options.repeats !== undefined) return readings.length < options.repeats;
  if (retained !== undefined) return readings.length < retainedPasses;
  return readings.length < mostPasses && judgeSample(others, lowest(readings)).length > 0;
}

function measured(readings: readonly TestReading[]): MeasuredFunction {
  const best = readings[indexOfFirstMinimum(readings.map(({ sample }) => peakOf(sample)))] as TestReading;
  const result = resultOf(readings, best);
  const sample = {
    ...lowest(readings),
    ...pick(best.sample, atPeak),
    ...defined({ retained_bytes: result.retainedBytes }),
  };
  const settleMs = readings.reduce((sum, reading) => sum + reading.settleMs, 0);
  return { best, result, sample, settleMs };
}

function resultOf(readings: readonly TestReading[], best: TestReading): MemoryResult {
  const { binding } = thisProcess();
  const description = binding.describe();
  const facts = { ...noFacts, ...defined({ near_live: best.nearLive }) };
  return new MemoryResult(
    readings.map(({ sample }) => sample),
    {
      environment: describeEnvironment(description, { attached: process.execArgv }),
      warnings: warningsFor({ description, passes: readings.length, facts }),
      ...storedFacts({ ...facts, by_shared_object: readings[0]?.objects ?? [] }),
    },
  );
}

const atPeak = ['native_at_peak_bytes', 'js_at_peak_bytes', 'mapped_other_at_peak_bytes'] as const;

function pick(sample: Sample, fields: readonly SampleField[]): Sample {
  return defined(Object.fromEntries(fields.map((field) => [field, sample[field]])));
}

// Without the JavaScript heap there is no peak of the sum.
function peakOf({ peak_bytes: peak, native_peak_bytes: native = 0 }: Sample): number {
  return peak ?? native;
}

function lowest(readings: readonly TestReading[]): Sample {
  const found = sampleFields.map((field) => {
    const values = readings.flatMap(({ sample }) => sample[field] ?? []);
    return [field, values.length === readings.length ? minimum(values) : undefined];
  });
  return defined(Object.fromEntries(found));
}
