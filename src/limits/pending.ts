// Assertions of asynchronous functions that nobody awaited yet: a test that ends before they do has forgotten an await.
import { BenchmemError } from '../errors.js';
import { processState } from './process-state.js';

/** One assertion that has not settled. */
export interface PendingAssertion {
  /** How the user wrote it: `toPeakBelow`. */
  readonly name: string;
  /** Its frames are those of the line that made the assertion. */
  readonly madeAt: { readonly stack?: string };
}

/** How many assertions of asynchronous functions have not settled. */
export function pendingAssertions(): number {
  return processState().pending.size;
}

/** `assertion` is pending until the promise settles. */
export function notePending<T>(assertion: PendingAssertion, promise: Promise<T>): Promise<T> {
  const { pending } = processState();
  pending.add(assertion);
  const settle = () => void pending.delete(assertion);
  promise.then(settle, settle);
  return promise;
}

/**
 * Forgets what is pending, and throws NOT_AWAITED where something was, with the frames of the first one. A plug-in calls it
 * after each test.
 */
export function failPending(): void {
  const { pending } = processState();
  const [first] = pending;
  if (first === undefined) return;
  const names = [...new Set([...pending].map(({ name }) => name))].join(', ');
  const count = pending.size;
  pending.clear();
  const error = new BenchmemError(
    'NOT_AWAITED',
    count === 1
      ? `the test ended before ${names} was done, because nothing awaits it`
      : `the test ended before ${count} memory assertions were done (${names}), because nothing awaits them`,
    `write: await expect(…).${first.name}(…), because an asynchronous function is measured while the test waits`,
  );
  throw atLineOf(error, first.madeAt);
}

/** The error with the frames of another place. */
export function atLineOf<E extends Error>(error: E, { stack = '' }: { readonly stack?: string }): E {
  const frames = stack.slice(stack.search(/^\s+at /m));
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${error.message}\n${frames}`,
    configurable: true,
    writable: true,
  });
  return error;
}
