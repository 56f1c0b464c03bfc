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

/** By the signal of vitest and node:test, mocha's runnable, or jest's running test. */
export function lifeOf({ self, args }: BodyCall): TestLife {
  const signal = signalIn(args[0]);
  if (signal !== undefined) return bySignal(signal);
  const runnable = runnableOf(self);
  if (runnable !== undefined) return byLook(() => runnable.timedOut === true);
  const test = jestState()?.currentTestIdentity?.();
  if (test !== undefined) return byLook(() => test.status === 'done');
  const name = sequentialTestName();
  return byLook(() => name !== undefined && sequentialTestName() !== name);
}

function byLook(isOver: () => boolean): TestLife {
  return { isOver, onEnd: () => () => {} };
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
  /** Since jest 30.5: what circus keeps of the test, `done` once it is over. */
  readonly currentTestIdentity?: () => { readonly status?: unknown } | undefined;
  /** Before: of a test that runs beside others. */
  readonly currentConcurrentTestName?: () => string | undefined;
}

function jestState(): JestState | undefined {
  const { expect } = globalThis as { expect?: { getState?: () => JestState } };
  return expect?.getState?.();
}

// Undefined where tests run side by side, and outside jest.
function sequentialTestName(): string | undefined {
  const { currentTestName, currentConcurrentTestName } = jestState() ?? {};
  if (typeof currentConcurrentTestName !== 'function') return undefined;
  return currentConcurrentTestName() === undefined ? currentTestName : undefined;
}
