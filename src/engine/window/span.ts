// The calls of one window: opens it, makes them, and moves it to draining when the last one is done.
// INVARIANT: a synchronous action is never awaited, and nothing of ours allocates between open and drain.
import { typedNativeError } from '../../errors.js';
import type { NativeBinding, NativeReading, WindowOptions, WindowToken } from '../../native/contract.js';
import { isThenable } from '../../shapes.js';
import { abortedError } from './aborted.js';

/** What is measured, as the engine calls it. */
export type Call = (...args: readonly unknown[]) => unknown;

export interface SpanTask {
  readonly action: Call;
  readonly args: readonly unknown[];
  readonly calls: number;
  readonly signal?: AbortSignal | undefined;
}

export class Span {
  readonly #binding: NativeBinding;
  readonly #task: SpanTask;
  readonly #completion: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  #token: WindowToken | undefined;
  #callsLeft: number;

  constructor(binding: NativeBinding, task: SpanTask) {
    this.#binding = binding;
    this.#task = task;
    this.#callsLeft = task.calls;
    this.#completion = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /**
   * Opens the window and calls. Answers undefined when every call was synchronous; else a promise of the last one.
   * Either way the window is draining afterwards; on a throw it is closed, and the error is the action's own.
   */
  run(options: WindowOptions): Promise<void> | undefined {
    this.#token = openWindow(this.#binding, options);
    if (this.#advance()) return undefined;
    const { signal } = this.#task;
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
    return this.#completion;
  }

  /** The last reading of the draining window, which is gone afterwards. */
  close(): NativeReading {
    const { token } = this;
    this.#token = undefined;
    return this.#binding.closeWindow(token);
  }

  /** Closes the window where it still is open. */
  discard(): void {
    if (this.#token === undefined) return;
    this.#callsLeft = 0;
    try {
      this.close();
    } catch {} // Its figures are void, and nobody wants them: what ended the window is the error.
  }

  /** Names the window, from `run` until it is closed. */
  get token(): WindowToken {
    if (this.#token === undefined) throw new TypeError('the span has no window');
    return this.#token;
  }

  // True when no call is left and the window is draining; false while a promise is awaited.
  #advance(): boolean {
    try {
      while (this.#callsLeft > 0) {
        this.#callsLeft -= 1;
        const pending = callOnce(this.#task.action, this.#task.args);
        if (pending !== undefined) {
          this.#wait(pending);
          return false;
        }
      }
    } catch (error) {
      this.discard();
      throw error;
    }
    try {
      this.#binding.drainWindow(this.token);
    } catch (error) {
      this.discard();
      throw typedNativeError(error);
    }
    return true;
  }

  // WHY: there are two steps, because the first drops the result, so that no frame and no promise of ours holds it while the next
  // call runs or the window drains. An `await` would keep it in the function's register file.
  #wait(pending: PromiseLike<unknown>): void {
    Promise.resolve(pending).then(dropResult).then(this.#next, this.#fail);
  }

  readonly #next = (): void => {
    if (this.#token === undefined) return; // Aborted meanwhile.
    try {
      if (!this.#advance()) return;
    } catch (error) {
      this.#finish(() => this.#reject(error));
      return;
    }
    this.#finish(this.#resolve);
  };

  readonly #fail = (error: unknown): void => {
    if (this.#token === undefined) return;
    this.discard();
    this.#finish(() => this.#reject(error));
  };

  readonly #abort = (): void => {
    if (this.#token === undefined || this.#task.signal === undefined) return;
    this.discard();
    this.#reject(abortedError(this.#task.signal));
  };

  #finish(settle: () => void): void {
    this.#task.signal?.removeEventListener('abort', this.#abort);
    settle();
  }
}

/** Opens a window; native errors come back typed: WINDOW_OPEN, NOT_INSTALLED, UNSUPPORTED_RUNTIME, OUT_OF_MEMORY. */
export function openWindow(binding: NativeBinding, options: WindowOptions): WindowToken {
  try {
    return binding.openWindow(options);
  } catch (error) {
    throw typedNativeError(error);
  }
}

/** Closes a window whose figures are not wanted; native errors come back typed: INVALID_REPORT, OUT_OF_MEMORY. */
export function closeWindow(binding: NativeBinding, token: WindowToken): void {
  try {
    binding.closeWindow(token);
  } catch (error) {
    throw typedNativeError(error);
  }
}

/** Closes a window while an error is being thrown. A second error is dropped, because the first one is the cause. */
export function discardWindow(binding: NativeBinding, token: WindowToken): void {
  try {
    binding.closeWindow(token);
  } catch {}
}

// WHY: this is a function of its own, because the result of a synchronous call then dies with this frame, before the next call.
function callOnce(action: Call, args: readonly unknown[]): PromiseLike<unknown> | undefined {
  const result = Reflect.apply(action, undefined, args);
  return isThenable(result) ? result : undefined;
}

function dropResult(): undefined {
  return undefined;
}
