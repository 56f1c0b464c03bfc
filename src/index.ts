// The public API, and nothing else: what is not exported here may change at any time.
// Must stay light: a bench file imports it in every child, where each module costs time at the start and in every collection. What
// it exports as it is goes into one file, dist/cjs/lean.js, which children share with it; the rest is loaded on demand.

import { createRequire } from 'node:module';
import type { MeasureMemory, MeasurePeak } from './engine/measure.js';
import type { OpenWindow } from './engine/open-window.js';
import type { IsolateOptions, MeasureOptions, OpenWindowOptions } from './engine/options.js';
import type * as Stacks from './engine/profile/top-allocations.js';
import type * as PublicApi from './engine/public-api.js';
import type * as PublicRuns from './runfile/public-runs.js';

export type { ModuleAction } from './engine/modules/module-action.js';
export type { OpenWindow } from './engine/open-window.js';
export type {
  AllocatorName,
  IsolateOptions,
  MeasureOptions,
  OpenWindowOptions,
  PassProgress,
  SamplingOptions,
} from './engine/options.js';
export type { Profiled } from './engine/profile/top-allocations.js';
export type { Environment } from './engine/result/environment.js';
export type { ObjectKind, ObjectSite, ResultBlob, SharedObjectBlob } from './engine/result/fields.js';
export {
  type EngineFigures,
  MemoryResult,
  type ObjectSites,
  type SharedObjectBytes,
  type SideFigures,
} from './engine/result/memory-result.js';
export type { ExtraKind, PassKind, Sample, SampleField } from './engine/result/sample.js';
export type { Warning, WarningCode } from './engine/result/warning.js';
export { BenchmemError, type ChildEnd, ChildError, type ErrorCode } from './errors.js';
export type { StackFrame, TopAllocation, TopMetric, TopOptions } from './profile/reports/top-stacks.js';
export type { Scalar } from './runfile/dims.js';
export type { Run, RunPlace } from './runfile/run.js';
export type { RunBenchmark, RunFile } from './runfile/schema.js';
export type { RunSample, RunSamples, RunTable, RunTableRow, SampleChoice } from './runfile/table.js';
export type { BenchContext, BenchOptions, CeilingOptions, ExtraInfo } from './runner/bench-options.js';
export { defineConfig, type RunConfig } from './runner/config.js';
export type { LabelledParam, ParamValue } from './runner/params.js';
export { type Bench, bench, group } from './runner/registry.js';
export { type Metric, metrics, type StatName } from './stats/metrics.js';

// WHY: this is a require, because what answers at once cannot be imported on demand.
const measuring = (): typeof PublicApi =>
  createRequire(import.meta.url)('./cjs/engine/public-api.js') as typeof PublicApi;

/** Measures in this process, or with `isolate: true` in fresh children. */
export const measureMemory: MeasureMemory = (action: unknown, options?: MeasureOptions | IsolateOptions) =>
  measuring().measureMemory(action as never, options as never);

/** The `peakBytes` of `measureMemory` with the same arguments. */
export const measurePeak: MeasurePeak = (action: unknown, options?: MeasureOptions | IsolateOptions) =>
  measuring().measurePeak(action as never, options as never);

/**
 * Opens a window around whatever runs from here until `close`. Full collections precede it, unless `settle: false`.
 * Throws WINDOW_OPEN, UNSUPPORTED_RUNTIME, ADDON_MISSING, INVALID_OPTION.
 */
export function openWindow(options?: OpenWindowOptions): OpenWindow {
  return measuring().openWindow(options);
}

/**
 * Hooks the allocator of this process, which the first measurement does by itself; idempotent. Native objects that
 * were loaded before and after are both covered. Throws ADDON_MISSING, UNSUPPORTED_RUNTIME.
 */
export function install(): void {
  measuring().install();
}

/**
 * Called in a worker, makes its JavaScript heap count in the windows of every thread from here on; idempotent. Workers
 * of a preloaded child are observed without it. Throws ADDON_MISSING, UNSUPPORTED_RUNTIME.
 */
export function observeThread(): void {
  measuring().observeThread();
}

/** Takes the hooks out again; the next measurement puts them back. Throws WINDOW_OPEN. */
export function uninstall(): void {
  measuring().uninstall();
}

/**
 * The stacks that a window opened with `profile: true` has most of a metric from, once it is closed; or those of a
 * result of `measureMemory(…, { profile })`. The largest first. Throws NO_PROFILE, WRONG_PHASE while the window is open,
 * BAD_PROFILE for a file that is gone or another one by now, NOT_MEASURED, INVALID_OPTION.
 */
export const topAllocations = async (
  source: Stacks.Profiled,
  options?: Parameters<typeof Stacks.topAllocations>[1],
): Promise<ReturnType<typeof Stacks.topAllocations>> =>
  // WHY: it is imported on demand, because names of frames need modules that no measurement does.
  (await import('./engine/profile/top-allocations.js')).topAllocations(source, options);

const publicRuns = (): Promise<typeof PublicRuns> => import('./runfile/public-runs.js');

/**
 * One run: a run file, a folder that holds exactly one, or a storage reference (`0003`, `0003_name`, `name`, `latest`).
 * Throws BAD_RUN_FILE, naming the file and the benchmark; USAGE for a folder with several.
 */
export const readRun: typeof PublicRuns.readRun = async (...args) => (await publicRuns()).readRun(...args);

/** All runs that the references mean, labelled. Throws BAD_RUN_FILE; USAGE for the same file twice. */
export const readRuns: typeof PublicRuns.readRuns = async (...args) => (await publicRuns()).readRuns(...args);

/** The `.json` files below a folder, by path; [] where there is no such folder. */
export const discoverRuns: typeof PublicRuns.discoverRuns = async (...args) =>
  (await publicRuns()).discoverRuns(...args);

/**
 * One run's values of a metric (default: `time`, `min`); a benchmark that lacks it is left out. `run` is what `readRun`
 * answered or takes. Throws BAD_RUN_FILE, INVALID_OPTION for an unknown metric or statistic.
 */
export const loadSamples: typeof PublicRuns.loadSamples = async (...args) =>
  (await publicRuns()).loadSamples(...args);

/** One row per run and id that has the metric, a column per dim. Throws as `loadSamples` does. */
export const loadTable: typeof PublicRuns.loadTable = async (...args) =>
  (await publicRuns()).loadTable(...args);
