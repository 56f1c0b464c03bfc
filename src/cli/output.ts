// Where a document goes: to a file that is replaced as a whole, or with `-` to standard output, once. Then tables and
// messages go to standard error. Knows no format.
import { resolve } from 'node:path';
import { openWholeFile } from '../files/whole-file.js';
import type { Io } from './world.js';

/** The file name that means standard output. */
export const standardOutput = '-';

/** The Io for tables and messages of a command whose document goes to `path`. */
export function besideDocument<Whole extends Io>(io: Whole, path: string | undefined): Whole {
  return path === standardOutput ? { ...io, stdout: io.stderr } : io;
}

/** Writes a document whole. Throws CANNOT_WRITE. */
export async function writeDocument(path: string, content: string | Uint8Array, io: Io): Promise<void> {
  if (path === standardOutput) io.stdout.write(content);
  else await (await openWholeFile(resolve(io.cwd, path), path)).write(content);
}
