// How an AbortSignal ends a measurement.
import { BenchmemError } from '../../errors.js';

/** ABORTED, with the signal's reason as its cause; where the time was up, ACTION_TIMEOUT. */
export function abortedError(signal: AbortSignal): BenchmemError {
  const { reason } = signal;
  if (reason instanceof BenchmemError && reason.code === 'ACTION_TIMEOUT') return reason;
  return new BenchmemError(
    'ABORTED',
    'the measurement was aborted',
    'its signal was aborted: see the cause',
    {
      cause: reason,
    },
  );
}

/**
 * What `pending` settles to; throws ABORTED as soon as the signal is aborted. What was awaited then goes on by itself, and
 * nobody hears of its end.
 */
export async function unlessAborted<T>(pending: T, signal: AbortSignal | undefined): Promise<Awaited<T>> {
  if (signal === undefined) return await pending;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(abortedError(signal));
  });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([aborted, pending]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Throws ABORTED where the signal already is. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal);
}
