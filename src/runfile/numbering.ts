// Numbers of stored runs: each belongs to one run of its machine folder, whoever saves at the same time.
// INVARIANT: a number is marked before anything is measured, and a mark counts as used, so that a process that is killed
// leaves a hole and never a double. Knows nothing of what a run holds.
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import { basename, join, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { makeFolder } from '../files/make-folder.js';
import {
  defaultStorage,
  digitsOf,
  greatestNumber,
  machineFolder,
  numberOf,
  type Place,
  storedName,
  storedStem,
} from './storage.js';

/** Where a run that is about to be measured is saved. */
export interface Reservation {
  /** No other run of the machine folder gets it; absent if the run gets one when it is sent. */
  readonly number?: number;
  /** The run file to write, as messages name it. */
  readonly path: string;
  /** The folder that links to profiles start from; that of the file by default. */
  readonly links?: string;
  /** What is to be said before anything is measured. */
  readonly caution?: string;
  /**
   * Present if the run is kept elsewhere than in the file: brings the whole file there, and answers what messages call
   * the run then. Throws NOT_SAVED, and the file stays.
   */
  readonly send?: () => Promise<string>;
  /**
   * Removes the mark. The number stays used if the run file stands there by then, else the next run may have it. Answers
   * what is to be said of a file that was to be sent, and was not.
   */
  release(): Promise<string | undefined>;
}

/** Reserves the next number of this machine for a run called `name`. Throws CANNOT_WRITE. */
export function reserveNumber(
  name: string,
  storage: string = defaultStorage,
  place: Place = {},
): Promise<Reservation> {
  const folder = join(storage, machineFolder(os.type(), place.node));
  return reserveIn(folder, storedName(name), place, markNext);
}

/** As reserveNumber, for a run of any machine folder that has a number already, which it keeps if that is free. */
export function reserveStored(
  { folder, number, name }: { readonly folder: string; readonly number: number; readonly name: string },
  storage: string,
  place: Place,
): Promise<Reservation> {
  return reserveIn(join(storage, folder), name, place, async (absolute) =>
    (await markFree(absolute, number)) ? number : markNext(absolute),
  );
}

async function reserveIn(
  folder: string,
  name: string,
  { cwd = '.' }: Place,
  mark: (absolute: string) => Promise<number>,
): Promise<Reservation> {
  const absolute = resolve(cwd, folder);
  try {
    await makeFolder(absolute);
    const number = await mark(absolute);
    return {
      number,
      path: join(folder, `${storedStem(number, name)}.json`),
      release: async () => {
        await rm(markOf(absolute, number), { force: true });
        return undefined;
      },
    };
  } catch (cause) {
    throw new BenchmemError(
      'CANNOT_WRITE',
      `cannot save a run in ${folder}: ${(cause as Error).message}`,
      'name a folder that can be written with --storage',
      { cause },
    );
  }
}

async function markNext(folder: string): Promise<number> {
  for (;;) {
    const number = (await highestUsed(folder)) + 1;
    if (number > greatestNumber) throw new Error(`no number is left after ${greatestNumber}`);
    if (await markFree(folder, number)) return number;
  }
}

/** False for a number that a run has, or another process holds. */
async function markFree(folder: string, number: number): Promise<boolean> {
  const path = markOf(folder, number);
  if (!(await createMark(path))) return false;
  // WHY: the folder is listed again, because another run may have finished and removed its mark after we listed and before we
  // marked.
  if (!(await readdir(folder)).some((entry) => numberOf(entry) === number)) return true;
  await rm(path, { force: true });
  return false;
}

async function highestUsed(folder: string): Promise<number> {
  const entries = await readdir(folder);
  return entries.reduce((most, entry) => Math.max(most, numberOf(entry) ?? markedNumber(entry) ?? 0), 0);
}

/** False if another process holds the number. */
async function createMark(path: string): Promise<boolean> {
  let mark: FileHandle;
  try {
    mark = await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await mark.writeFile(JSON.stringify({ pid: process.pid, host: os.hostname(), at: new Date() }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await mark.close();
  }
  return true;
}

const dayMs = 86_400_000;

/** Marks that are older than a day: no run takes as long, so that whoever set them was killed. Paths as messages name them. */
export async function oldMarks(storage: string, { cwd = '.' }: Place, nowMs: number): Promise<string[]> {
  const root = resolve(cwd, storage);
  const entries = await readdir(root, { recursive: true }).catch(() => []);
  const marks: string[] = [];
  for (const entry of entries.sort()) {
    if (markedNumber(basename(entry)) === undefined) continue;
    const found = await stat(join(root, entry)).catch(() => undefined);
    if (found?.isFile() && nowMs - found.mtimeMs > dayMs) marks.push(join(storage, entry));
  }
  return marks;
}

function markedNumber(entry: string): number | undefined {
  const digits = /^\.(\d{4,15})\.reserved$/.exec(entry)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

// WHY: the name begins with a dot, because whoever looks for runs skips such names.
function markOf(folder: string, number: number): string {
  return join(folder, `.${digitsOf(number)}.reserved`);
}
