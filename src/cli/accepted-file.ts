// The file of accepted steps beside the runs. WHY: it is a file even beside a database, because what is accepted is reviewed like
// code.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { type Accepted, acceptedName, parseAccepted } from '../history/accepted.js';
import { folderBeside } from './storage.js';

/** As messages name it. */
export function acceptedPath(storage: string): string {
  return join(folderBeside(storage), acceptedName);
}

/** What was accepted; [] where there is no file. Throws BAD_CONFIG for one that cannot be read. */
export async function readAccepted(storage: string, cwd: string): Promise<readonly Accepted[]> {
  const path = acceptedPath(storage);
  const text = await readFile(resolve(cwd, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new BenchmemError('BAD_CONFIG', `cannot read ${path}: ${error.message}`, 'check the file', {
      cause: error,
    });
  });
  return text === undefined ? [] : parseAccepted(text, path);
}
