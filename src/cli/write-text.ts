// Writes text for another program: a report's file, a CI job's summary.
import { appendFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotWrite } from '../errors.js';
import { makeFolder } from '../files/make-folder.js';

/** Writes, or with `append` adds to, a file; makes its folder. Throws CANNOT_WRITE. */
export async function writeText(
  path: string,
  text: string | Uint8Array,
  { append = false } = {},
): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await (append ? appendFile : writeFile)(path, text);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}
