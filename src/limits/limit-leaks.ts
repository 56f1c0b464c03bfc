// limitLeaks: the body of a test, called many times, with a limit of what each call leaves behind.
import { defined } from '../shapes.js';
import { type Body, checkedBody } from './body.js';
import { framesBelow, pointing } from './caller-frames.js';
import { limitBody } from './limited-body.js';
import { type LeakLimits, parseLeakLimits, type Size } from './limits.js';
import { checkOptions, type LeakOptions, leakChecks } from './options.js';

/**
 * A body that fails with MEMORY_LIMIT if every round of calls leaves more behind than the limit, per call; 0: where it
 * leaks at all. The body is called at least 91 times, and 1,141 times where it seems to leak, so it must be one that can be
 * called again. Its first call's error is the test's own. Throws INVALID_OPTION, INVALID_ACTION.
 *
 *     test('closes what it opens', limitLeaks('0 B', () => { open().close(); }));
 */
export function limitLeaks<B extends Body>(limit: Size | LeakLimits, body: B): B;
export function limitLeaks<B extends Body>(limit: Size | LeakLimits, options: LeakOptions, body: B): B;
export function limitLeaks(
  limit: Size | LeakLimits,
  ...rest: readonly [body: Body] | readonly [options: LeakOptions, body: Body]
): Body {
  const madeAt = framesBelow(limitLeaks);
  const [given, last] = rest.length === 2 ? rest : [{}, rest[0]];
  const { body, limits, options } = pointing(madeAt, () => ({
    body: checkedBody(last, 'limitLeaks', "test('closes', limitLeaks('0 B', () => { open().close(); }))"),
    limits: parseLeakLimits(limit, 'limitLeaks'),
    options: checkOptions<LeakOptions>(given, leakChecks, 'limitLeaks'),
  }));
  const { threads = 'all', done = false, calls, maxTimeMs, filter, filterObjects } = options;
  return limitBody(body, done, {
    leaks: [{ limits, threads, madeAt, ...defined({ calls, maxTimeMs, filter, filterObjects }) }],
  });
}
