// How long a promise of the action or its setup may take before it is given up.
import { clearTimeout, setTimeout } from 'node:timers';
import { BenchmemError } from '../../errors.js';

/** ACTION_TIMEOUT. */
export function actionTimeout(timeoutMs: number): BenchmemError {
  return new BenchmemError(
    'ACTION_TIMEOUT',
    `the promise of the action or its setup had not settled after ${timeoutMs / 1000} s`,
    'does it wait for something that never comes? raise timeoutMs (--timeout) if it needs longer',
  );
}

/** What ends one round: the caller's own signal, and the limit. */
export interface TimeLimit {
  readonly signal: AbortSignal | undefined;
  end(): void;
}

/** From here until `end`; without a limit the signal is the caller's own. Made before a window opens. */
export function startTimeLimit(timeoutMs: number | undefined, own: AbortSignal | undefined): TimeLimit {
  if (timeoutMs === undefined) return { signal: own, end: () => {} };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(actionTimeout(timeoutMs)), timeoutMs);
  const follow = () => controller.abort(own?.reason);
  own?.addEventListener('abort', follow, { once: true });
  if (own?.aborted === true) follow();
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      own?.removeEventListener('abort', follow);
    },
  };
}
