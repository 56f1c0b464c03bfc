// Which cells of a sweep are finished: by what was measured, not by a file's name alone.
// One hidden file beside the run files; a run file that is incomplete or says failures is not finished.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openWholeFile } from '../../files/whole-file.js';
import { readRunFile } from '../../runfile/read.js';

/** What a cell depends on; another value is another measurement. */
export interface CellInput {
  readonly spec: string;
  readonly node: string;
  readonly allocator: string | undefined;
  readonly pins: readonly string[];
  readonly asOf: string | undefined;
  readonly runFlags: readonly string[];
  readonly suite: string;
  /** Digest of the suite's files. */
  readonly digest: string;
}

export interface SweepState {
  isFinished(label: string, input: CellInput): Promise<boolean>;
  finish(label: string, input: CellInput): Promise<void>;
}

/** Makes the folder; `name` is what errors call it. Throws CANNOT_WRITE before anything is measured. */
export async function openSweepState(folder: string, name: string): Promise<SweepState> {
  const path = join(folder, '.sweep-state');
  const file = await openWholeFile(path, name);
  const known = await readState(path);
  return {
    isFinished: async (label, input) =>
      known.get(label) === keyOf(input) && (await isComplete(join(folder, `${label}.json`))),
    finish: async (label, input) => {
      known.set(label, keyOf(input));
      await file.write(`${JSON.stringify(Object.fromEntries(known), null, 2)}\n`);
    },
  };
}

/** A digest of a file, or of a folder's files without node_modules and .git. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const isFolder = (await stat(path)).isDirectory();
  const files = isFolder ? await readdir(path, { recursive: true, withFileTypes: true }) : [];
  const paths = files
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/(?:^|\/)(?:node_modules|\.git|\.benchmarks)\//.test(file.slice(path.length)))
    .sort();
  for (const file of isFolder ? paths : [path]) {
    hash.update(`${file.slice(path.length)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex');
}

function keyOf(input: CellInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

// A state that cannot be read finishes nothing: the worst is that a cell is measured again.
async function readState(path: string): Promise<Map<string, string>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, string>));
  } catch {
    return new Map();
  }
}

async function isComplete(path: string): Promise<boolean> {
  const file = await readRunFile(path).catch(() => undefined);
  return file?.benchmem?.complete === true && (file.benchmem.failures ?? []).length === 0;
}
