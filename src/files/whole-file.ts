// A file that is replaced as a whole: written to a sibling, then renamed over the target.
// Never writes through to a device or a pipe, and leaves no sibling behind.
import { fsync } from 'node:fs';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { cannotWrite } from '../errors.js';
import { makeFolder } from './make-folder.js';

const flush = promisify(fsync);

/** A file that is replaced as a whole. */
export interface WholeFile {
  readonly path: string;
  write(content: string | Uint8Array): Promise<void>;
}

/**
 * Makes the folder, and finds out before anything is measured whether `path` can be written; an existing file is
 * left as it is until the first `write`. `name` is what errors call it. Throws CANNOT_WRITE.
 */
export async function openWholeFile(path: string, name: string = path): Promise<WholeFile> {
  const target = await attempt(name, () => resolveTarget(path));
  await attempt(name, () => writeSibling(target, ''));
  return {
    path,
    write: (content) =>
      attempt(name, async () => {
        const sibling = await writeSibling(target, content, { keep: true });
        await rename(sibling, target).catch(async (error: unknown) => {
          await rm(sibling, { force: true });
          throw error;
        });
      }),
  };
}

// A link is followed, so that the file behind it is replaced and the link stays.
async function resolveTarget(path: string): Promise<string> {
  const absolute = resolve(path);
  const existing = await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (existing === undefined) {
    await makeFolder(dirname(absolute));
    return absolute;
  }
  if (!existing.isFile()) throw new Error('it is not a regular file');
  return realpath(absolute);
}

async function writeSibling(
  target: string,
  content: string | Uint8Array,
  { keep = false } = {},
): Promise<string> {
  const sibling = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const file = await open(sibling, 'w');
    try {
      await file.writeFile(content, 'utf8');
      // WHY: file.sync() is not used, because the files of yarn's Plug'n'Play do not implement it.
      await flush(file.fd);
    } finally {
      await file.close();
    }
    if (!keep) await rm(sibling);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
  return sibling;
}

async function attempt<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw cannotWrite(name, cause);
  }
}
