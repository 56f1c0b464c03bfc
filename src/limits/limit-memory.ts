// limitMemory: the body of a test with limits of the memory that it takes.
import { type Body, checkedBody } from './body.js';
import { framesBelow, pointing } from './caller-frames.js';
import { limitBody } from './limited-body.js';
import { type MemoryLimits, parseMemoryLimits, type Size } from './limits.js';
import { checkOptions, type LimitOptions, limitChecks } from './options.js';

/**
 * A body that fails with MEMORY_LIMIT if it passes a limit; a size alone is a limit of the peak. What is measured is the
 * body, without hooks and fixtures. An error that the body throws comes first. Throws INVALID_OPTION, INVALID_ACTION.
 *
 *     test('parses', limitMemory('24 MB', () => { parse(input); }));
 */
export function limitMemory<B extends Body>(limit: Size | MemoryLimits, body: B): B;
export function limitMemory<B extends Body>(limit: Size | MemoryLimits, options: LimitOptions, body: B): B;
export function limitMemory(
  limit: Size | MemoryLimits,
  ...rest: readonly [body: Body] | readonly [options: LimitOptions, body: Body]
): Body {
  const madeAt = framesBelow(limitMemory);
  const [given, last] = rest.length === 2 ? rest : [{}, rest[0]];
  const { body, limits, options } = pointing(madeAt, () => ({
    body: checkedBody(last, 'limitMemory', "test('parses', limitMemory('24 MB', () => { parse(input); }))"),
    limits: parseMemoryLimits(limit, 'limitMemory'),
    options: checkOptions<LimitOptions>(given, limitChecks, 'limitMemory'),
  }));
  const { threads = 'all', done = false, profile = false } = options;
  const profiled = profile || limits.per_stack_bytes !== undefined;
  return limitBody(body, done, { memory: [{ limits, threads, profiled, madeAt }] });
}
