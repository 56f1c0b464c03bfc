// The public API, and nothing else: what is not exported here may change at any time.

import { installHooks, uninstallHooks } from './engine/hooks.js';
import { thisProcess } from './engine/host.js';
import { labelsOf, type Run, type RunPlace, readRun } from './runfile/run.js';
import { type RunSamples, type RunTable, type SampleChoice, samplesOf, tableOf } from './runfile/table.js';

export type { ResultBlob, SharedObjectBlob } from './engine/blob.js';
export type { ObjectKind } from './engine/census.js';
export type { Environment } from './engine/environment.js';
export { measureMemory, measurePeak } from './engine/measure.js';
export { type EngineFigures, MemoryResult, type SideFigures } from './engine/memory-result.js';
export type { ModuleAction } from './engine/module-action.js';
export type { ObjectSite, ObjectSites } from './engine/object-sites.js';
export { type OpenWindow, openWindow } from './engine/open-window.js';
export type {
  AllocatorName,
  IsolateOptions,
  MeasureOptions,
  OpenWindowOptions,
  PassProgress,
  SamplingOptions,
} from './engine/options.js';
export type { ExtraKind, PassKind, Sample, SampleField } from './engine/sample.js';
export type { SharedObjectBytes } from './engine/shared-object.js';
export type { Warning, WarningCode } from './engine/warning.js';
export { BenchmemError, type ChildEnd, ChildError, type ErrorCode } from './errors.js';
export type { Scalar } from './runfile/dims.js';
export { type Run, type RunPlace, readRun, readRuns } from './runfile/run.js';
export type { RunBenchmark, RunFile } from './runfile/schema.js';
export { discoverRuns } from './runfile/storage.js';
export type { RunSample, RunSamples, RunTable, RunTableRow, SampleChoice } from './runfile/table.js';
export type { BenchContext, BenchOptions, CeilingOptions, ExtraInfo } from './runner/bench-options.js';
export { type Bench, bench, group } from './runner/registry.js';
export { type Metric, metrics, type StatName } from './stats/metrics.js';

/**
 * Hooks the allocator of this process, which the first measurement does by itself; idempotent. Native objects that
 * were loaded before and after are both covered. Throws ADDON_MISSING, UNSUPPORTED_RUNTIME.
 */
export function install(): void {
  installHooks(thisProcess().binding);
}

/**
 * Called in a worker, makes its JavaScript heap count in the windows of every thread from here on; idempotent. Workers
 * of a preloaded child are observed without it. Throws ADDON_MISSING, UNSUPPORTED_RUNTIME.
 */
export function observeThread(): void {
  thisProcess();
}

/** Takes the hooks out again; the next measurement puts them back. Throws WINDOW_OPEN. */
export function uninstall(): void {
  uninstallHooks(thisProcess().binding);
}

/**
 * One run's values of a metric (default: `time`, `min`); a benchmark that lacks it is left out. `run` is what `readRun`
 * answered or takes. Throws BAD_RUN_FILE, INVALID_OPTION for an unknown metric or statistic.
 */
export async function loadSamples(
  run: Run | string,
  choice: SampleChoice = {},
  place: RunPlace = {},
): Promise<RunSamples> {
  return samplesOf(typeof run === 'string' ? await readRun(run, place) : run, choice);
}

/** One row per run and id that has the metric, a column per dim. Throws as `loadSamples` does. */
export async function loadTable(
  runs: readonly (Run | string)[],
  choice: SampleChoice = {},
  place: RunPlace = {},
): Promise<RunTable> {
  const read: Run[] = [];
  for (const run of runs) read.push(typeof run === 'string' ? await readRun(run, place) : run);
  return tableOf(relabel(read), choice);
}

// Runs that were read one by one know nothing of each other: stems that clash get their parents here.
function relabel(runs: readonly Run[]): Run[] {
  if (new Set(runs.map(({ label }) => label)).size === runs.length) return [...runs];
  const labels = labelsOf(runs.map(({ path }) => path));
  return runs.map((run, index) => ({ ...run, label: labels[index] ?? run.label }));
}
