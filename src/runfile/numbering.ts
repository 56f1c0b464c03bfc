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
  greatestNumber,
  machineFolder,
  numberOf,
  type Place,
  storedName,
} from './storage.js';

/** A number that no other run of the machine folder gets. */
export interface Reservation {
  readonly number: number;
  /** The run file to write, as messages name it. */
  readonly path: string;
  /** Removes the mark. The number stays used if the run file stands there by then, else the next run may have it. */
  release(): Promise<void>;
}

/** Reserves the next number of this machine for a run called `name`. Throws CANNOT_WRITE. */
export async function reserveNumber(
  name: string,
  storage: string = defaultStorage,
  place: Place = {},
): Promise<Reservation> {
  const folder = join(storage, machineFolder(os.type(), place.node));
  const absolute = resolve(place.cwd ?? '.', folder);
  try {
    await makeFolder(absolute);
    const number = await markNext(absolute);
    return {
      number,
      path: join(folder, `${digitsOf(number)}_${storedName(name)}.json`),
      release: () => rm(markOf(absolute, number), { force: true }),
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
    const path = markOf(folder, number);
    if (!(await createMark(path))) continue;
    // WHY again: another run may have finished and removed its mark after we listed and before we marked.
    if (!(await readdir(folder)).some((entry) => numberOf(entry) === number)) return number;
    await rm(path, { force: true });
  }
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

// WHY a dot: whoever looks for runs skips such names.
function markOf(folder: string, number: number): string {
  return join(folder, `.${digitsOf(number)}.reserved`);
}

function digitsOf(number: number): string {
  return String(number).padStart(4, '0');
}
