// findLeak: whether a body leaks, and how much a call of it leaks.
import type { ThreadFilter } from '../../native/contract.js';
import { type Host, thisProcess } from '../host.js';
import { checkLeakOptions } from '../options.js';
import { turn } from '../window/exclusive.js';
import { installHooks } from '../window/hooks.js';
import { LeakRounds } from './leak-rounds.js';
import { judgeLeak, type LeakVerdict } from './leak-rule.js';
import { callsUpTo, defaultCalls } from './leak-series.js';

export interface FindLeakOptions {
  /** Calls of a round; the last eight rounds have four times as many. 30 unless given. */
  readonly calls?: number | undefined;
  /** `all` unless given. */
  readonly threads?: ThreadFilter | undefined;
  /** Rejects with ACTION_TIMEOUT if the rounds take longer. No limit unless given. */
  readonly maxTimeMs?: number | undefined;
}

export interface LeakReport extends LeakVerdict {
  /** Rounds that were judged: the warm-up is not among them. */
  readonly rounds: number;
  /** Calls in all, those of the warm-up among them. A cache of more entries than that looks like a leak. */
  readonly calls: number;
}

/**
 * Calls the action in two rounds that nobody judges and in up to twelve more, and says whether memory grew in each of them,
 * evenly and in proportion to the calls. An action that does not leak is called 90 times in most cases, one that leaks
 * 1,140 times. Waits for its turn. Errors of the action come as they are; ACTION_TIMEOUT, INVALID_ACTION, INVALID_OPTION.
 */
export async function findLeak(
  action: () => unknown,
  options: FindLeakOptions = {},
  host: Host = thisProcess(),
): Promise<LeakReport> {
  checkLeakOptions(action, options);
  const { calls = defaultCalls, threads = 'all', maxTimeMs = Number.POSITIVE_INFINITY } = options;
  installHooks(host.binding);
  const release = await turn({}, host.binding);
  try {
    const series = await new LeakRounds(host, { action, calls, threads, maxTimeMs }).take();
    const rounds = series.native.length;
    return { ...judgeLeak(series), rounds, calls: callsUpTo(rounds, calls) };
  } finally {
    release();
  }
}
