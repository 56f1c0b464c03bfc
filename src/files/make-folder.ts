// A folder with all its parents. WHY: mkdir's own `recursive` is not used, because it tries without end if a parent exists and
// the system says that it does not, as /proc does.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes the folder at an absolute path, and what lacks above it. Throws the system's error. */
export async function makeFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found !== undefined) {
    if (found.isDirectory()) return;
    throw new Error(`${path} is not a folder`);
  }
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    // Another process has made it meanwhile.
    if (error.code !== 'EEXIST') throw error;
  });
}
