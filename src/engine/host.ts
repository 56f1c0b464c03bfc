// What the engine needs from the world: native code, a clock and the event loop. Passed in, so that tests fake it.
// Must hold no policy.
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import type { NativeBinding } from '../native/contract.js';
import { loadBinding } from '../native/load.js';

export interface Host {
  readonly binding: NativeBinding;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Resolves on a later turn of the event loop, after pending finalizers had theirs. */
  turn(): Promise<void>;
}

// WHY: these are the imported functions, because test frameworks replace the global timers by fakes that never fire.
const now = performance.now.bind(performance);
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

let host: Host | undefined;

/** This process, with the addon loaded on first use: that file, or the one that is found. Throws ADDON_MISSING, PRELOAD_VERSION, UNSUPPORTED_RUNTIME. */
export function thisProcess(addon?: string): Host {
  host ??= { binding: loadBinding(addon), now, turn };
  return host;
}
