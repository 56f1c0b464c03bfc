// One measurement at a time in a process: a second one would land in the first one's window, or between its passes.
import { BenchmemError } from '../../errors.js';

let held = false;

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
  if (held) {
    throw new BenchmemError(
      'WINDOW_OPEN',
      'another measurement is running in this process',
      'await it before starting the next one; with { isolate: true } measurements may run side by side',
    );
  }
  held = true;
  return () => {
    held = false;
  };
}
