// The files of a profiler folder. Throws rather than analyse without what was asked for.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import type { ProfileFile } from '../history/profiler.js';
import { compareCodePoints } from '../runfile/ids.js';
import { parseTolerantJson } from '../runfile/json.js';

/** Throws BAD_RUN_FILE for a folder or a file that cannot be read, and for a file that is not JSON. */
export async function readProfileFiles(folder: string, cwd: string): Promise<ProfileFile[]> {
  const names = await readdir(resolve(cwd, folder)).catch((cause: Error) => {
    throw unreadable(folder, cause, 'name the folder that holds the profiles as .json files');
  });
  const files: ProfileFile[] = [];
  for (const name of names.filter((each) => each.endsWith('.json')).sort(compareCodePoints)) {
    const path = join(folder, name);
    try {
      const text = await readFile(resolve(cwd, path), 'utf8');
      files.push({ path, document: parseTolerantJson(text) });
    } catch (cause) {
      throw unreadable(path, cause as Error, 'repair the file, or take it out of the folder');
    }
  }
  return files;
}

function unreadable(path: string, cause: Error, hint: string): BenchmemError {
  return new BenchmemError('BAD_RUN_FILE', `--profiler-folder: cannot read ${path}: ${cause.message}`, hint, {
    cause,
  });
}
