// Whether the test that a body belongs to is over: its runner gave it up at its timeout while the body still waits.
// WHY guessed from what runners hand over: no runner is imported here.
import { isRecord } from '../shapes.js';
import type { BodyCall } from './body.js';

export interface TestLife {
  isOver(): boolean;
  /** Calls `end` once the runner gives the test up, where the runner says it; the answer ends that. */
  onEnd(end: () => void): () => void;
}

type Signal = Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>;

/** By the signal of vitest and node:test, mocha's runnable, or the name of jest's running test. */
export function lifeOf({ self, args }: BodyCall): TestLife {
  const signal = signalIn(args[0]);
  if (signal !== undefined) return bySignal(signal);
  const runnable = runnableOf(self);
  if (runnable !== undefined) return { isOver: () => runnable.timedOut === true, onEnd: neverTold };
  const name = sequentialTestName();
  return {
    isOver: () => name !== undefined && sequentialTestName() !== name,
    onEnd: neverTold,
  };
}

function bySignal(signal: Signal): TestLife {
  return {
    isOver: () => signal.aborted,
    onEnd(end) {
      signal.addEventListener('abort', end, { once: true });
      return () => signal.removeEventListener('abort', end);
    },
  };
}

function neverTold(): () => void {
  return () => {};
}

function signalIn(context: unknown): Signal | undefined {
  if (context === null || (typeof context !== 'object' && typeof context !== 'function')) return undefined;
  const { signal } = context as { signal?: unknown };
  return isRecord(signal) && typeof signal.addEventListener === 'function'
    ? (signal as unknown as Signal)
    : undefined;
}

function runnableOf(self: unknown): { readonly timedOut?: boolean } | undefined {
  if (!isRecord(self) || typeof self.runnable !== 'function') return undefined;
  const runnable: unknown = self.runnable();
  return isRecord(runnable) ? runnable : undefined;
}

interface JestState {
  readonly currentTestName?: string;
  readonly currentConcurrentTestName?: () => string | undefined;
}

// Undefined where tests run side by side, and outside jest.
function sequentialTestName(): string | undefined {
  const { expect } = globalThis as { expect?: { getState?: () => JestState } };
  const { currentTestName, currentConcurrentTestName } = expect?.getState?.() ?? {};
  if (typeof currentConcurrentTestName !== 'function') return undefined;
  return currentConcurrentTestName() === undefined ? currentTestName : undefined;
}
