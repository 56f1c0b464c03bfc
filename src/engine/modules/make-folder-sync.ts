// As src/files/make-folder.ts, for what must not wait. WHY: mkdir's own `recursive` is not used, because it tries without end if
// a parent exists and the system says that it does not, as /proc does.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes the folder at an absolute path, and what lacks above it. Throws the system's error. */
export function makeFolderSync(path: string, mode = 0o777): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory()) return;
  if (found !== undefined) throw new Error(`${path} is not a folder`);
  const parent = dirname(path);
  if (parent !== path) makeFolderSync(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process has made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
