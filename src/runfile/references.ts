// Which stored run a reference means: a number, a name, `latest`, `previous`; behind `machine/` one of that folder.
// Reads run files only for `latest` and `previous`, which mean complete runs of one kind that are no shards.
import os from 'node:os';
import { resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from './ids.js';
import { offer } from './known-dims.js';
import { readRunFile } from './read.js';
import type { RunFile, RunKind } from './schema.js';
import {
  listStored,
  machineFolder,
  type Place,
  referenceParts,
  type StoredFile,
  storedName,
} from './storage.js';
import { compareTimes } from './times.js';

/** Saved runs that stand in no folder. */
export interface SavedRuns {
  /** By path. */
  list(): Promise<readonly StoredFile[]>;
  /** True for a path that means one of them, or one that went. */
  has(path: string): boolean;
  /** Throws BAD_RUN_FILE. */
  read(path: string): Promise<RunFile>;
}

export interface ReferencePlace extends Place {
  /** Where references are looked up; the folder of the storage by default. */
  readonly saved?: SavedRuns | undefined;
  /** The kind that `latest` and `previous` mean; `run` by default. */
  readonly kind?: RunKind;
}

/** How many newer runs stand before the one that is meant. */
const newerRuns = new Map([
  ['latest', 0],
  ['previous', 1],
]);

/** True for `latest`, `previous`, and those of one machine folder: words that always mean a stored run. */
export function isNewestWord(reference: string): boolean {
  return newerRuns.has(referenceParts(reference).word);
}

/**
 * The path of the run that a reference means: the one in the folder of the node that measures; where that folder has
 * none, the only one of the others. Undefined if nothing fits. Throws USAGE, listing the files, for a reference that fits
 * two, such as a name that was saved twice; BAD_RUN_FILE.
 */
export async function findStored(
  reference: string,
  storage: string,
  place: ReferencePlace = {},
): Promise<string | undefined> {
  if (reference === '') return undefined;
  const { machine, word } = referenceParts(reference);
  const stored = await storedIn(storage, place);
  const own = machine ?? machineFolder(os.type(), place.node);
  if (place.saved?.has(reference)) return stored.find(({ path }) => path === reference)?.path;
  const folders = [...new Set(stored.map(({ folder }) => folder))];
  const inFolder = (name: string) =>
    fitting(
      word,
      stored.filter(({ folder }) => folder === name),
      place,
    );
  let found = await inFolder(own);
  if (found.length === 0 && machine === undefined) {
    found = (await Promise.all(folders.map((folder) => inFolder(folder)))).flat();
  }
  if (found.length > 1) throw ambiguous(reference, machineFolder(os.type(), place.node), found);
  return found[0]?.path;
}

function storedIn(storage: string, place: ReferencePlace): Promise<readonly StoredFile[]> {
  return place.saved?.list() ?? listStored(storage, place);
}

async function fitting(
  word: string,
  stored: readonly StoredFile[],
  place: ReferencePlace,
): Promise<StoredFile[]> {
  const newer = newerRuns.get(word);
  if (newer !== undefined) {
    const found = (await newestRuns(stored, newer + 1, place))[newer];
    return found === undefined ? [] : [found];
  }
  const number = /^\d+$/.test(word) ? Number(word) : undefined;
  const names = [word, storedName(word)];
  return stored.filter(
    (entry) => entry.number === number || entry.stem === word || names.includes(entry.name),
  );
}

/** `the saved runs are main, feature`, the nearest to the reference first; undefined if nothing is saved. */
export async function savedHint(
  reference: string,
  storage: string,
  place: ReferencePlace = {},
): Promise<string | undefined> {
  const stored = await storedIn(storage, place);
  if (stored.length === 0) return undefined;
  const { word } = referenceParts(reference);
  // WHY: a stem stands in for some names, because a name that is empty, or that another run of the storage has too, is no answer.
  const count = new Map<string, number>();
  for (const { name } of stored) count.set(name, (count.get(name) ?? 0) + 1);
  const typed = stored.map(({ name, stem }) => (name !== '' && count.get(name) === 1 ? name : stem));
  return `the saved runs are ${offer(word, typed)}`;
}

/** The newest complete runs of the kind, newest first; no shard is among them. */
async function newestRuns(
  stored: readonly StoredFile[],
  count: number,
  { cwd = '.', kind = 'run', saved }: ReferencePlace,
): Promise<StoredFile[]> {
  const numbers = [...new Set(stored.map(({ number }) => number))].sort((a, b) => b - a);
  const newest: StoredFile[] = [];
  for (const number of numbers) {
    if (newest.length >= count) break;
    const read: ReadFile[] = [];
    for (const entry of stored.filter((candidate) => candidate.number === number)) {
      const file = await (saved?.read(entry.path) ?? readRunFile(entry.path, resolve(cwd, entry.path)));
      if (isBaseline(file, kind)) read.push({ entry, file });
    }
    newest.push(...read.sort(newestFirst).map(({ entry }) => entry));
  }
  return newest;
}

interface ReadFile {
  readonly entry: StoredFile;
  readonly file: RunFile;
}

/** True for a whole run of the kind; a file without a kind is a run's. */
function isBaseline({ benchmem }: RunFile, kind: RunKind): boolean {
  return benchmem?.complete !== false && benchmem?.shard === undefined && (benchmem?.kind ?? 'run') === kind;
}

// WHY: two clones may each have saved this number before they met.
function newestFirst(left: ReadFile, right: ReadFile): number {
  return (
    compareTimes(right.file.commit_info.time, left.file.commit_info.time) ||
    compareTimes(right.file.datetime, left.file.datetime) ||
    compareCodePoints(right.entry.path, left.entry.path)
  );
}

const mostListed = 20;

function ambiguous(reference: string, own: string, found: readonly StoredFile[]): BenchmemError {
  const newestLast = [...found].sort((a, b) => a.number - b.number || compareCodePoints(a.path, b.path));
  const listed = newestLast.slice(-mostListed).map(({ path }) => path);
  const more = found.length > mostListed ? `, and ${found.length - mostListed} older ones` : '';
  return new BenchmemError(
    'USAGE',
    `${reference} means ${found.length} saved runs: ${listed.sort(compareCodePoints).join(', ')}${more}`,
    oneOf(newestLast, own),
  );
}

/** What to type for one of the runs, of which the newest stands last. */
function oneOf(found: readonly StoredFile[], own: string): string {
  const newest = found.at(-1);
  const isOneFolder = found.every(({ folder }) => folder === newest?.folder);
  const areNumbered = new Set(found.map(({ number }) => number)).size === found.length;
  if (newest === undefined || newest.folder === '' || !isOneFolder || !areNumbered)
    return 'name one of these files';
  const inFolder = newest.folder === own ? '' : `${newest.folder}/`;
  return `type a number, such as ${inFolder}${newest.number} for the newest of them; ${inFolder}latest is the newest run of all`;
}
