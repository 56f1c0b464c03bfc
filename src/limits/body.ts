// The body of a test as runners hand it over: what it may be, how it is called, and a function that passes for it.
import { BenchmemError } from '../errors.js';
import { isRecord, isThenable } from '../shapes.js';

// biome-ignore lint/suspicious/noExplicitAny: whatever a runner passes to the body of a test.
export type Body = (...args: any[]) => unknown;

/** How a runner called: with what `this`, and which arguments. */
export interface BodyCall {
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** The body itself. Throws INVALID_ACTION for what is no body, or one that runners call in a way of their own. */
export function checkedBody(body: unknown, origin: string, example: string): Body {
  if (typeof body !== 'function') {
    throw new BenchmemError(
      'INVALID_ACTION',
      `${origin}: what is measured must be a function, and it is ${body === null ? 'null' : typeof body}`,
      `write ${example}`,
    );
  }
  const kind = Object.prototype.toString.call(body);
  if (kind !== '[object GeneratorFunction]' && kind !== '[object AsyncGeneratorFunction]')
    return body as Body;
  throw new BenchmemError(
    'INVALID_ACTION',
    `${origin}: the function is a generator, which does nothing when it is called`,
    'write it as an async function, with await in place of yield',
  );
}

/** Calls the body; a promise for one that takes `done`. */
export function callBody(body: Body, { self, args }: BodyCall, takesDone: boolean): unknown {
  return takesDone ? callWithDone(body, { self, args }) : Reflect.apply(body, self, args);
}

/** Throws INVALID_ACTION for a body that waits for a callback which its runner cannot see. */
export function refuseHiddenCallback(body: Body, { args }: BodyCall): void {
  if (args.length >= leastArguments(body, args)) return;
  throw new BenchmemError(
    'INVALID_ACTION',
    'the body takes a callback, which no runner passes to it, because a body with limits shows no parameters',
    'write { done: true } between the limit and the body',
  );
}

// WHY: the number of its parameters alone is not enough, because rows of test.each may be shorter than those, and vitest has no
// callbacks.
function leastArguments(body: Body, args: readonly unknown[]): number {
  if (args.length === 0) return Math.min(1, body.length);
  return isNodeTest(args[0]) && body.length === 2 ? 2 : 0;
}

function isNodeTest(context: unknown): boolean {
  return isRecord(context) && context.constructor?.name === 'TestContext' && 'diagnostic' in context;
}

// The callback comes last: node:test passes its context before it, and test.each its row.
function callWithDone(body: Body, { self, args }: BodyCall): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown) => (error ? reject(error) : resolve());
    const answer = Reflect.apply(body, self, [...args, Object.assign(done, { fail: reject })]);
    if (!isThenable(answer)) return;
    reject(
      new BenchmemError(
        'INVALID_ACTION',
        'the body takes a callback and answers a promise, so that nobody knows when it is done',
        'leave out { done: true } and the callback, or make the function no async one',
      ),
    );
  });
}

/** `wrapper` with the name and the source of the body, by which vitest finds out which fixtures it takes. */
export function passFor(body: Body, wrapper: Body): Body {
  Object.defineProperty(wrapper, 'name', { value: body.name, configurable: true });
  Object.defineProperty(wrapper, 'toString', {
    value: () => sourceOf(body),
    configurable: true,
    enumerable: false,
  });
  return wrapper;
}

function sourceOf(body: Body): string {
  return Object.hasOwn(body, 'toString') ? String(body) : Function.prototype.toString.call(body);
}
