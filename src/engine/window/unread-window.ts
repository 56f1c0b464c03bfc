// A window that nobody reads, around code that is not measured: where a later window sees a block of it freed, it is known how many
// bytes were asked for, and by whom.
import type { NativeBinding, ThreadFilter, WindowToken } from '../../native/contract.js';
import { hold } from './exclusive.js';
import { discardWindow, openWindow } from './span.js';

/**
 * Runs `body` in such a window; a measurement inside ends it, if it is made by this thread with this addon. Throws what
 * `openWindow` does, and what `body` does.
 */
export async function inUnreadWindow<T>(
  binding: NativeBinding,
  threads: ThreadFilter,
  body: () => Promise<T>,
): Promise<T> {
  let token: WindowToken | undefined;
  const end = () => {
    if (token !== undefined) discardWindow(binding, token);
    token = undefined;
  };
  const release = hold({ yields: end }, binding);
  try {
    token = openWindow(binding, { threads, assumesResident: true });
    return await body();
  } finally {
    end();
    release();
  }
}
