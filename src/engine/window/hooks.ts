// The allocator's hooks in this process: in and out, with typed errors.
import { typedNativeError } from '../../errors.js';
import type { NativeBinding } from '../../native/contract.js';

// WHY: it stands on the addon's exports, because all twins then know, whichever takes the hooks out.
const key = Symbol.for('benchmem.hooked');
type Hooked = NativeBinding & { [key]?: boolean };

/** Makes this process measurable; idempotent; `room` as in the contract. Throws UNSUPPORTED_RUNTIME, OUT_OF_MEMORY. */
export function installHooks(binding: NativeBinding, room?: Uint8Array): void {
  typed(() => binding.install(room));
  (binding as Hooked)[key] = true;
}

/** The same, at once if it was done before. PERF: `install` looks at every loaded object, which takes milliseconds. */
export function ensureHooks(binding: NativeBinding): void {
  if ((binding as Hooked)[key] !== true) installHooks(binding);
}

/** Takes the hooks out. Throws WINDOW_OPEN. */
export function uninstallHooks(binding: NativeBinding): void {
  typed(() => binding.uninstall());
  (binding as Hooked)[key] = false;
}

function typed(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw typedNativeError(error);
  }
}
