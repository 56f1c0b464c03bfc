// assertMemory: limits of a function's memory, for test runners and assertion libraries without matchers.
import type { MemoryResult } from '../engine/result/memory-result.js';
import { defined } from '../shapes.js';
import { type Body, checkedBody } from './body.js';
import { type CallerFrames, framesBelow, pointing } from './caller-frames.js';
import { type MemoryLimits, type ParsedLimits, parseMemoryLimits, type Size } from './limits.js';
import { measureFunction } from './measured-function.js';
import { limitError } from './memory-limit-error.js';
import { refuseInsideBody } from './open-bodies.js';
import { type AssertOptions, assertChecks, checkOptions } from './options.js';
import { tellOutcome } from './outcomes.js';
import { notePending } from './pending.js';
import { judgeReading } from './sites.js';

/**
 * Calls the action, which may answer a promise, once beforehand and then measured; answers what was measured. Rejects with
 * MEMORY_LIMIT if a limit is passed in every pass, and with what the action throws. Throws INVALID_OPTION, INVALID_ACTION.
 */
export function assertMemory(
  action: () => unknown,
  limit: Size | MemoryLimits,
  options: AssertOptions = {},
): Promise<MemoryResult> {
  const madeAt = framesBelow(assertMemory);
  const limits = pointing(madeAt, () => {
    refuseInsideBody();
    checkedBody(action, 'assertMemory', "await assertMemory(() => parse(input), '24 MB')");
    checkOptions(options, assertChecks, 'assertMemory');
    return parseMemoryLimits(limit, 'assertMemory');
  });
  const asserted = assertLimits(action, limits, options, madeAt);
  return notePending({ name: 'assertMemory', written: 'assertMemory(…)', madeAt }, asserted);
}

async function assertLimits(
  action: Body,
  limits: ParsedLimits,
  options: AssertOptions,
  madeAt: CallerFrames,
): Promise<MemoryResult> {
  const { best, result, sample, settleMs } = await measureFunction({ action, limits, options, madeAt });
  const { profile } = best;
  const { breaches, named } = await judgeReading(limits, { sample, ...defined({ profile }) }, (judge) =>
    pointing(madeAt, judge),
  );
  const sites = defined({ sites: named });
  tellOutcome({ kind: 'limit', tier: best.tier, sample, limits, breaches, settleMs, ...sites });
  if (breaches.length > 0) throw limitError({ breaches, sample, objects: best.objects, madeAt, ...sites });
  return result;
}
