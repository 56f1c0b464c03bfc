// Whether the test that a body belongs to is over: its runner gave it up at its timeout while the body still waits.
// WHY: this is guessed from what runners hand over, because no runner is imported here.
import { isRecord } from '../shapes.js';
import type { BodyCall } from './body.js';

export interface TestLife {
  /** `asker` is the global object of whoever asks: jest has one per file, and takes an old one's properties away. */
  isOver(asker?: typeof globalThis): boolean;
  /** Calls `end` once the runner gives the test up, where the runner says it; the answer ends that. */
  onEnd(end: () => void): () => void;
}

type Signal = Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'>;

/** By the signal of vitest and node:test, mocha's runnable, or jest's running test. */
export function lifeOf({ self, args }: BodyCall): TestLife {
  const signal = signalIn(args[0]);
  // Aborted already: by an earlier try of the same test, and it will not say so again.
  if (signal !== undefined) return signal.aborted ? byLook(() => false) : bySignal(signal);
  const runnable = runnableOf(self);
  if (runnable !== undefined) return byLook(() => runnable.timedOut === true);
  const own = globalThis;
  const run = jestRun();
  if (run === undefined) return byLook(() => false);
  return byLook((asker) => asker !== own || jestRun() !== run);
}

function byLook(look: (asker: typeof globalThis) => boolean): TestLife {
  return { isOver: (asker = globalThis) => look(asker), onEnd: () => () => {} };
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
  /** Of the test that began last. */
  readonly currentTestName?: string;
  /** Since jest 30.5: what circus keeps of the test that asks. */
  readonly currentTestIdentity?: () =>
    | { readonly concurrent?: unknown; readonly invocations?: unknown }
    | undefined;
  /** Before: the name of a test that runs beside others. */
  readonly currentConcurrentTestName?: () => string | undefined;
}

// Names the test that runs, and its try; undefined for one that runs beside others, and outside jest.
function jestRun(): string | undefined {
  const { expect } = globalThis as { expect?: { getState?: () => JestState } };
  const { currentTestName, currentConcurrentTestName, currentTestIdentity } = expect?.getState?.() ?? {};
  if (typeof currentConcurrentTestName !== 'function') return undefined;
  if (typeof currentTestIdentity !== 'function') {
    return currentConcurrentTestName() === undefined ? currentTestName : undefined;
  }
  const { concurrent, invocations } = currentTestIdentity() ?? {};
  return concurrent === true ? undefined : `${currentTestName} ${invocations}`;
}
