// The allocator's hooks in this process: in and out, with typed errors.
import { typedNativeError } from '../../errors.js';
import type { NativeBinding } from '../../native/contract.js';

/** Makes this process measurable; idempotent. Throws UNSUPPORTED_RUNTIME, OUT_OF_MEMORY. */
export function installHooks(binding: NativeBinding): void {
  typed(() => binding.install());
}

/** Takes the hooks out. Throws WINDOW_OPEN. */
export function uninstallHooks(binding: NativeBinding): void {
  typed(() => binding.uninstall());
}

function typed(step: () => void): void {
  try {
    step();
  } catch (error) {
    throw typedNativeError(error);
  }
}
