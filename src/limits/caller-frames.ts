// Where in the user's code a limit was written: the frames that its error shows.
import { BenchmemError } from '../errors.js';

/** What `Error.captureStackTrace` filled. */
export interface CallerFrames {
  readonly stack?: string;
}

/** The frames below `entry`, the function of ours that the user called. */
export function framesBelow(entry: (...args: never[]) => unknown): CallerFrames {
  const frames: { stack?: string } = {};
  Error.captureStackTrace(frames, entry);
  return frames;
}

/** The error with those frames in place of its own. */
export function atFrames<E extends Error>(error: E, { stack = '' }: CallerFrames): E {
  const first = stack.search(/^\s+at /m);
  const frames = first === -1 ? '' : `\n${stack.slice(first)}`;
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${error.message}${frames}`,
    configurable: true,
    writable: true,
  });
  return error;
}

/** What `step` answers; an error of ours that it throws says its hint, which runners do not print, and has those frames. */
export function pointing<T>(madeAt: CallerFrames, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw error instanceof BenchmemError ? atFrames(withHint(error), madeAt) : error;
  }
}

function withHint({ code, message, hint }: BenchmemError): BenchmemError {
  return new BenchmemError(code, `${message}\n  hint: ${hint}`, hint);
}
