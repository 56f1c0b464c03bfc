// findLeak: whether a body leaks, how much a call of it leaks, and which native stacks hold that.
import { BenchmemError } from '../../errors.js';
import type { ThreadFilter } from '../../native/contract.js';
import type { TopAllocation } from '../../profile/reports/top-stacks.js';
import { type Host, thisProcess } from '../host.js';
import { checkLeakOptions } from '../options.js';
import { hold, turn } from '../window/exclusive.js';
import { ensureHooks } from '../window/hooks.js';
import { type KeptObjects, withoutObjects } from './leak-objects.js';
import type { LeakReport } from './leak-report.js';
import { type LeakTask, takeSeries } from './leak-rounds.js';
import { judgeLeak } from './leak-rule.js';
import { defaultCalls, extentOf, type LeakSeries } from './leak-series.js';
import { captureLeak, growthPerCall, withoutSites } from './leak-sites.js';
import { takeSteps, takeStepsNow } from './repeated-calls.js';

export type { KeptObjects, LeakReport };

export interface FindLeakNowOptions {
  /**
   * Calls of a round; the last eight rounds have four times as many. 30 unless given. With more of them, a JavaScript heap
   * that never comes to rest is asked again, in twelve more rounds.
   */
  readonly calls?: number | undefined;
  /** `all` unless given. */
  readonly threads?: ThreadFilter | undefined;
  /** Ends with ACTION_TIMEOUT if the rounds take longer. No limit unless given. */
  readonly maxTimeMs?: number | undefined;
}

export interface FindLeakOptions extends FindLeakNowOptions {
  /** Called with each native stack that leaks; false leaves its bytes out. They are per call. */
  readonly filter?: ((site: TopAllocation) => boolean) | undefined;
  /**
   * Called with each group of objects that each call leaves on the JavaScript heap, and what keeps them; false leaves their
   * bytes out. The action is called twelve times more for it, and a snapshot of the heap is taken.
   */
  readonly filterObjects?: ((objects: KeptObjects) => boolean) | undefined;
  /** Ends the check with ABORTED, also if a promise of the action never settles. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls the action in two rounds that nobody judges and in up to twelve more, and says whether memory grew in each of them,
 * evenly and in proportion to the calls. An action that does not leak is called 90 times in most cases, one that leaks
 * 1,140 times, and 150 times more for the stacks of a native leak. Waits for its turn. Errors of the action come as they
 * are; ABORTED, ACTION_TIMEOUT, INVALID_ACTION, INVALID_OPTION.
 */
export async function findLeak(
  action: () => unknown,
  options: FindLeakOptions = {},
  host: Host = thisProcess(),
): Promise<LeakReport> {
  checkLeakOptions(action, options);
  const task = taskOf(action, options);
  const { signal } = options;
  ensureHooks(host.binding);
  const release = await turn({}, host.binding);
  try {
    const whole = reportOf(await takeSteps(host, takeSeries(host, task), signal));
    const report = await withObjects(host, task, whole, options);
    return report.nativeBytes > 0 ? await withSites(host, task, report, options) : report;
  } finally {
    release();
  }
}

/**
 * The same at once, without a turn of the event loop, for an action that answers no promise; no stacks are named.
 * Throws WINDOW_OPEN if another measurement runs, INVALID_ACTION if the action answers a promise.
 */
export function findLeakNow(
  action: () => unknown,
  options: FindLeakNowOptions = {},
  host: Host = thisProcess(),
): LeakReport {
  checkLeakOptions(action, options);
  ensureHooks(host.binding);
  const release = hold({}, host.binding);
  try {
    return reportOf(takeStepsNow(takeSeries(host, taskOf(action, options))));
  } finally {
    release();
  }
}

function taskOf(action: () => unknown, options: FindLeakNowOptions): LeakTask {
  const { calls = defaultCalls, threads = 'all', maxTimeMs } = options;
  return { action, calls, threads, maxTimeMs };
}

function reportOf(series: LeakSeries): LeakReport {
  return { ...judgeLeak(series), ...extentOf(series) };
}

async function withObjects(
  host: Host,
  { action }: LeakTask,
  report: LeakReport,
  { filterObjects, signal }: FindLeakOptions,
): Promise<LeakReport> {
  if (filterObjects === undefined || (report.jsBytes ?? 0) === 0) return report;
  // WHY: on demand, because most checks need no snapshot.
  const { keepersInTurn } = await import('./keepers.js');
  const keepers = await keepersInTurn(host, action, signal);
  if ('refusal' in keepers) throw noObjects(keepers.refusal);
  return withoutObjects(report, keepers.found, filterObjects);
}

// A filter judges objects: without them there is no verdict.
function noObjects(reason: string): BenchmemError {
  return new BenchmemError(
    'NOT_AVAILABLE',
    `filterObjects has no objects to judge, because ${reason}`,
    'check the body with less on the heap, or leave filterObjects out',
  );
}

async function withSites(
  host: Host,
  task: LeakTask,
  report: LeakReport,
  { filter, signal }: FindLeakOptions,
): Promise<LeakReport> {
  // WHY: it is imported on demand, because names of frames need modules that no other measurement does.
  const { topOfWindows } = await import('../profile/top-allocations.js');
  try {
    const { few, many, moreCalls } = await takeSteps(host, captureLeak(host, task), signal);
    const all = { metric: 'leaked', most: Number.MAX_SAFE_INTEGER } as const;
    const [ofFew = [], ofMany = []] = topOfWindows([few, many], all);
    const sites = growthPerCall(ofFew, ofMany, moreCalls);
    return filter === undefined ? { ...report, sites } : withoutSites(report, sites, filter);
  } catch (error) {
    // A filter judges stacks: without them there is no verdict.
    if (filter !== undefined || !isRefusedProfile(error)) throw error;
    return { ...report, sitesRefused: error.message };
  }
}

function isRefusedProfile(error: unknown): error is BenchmemError {
  return (
    error instanceof BenchmemError &&
    (error.code.startsWith('PROFILE_') || error.code === 'UNSUPPORTED_RUNTIME')
  );
}
