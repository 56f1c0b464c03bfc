// A fresh folder for temporary files. Its owner removes it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmemError } from '../../../errors.js';

/** Makes a folder below `parent`, whose name begins with `prefix`. Throws CANNOT_WRITE. */
export function ownFolder(prefix: string, parent: string = tmpdir()): string {
  try {
    return mkdtempSync(join(parent, prefix));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BenchmemError(
      'CANNOT_WRITE',
      `no folder for temporary files can be made in ${parent}: ${reason}`,
      'let TMPDIR name a folder that exists and can be written',
      { cause },
    );
  }
}
