// Assertions of asynchronous functions that nobody awaited yet: a test that ends before they do has forgotten an await.
import { BenchmemError } from '../errors.js';
import { type CallerFrames, pointing } from './caller-frames.js';
import { existingState, processState } from './process-state.js';

/** One assertion that has not settled. */
export interface PendingAssertion {
  /** `toPeakBelow`. */
  readonly name: string;
  /** As the user wrote the call. */
  readonly written: string;
  /** Its frames are those of the line that made the assertion. */
  readonly madeAt: CallerFrames;
}

/** How many assertions of asynchronous functions have not settled. */
export function pendingAssertions(): number {
  return existingState()?.pending.size ?? 0;
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
 * Forgets what is pending, and throws NOT_AWAITED if something was, with the frames of the first one. A plug-in calls it
 * after each test.
 */
export function failPending(): void {
  const pending = existingState()?.pending ?? new Set();
  const [first] = pending;
  if (first === undefined) return;
  const names = [...new Set([...pending].map(({ name }) => name))].join(', ');
  const count = pending.size;
  pending.clear();
  pointing(first.madeAt, () => {
    throw new BenchmemError(
      'NOT_AWAITED',
      count === 1
        ? `the test ended before ${names} was done, because nothing awaits it`
        : `the test ended before ${count} memory assertions were done (${names}), because nothing awaits them`,
      `write: await ${first.written}, because an asynchronous function is measured while the test waits`,
    );
  });
}
