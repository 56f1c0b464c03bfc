// Writes text for another program: a report's file, a CI job's summary.
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchmemError } from '../errors.js';

/** Writes, or with `append` adds to, a file; makes its folder. Throws CANNOT_WRITE. */
export async function writeText(path: string, text: string, { append = false } = {}): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await (append ? appendFile : writeFile)(path, text);
  } catch (cause) {
    throw new BenchmemError(
      'CANNOT_WRITE',
      `cannot write ${path}: ${(cause as Error).message}`,
      'name a file in a folder that can be written',
      { cause },
    );
  }
}
