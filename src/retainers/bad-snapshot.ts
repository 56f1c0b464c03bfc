import { BenchmemError } from '../errors.js';

/** What is wrong with a heap snapshot, as a sentence that goes on after "cannot be read:". */
export function badSnapshot(why: string, cause?: unknown): BenchmemError {
  return new BenchmemError(
    'BAD_SNAPSHOT',
    `the snapshot of the heap cannot be read: ${why}`,
    'measure without --retainers, and report this with the version of Node.js',
    { cause },
  );
}
