// A body that is called again and again in an open window, and the levels of memory at rest between the calls.
// INVARIANT: between two readings it keeps nothing on the heap: the levels stand in a typed array that was made before.
import { BenchmemError, typedNativeError } from '../../errors.js';
import type { NativeReading, WindowToken } from '../../native/contract.js';
import { isThenable } from '../../shapes.js';
import type { Host } from '../host.js';
import { unlessAborted } from '../window/aborted.js';

/** A body that never comes to rest is read after so many collections. */
const mostCollections = 6;

/** What its steps wait for: a promise of the body, or (undefined) a turn of the event loop. */
export type Steps<T> = Generator<PromiseLike<unknown> | undefined, T, void>;

export interface RepeatedBody {
  readonly action: () => unknown;
  /** Undefined: no limit. */
  readonly maxTimeMs?: number | undefined;
}

export class RepeatedCalls {
  readonly #host: Host;
  readonly #body: RepeatedBody;
  readonly #endsMs: number;
  readonly #levels = new Float64Array(4);

  constructor(host: Host, body: RepeatedBody) {
    this.#host = host;
    this.#body = body;
    this.#endsMs = host.now() + (body.maxTimeMs ?? Number.POSITIVE_INFINITY);
  }

  /** Live bytes of the window, committed memory of WebAssembly and resizable buffers among them. */
  get nativeBytes(): number {
    return this.#levels[0] as number;
  }

  /** Used bytes of the JavaScript heap; NaN if this runtime does not show it. */
  get jsBytes(): number {
    return this.#levels[1] as number;
  }

  /** Bytes of blocks from before the window that were freed so far. */
  get olderFreedBytes(): number {
    return this.#levels[2] as number;
  }

  /** Live bytes of V8's own blocks, less those from before the window that it freed. */
  get engineBytes(): number {
    return this.#levels[3] as number;
  }

  /** Errors of the body come as they are; ACTION_TIMEOUT. */
  *call(calls: number): Steps<void> {
    for (let call = 0; call < calls; call += 1) {
      const result = this.#body.action();
      if (isThenable(result)) yield result;
      if (this.#host.now() > this.#endsMs) throw timeOver(this.#body.maxTimeMs);
    }
  }

  /** Collects garbage until two readings are equal. */
  *rest(token: WindowToken): Steps<void> {
    let before = Number.NaN;
    for (let collections = 0; collections < mostCollections; collections += 1) {
      const { program, engine, sum, js } = this.#collect(token);
      this.#levels[0] = program.liveBytes + (sum.mappedOtherBytes ?? 0);
      this.#levels[1] = js === undefined ? Number.NaN : js.usedBytes;
      this.#levels[2] = program.olderFreedBytes;
      this.#levels[3] = engine.liveBytes - engine.olderFreedBytes;
      yield undefined;
      const level = this.nativeBytes + (this.jsBytes || 0);
      if (level === before) return;
      before = level;
    }
  }

  #collect(token: WindowToken): NativeReading {
    try {
      return this.#host.binding.collectAndRead(token);
    } catch (error) {
      throw typedNativeError(error);
    }
  }
}

/** Takes the steps, each as soon as what it waits for is there. ABORTED. */
export async function takeSteps<T>(host: Host, steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await unlessAborted(step.value ?? host.turn(), signal);
    }
  } finally {
    close(steps);
  }
}

/** Takes the steps at once, without a turn of the event loop. Throws INVALID_ACTION if the body answers a promise. */
export function takeStepsNow<T>(steps: Steps<T>): T {
  try {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (step.value !== undefined) throw notAtOnce();
    }
  } finally {
    close(steps);
  }
}

// So that what the steps have open is closed if something else ended them.
function close<T>(steps: Steps<T>): void {
  steps.return(undefined as T);
}

function notAtOnce(): BenchmemError {
  return new BenchmemError(
    'INVALID_ACTION',
    'the action answered a promise, and this check does not wait',
    'await findLeak(action) instead',
  );
}

function timeOver(maxTimeMs: number | undefined): BenchmemError {
  return new BenchmemError(
    'ACTION_TIMEOUT',
    `the leak check was not over after ${maxTimeMs} ms`,
    'raise maxTimeMs, or make it fewer calls a round: { calls: 10 }',
  );
}
