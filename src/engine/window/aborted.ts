// How an AbortSignal ends a measurement.
import { BenchmemError } from '../../errors.js';

/** ABORTED, with the signal's reason as its cause. */
export function abortedError(signal: AbortSignal): BenchmemError {
  return new BenchmemError(
    'ABORTED',
    'the measurement was aborted',
    'its signal was aborted: see the cause',
    {
      cause: signal.reason,
    },
  );
}

/** Throws ABORTED where the signal already is. */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedError(signal);
}
