// The run storage, `.benchmarks/<System>-Node-<major>-64bit/<NNNN>_<name>.json`: its names, and what stands there.
// Writes nothing, and reads no run file: numbering.ts gives numbers, references.ts finds the run that is meant.
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from './ids.js';

export const defaultStorage = '.benchmarks';

export interface Place {
  readonly cwd?: string;
  /** The version of the node that measures; this process's own by default. */
  readonly node?: string;
}

/** `Linux-Node-20-64bit`: runs of one system and Node major stand together. */
export function machineFolder(system: string = os.type(), node: string = process.versions.node): string {
  return `${system}-Node-${node.split('.')[0]}-64bit`;
}

/** The `.json` files below a folder, by path; [] if there is no such folder. */
export async function discoverRuns(
  folder: string = defaultStorage,
  { cwd = '.' }: Place = {},
): Promise<string[]> {
  const entries = await readdir(resolve(cwd, folder), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new BenchmemError('BAD_RUN_FILE', `cannot read ${folder}: ${error.message}`, 'check the path', {
        cause: error,
      });
    },
  );
  const root = resolve(cwd, folder);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
    .map((entry) => join(folder, join(entry.parentPath, entry.name).slice(root.length + 1)))
    .sort(compareCodePoints);
}

/** A run of the storage, as its place names it. Nothing of the file itself is known. */
export interface StoredFile {
  readonly path: string;
  /** The machine folder; '' for a run right below the storage. */
  readonly folder: string;
  readonly number: number;
  readonly name: string;
  /** `0003_main`. */
  readonly stem: string;
}

// WHY: there are at most fifteen digits, because a number that a double does not hold exactly would be given twice.
const storedFile = /^(\d{4,15})_(.*)\.json$/s;

/** For a place in which no run is saved. */
export function noRunsIn(place: string): BenchmemError {
  return new BenchmemError(
    'USAGE',
    `no runs found in ${place}`,
    'save one with benchmem run --save NAME, or name the folder',
  );
}

/** The last number that a stored run can have. */
export const greatestNumber = 999_999_999_999_999;

/** The number of a run file's name; undefined for a file that is not a stored run. */
export function numberOf(fileName: string): number | undefined {
  const digits = storedFile.exec(fileName)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The runs below a storage, by path. Throws BAD_RUN_FILE for a folder that cannot be read. */
export async function listStored(storage: string, place: Place = {}): Promise<StoredFile[]> {
  return (await discoverRuns(storage, place)).flatMap((path) => placeOf(path, storage) ?? []);
}

/** What the place of a file below a storage says; undefined for one that is not a stored run. */
export function placeOf(path: string, storage: string): StoredFile | undefined {
  const [, digits, name] = storedFile.exec(basename(path)) ?? [];
  if (digits === undefined || name === undefined) return undefined;
  return { path, folder: folderOf(path, storage), number: Number(digits), name, stem: `${digits}_${name}` };
}

/** The folder of a file below a storage; '' for the storage itself. */
export function folderOf(path: string, storage: string): string {
  const folder = basename(dirname(relative(storage, path)));
  return folder === '.' ? '' : folder;
}

/**
 * `machine` and `word` of `machine/word`; no machine where there is no folder. Folders may stand as the system writes them,
 * with `separator`.
 */
export function referenceParts(
  reference: string,
  separator: string = sep,
): { readonly machine?: string; readonly word: string } {
  const end = Math.max(reference.lastIndexOf('/'), reference.lastIndexOf(separator));
  return end < 0 ? { word: reference } : { machine: reference.slice(0, end), word: reference.slice(end + 1) };
}

/** What a run called `name` is called in the storage. WHY: the name is the user's, the folder is not. */
export function storedName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._+-]/gu, '_').replace(/^\./, '_');
}

/** `0003_main`: what a stored run is called, whose name is a stored name. */
export function storedStem(number: number, name: string): string {
  return `${digitsOf(number)}_${name}`;
}

/** A number as the names of stored runs begin with it. */
export function digitsOf(number: number): string {
  return String(number).padStart(4, '0');
}

/** `<commit>_<YYYYmmdd_HHMMSS>[_uncommitted-changes]`, in UTC. */
export function autosaveName(commit: { readonly id: string; readonly dirty: boolean }, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const stamp = `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
  return `${commit.id}_${stamp}${commit.dirty ? '_uncommitted-changes' : ''}`;
}
