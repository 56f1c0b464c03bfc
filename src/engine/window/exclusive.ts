// One measurement at a time in a process: a second one would land in the first one's window, or between its passes.
import { BenchmemError } from '../../errors.js';

// WHY not a variable of this module: the CommonJS twin of the package has modules of its own in the same thread.
const key = Symbol.for('benchmem.measuring');
const thread = globalThis as { [key]?: boolean };

/** Runs `body` alone. Throws WINDOW_OPEN while another body runs. */
export async function exclusively<T>(body: () => Promise<T>): Promise<T> {
  const release = hold();
  try {
    return await body();
  } finally {
    release();
  }
}

/** Takes the process until the answer is called. Throws WINDOW_OPEN while somebody else has it. */
export function hold(): () => void {
  if (thread[key] === true) {
    throw new BenchmemError(
      'WINDOW_OPEN',
      'another measurement is running in this process',
      'await it before starting the next one; with { isolate: true } measurements may run side by side',
    );
  }
  thread[key] = true;
  return () => {
    thread[key] = false;
  };
}
