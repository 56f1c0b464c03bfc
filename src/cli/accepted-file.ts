// The file of accepted steps beside the runs, as text. Reads it; what it means is said elsewhere.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { acceptedName } from '../history/accepted.js';

/** Undefined where there is none. Throws BAD_CONFIG for one that cannot be read. */
export async function readAcceptedFile(storage: string, cwd: string): Promise<string | undefined> {
  const path = join(storage, acceptedName);
  return readFile(resolve(cwd, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new BenchmemError('BAD_CONFIG', `cannot read ${path}: ${error.message}`, 'check the file', {
      cause: error,
    });
  });
}
