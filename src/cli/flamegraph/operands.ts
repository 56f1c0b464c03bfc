// Which of the operands is what: one folder or profile and a benchmark, or two and a benchmark.
import { open, readdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { profileEnding } from '../../profile/file-name.js';

export interface Operands {
  /** A folder of profiles, or one profile; of two the base. */
  readonly path: string;
  readonly head: string | undefined;
  readonly id: string | undefined;
}

/** The second of two is the head where it is a profile, or a folder that holds one; else a benchmark. */
export async function operandsOf(words: readonly string[], cwd: string): Promise<Operands> {
  const [path = '', second, third] = words;
  if (second === undefined) return { path, head: undefined, id: undefined };
  if (third !== undefined) return { path, head: second, id: third };
  return (await holdsProfile(resolve(cwd, second)))
    ? { path, head: second, id: undefined }
    : { path, head: undefined, id: second };
}

// WHY: it looks inside, because ids begin with the path of a bench file, so that a folder or a file of that name is there.
async function holdsProfile(path: string): Promise<boolean> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return (await readdir(path)).some((name) => name.endsWith(profileEnding));
    return stats.isFile() && (path.endsWith('.pb') || (await isCompressed(path)));
  } catch {
    // What cannot be looked at is named where it is read.
    return false;
  }
}

async function isCompressed(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const start = Buffer.alloc(2);
    await file.read(start, 0, 2, 0);
    return start.readUInt16BE() === 0x1f8b;
  } finally {
    await file.close();
  }
}
