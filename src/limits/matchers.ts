// Matchers for `expect.extend`, of jest, vitest and what else takes theirs. Must import no runner.
// INVARIANT: a function that answers no promise is judged before the matcher returns, so that it fails without an await.
import {
  type FindLeakNowOptions,
  findLeak,
  findLeakNow,
  type LeakReport,
} from '../engine/leaks/find-leak.js';
import { isThenable } from '../shapes.js';
import { type Body, checkedBody } from './body.js';
import { type CallerFrames, framesBelow, pointing } from './caller-frames.js';
import { judgeLeakReport, judgeSample } from './judge.js';
import { type ParsedLimits, parseLeakLimits, parseMemoryLimits, type Size } from './limits.js';
import { type MeasuredFunction, measureFunction } from './measured-function.js';
import { keptMessage, leakMessage, type Message, memoryMessage } from './messages.js';
import { refuseInsideBody } from './open-bodies.js';
import { type AssertOptions, checkOptions, leakMatcherChecks, matcherChecks } from './options.js';
import { tellOutcome } from './outcomes.js';
import { notePending } from './pending.js';

/** What a matcher answers. */
export interface MatcherAnswer {
  readonly pass: boolean;
  message(): string;
}

/** What runners pass as `this`, as far as it is used. */
interface MatcherContext {
  readonly isNot?: boolean;
}

type Answer = MatcherAnswer | Promise<MatcherAnswer>;
type MatcherOptions = Omit<AssertOptions, 'profile'>;
type Matcher<Options> = (this: MatcherContext, received: unknown, limit: Size, options?: Options) => Answer;

function memoryMatcher(name: string, limited: 'peak' | 'allocated' | 'retained'): Matcher<MatcherOptions> {
  return function matcher(this: MatcherContext, received, limit, options = {}) {
    const madeAt = framesBelow(matcher);
    const { action, limits } = pointing(madeAt, () => {
      refuseInsideBody();
      checkOptions(options, matcherChecks, name);
      return {
        action: checkedBody(received, name, `expect(() => parse(input)).${name}('24 MB')`),
        limits: parseMemoryLimits({ [limited]: limit }, name),
      };
    });
    const isNot = this?.isNot === true;
    const measured = measureFunction({ action, limits, options, madeAt });
    const judge = (found: MeasuredFunction) => judgeMeasured(name, found, { limits, isNot });
    return isThenable(measured) ? pending(name, madeAt, measured.then(judge)) : judge(measured);
  };
}

interface Asked {
  readonly limits: ParsedLimits;
  readonly isNot: boolean;
}

function judgeMeasured(name: string, measured: MeasuredFunction, { limits, isNot }: Asked): MatcherAnswer {
  const { best, sample, settleMs } = measured;
  const breaches = judgeSample(limits, sample);
  tellOutcome({ kind: 'limit', tier: best.tier, sample, limits, breaches: isNot ? [] : breaches, settleMs });
  const facts = { sample, objects: best.objects };
  return answer(name, breaches.length === 0, () =>
    isNot ? keptMessage(limits, sample) : memoryMessage(breaches, facts),
  );
}

function leakMatcher(name: string): Matcher<FindLeakNowOptions> {
  return function matcher(this: MatcherContext, received, limit, options = {}) {
    const madeAt = framesBelow(matcher);
    const { action, limits } = pointing(madeAt, () => {
      refuseInsideBody();
      checkOptions(options, leakMatcherChecks, name);
      return {
        action: checkedBody(received, name, `expect(() => parse(input)).${name}('24 MB')`),
        limits: parseLeakLimits(limit, name),
      };
    });
    const asked = { limits, isNot: this?.isNot === true };
    const first = action();
    if (!isThenable(first)) return judgeLeaks(name, findLeakNow(action, options), asked);
    return pending(name, madeAt, leakLater(name, { action, first, options }, asked));
  };
}

interface LeakTask {
  readonly action: Body;
  readonly first: PromiseLike<unknown>;
  readonly options: FindLeakNowOptions;
}

async function leakLater(name: string, { action, first, options }: LeakTask, asked: Asked) {
  await first;
  return judgeLeaks(name, await findLeak(action, options), asked);
}

function judgeLeaks(name: string, leak: LeakReport, { limits, isNot }: Asked): MatcherAnswer {
  const breaches = judgeLeakReport(limits, leak);
  tellOutcome({ kind: 'leak', tier: 'full', limits, breaches: isNot ? [] : breaches, leak, settleMs: 0 });
  return answer(name, breaches.length === 0, () =>
    isNot ? keptMessage(limits, { leak_per_call_bytes: leak.perCallBytes }) : leakMessage(breaches, leak),
  );
}

function pending(
  name: string,
  madeAt: CallerFrames,
  promise: Promise<MatcherAnswer>,
): Promise<MatcherAnswer> {
  return notePending({ name, written: `expect(…).${name}(…)`, madeAt }, promise);
}

function answer(name: string, pass: boolean, make: () => Message): MatcherAnswer {
  return {
    pass,
    message() {
      const { text, hint } = make();
      return `${name}: ${text}\n  hint: ${hint}`;
    },
  };
}

/** For `expect.extend(memoryMatchers)`. More than the limit fails. */
export const memoryMatchers = {
  toPeakBelow: memoryMatcher('toPeakBelow', 'peak'),
  toAllocateLessThan: memoryMatcher('toAllocateLessThan', 'allocated'),
  toRetainLessThan: memoryMatcher('toRetainLessThan', 'retained'),
  toLeakBelow: leakMatcher('toLeakBelow'),
};
