// Says where a run that was measured is saved.
import { BenchmemError } from '../errors.js';
import type { Reservation } from '../runfile/numbering.js';
import { printable } from '../text/escapes.js';
import { renderError } from './text/render-error.js';
import type { Io } from './world.js';

/** False if it could not be saved, which is said, too: then its file stays. */
export async function tellSaved(
  { path, send }: Pick<Reservation, 'path' | 'send'>,
  { stderr }: Pick<Io, 'stderr'>,
): Promise<boolean> {
  try {
    stderr.write(`saved ${printable(send === undefined ? path : await send())}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof BenchmemError) || error.code !== 'NOT_SAVED') throw error;
    stderr.write(renderError(error, stderr));
    return false;
  }
}
