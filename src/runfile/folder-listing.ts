// What stands below a storage: the head of each run file, out of the index where that knows it.
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { isRecord } from '../shapes.js';
import { compareHeads, type HeadPlace, headAt, headFacts, type RunHead } from './heads.js';
import { type FileStamp, type IndexEntry, RunIndex, stampOf } from './index-cache.js';
import { parseTolerantJson } from './json.js';
import { parseRunBytes } from './read.js';
import { stemOf } from './run.js';
import type { RunFile } from './schema.js';
import { discoverRuns, folderOf, type Place, placeOf } from './storage.js';
import type { RunListing, UnreadRun } from './store.js';

export interface ListedPlace extends Place {
  readonly storage: string;
  /** Where indexes stand; absent: every file is read each time. */
  readonly cache?: string | undefined;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

/** A run file as it was when its head was read. */
export interface ListedFile {
  /** Its path below the storage. */
  readonly key: string;
  readonly stamp: FileStamp;
}

export interface FolderListing extends RunListing {
  readonly files: ReadonlyMap<RunHead, ListedFile>;
}

/** Is told of a run that was read, and that cannot have changed while it was. */
export type OnRead = (file: ListedFile, run: RunFile) => void;

const readAtOnce = 16;

/** What `work` makes of each, in order. PERF: a few at a time, because most of reading is waiting for the system. */
export async function eachOf<From, To>(
  list: readonly From[],
  work: (from: From) => Promise<To>,
): Promise<To[]> {
  const made: To[] = [];
  for (let at = 0; at < list.length; at += readAtOnce) {
    made.push(...(await Promise.all(list.slice(at, at + readAtOnce).map(work))));
  }
  return made;
}

/** Throws BAD_RUN_FILE for a folder that cannot be read. */
export async function listFolder(place: ListedPlace, onRead: OnRead = () => {}): Promise<FolderListing> {
  const { storage, cwd = '.', cache } = place;
  const root = resolve(cwd, storage);
  const index = await RunIndex.open(root, cache);
  const heads: RunHead[] = [];
  const unread: UnreadRun[] = [];
  const files = new Map<RunHead, ListedFile>();
  const paths = await discoverRuns(storage, place);
  const found = await eachOf(paths, (path) =>
    entryOf(path, relative(root, resolve(cwd, path)), index, place, onRead),
  );
  for (const [at, each] of found.entries()) {
    const path = paths[at] as string;
    if (each === undefined) continue;
    const { entry, file } = each;
    if ('facts' in entry) {
      const head = headAt(headPlace(path, storage), entry.facts);
      heads.push(head);
      if (file !== undefined) files.set(head, file);
    } else if (!entry.isOther) unread.push({ path, message: entry.unread });
  }
  await index.save();
  return { heads: heads.sort(compareHeads), unread, files };
}

function headPlace(path: string, storage: string): HeadPlace {
  return placeOf(path, storage) ?? { path, folder: folderOf(path, storage), stem: stemOf(path) };
}

interface FoundEntry {
  readonly entry: IndexEntry;
  readonly file?: ListedFile;
}

/** Undefined for a file that has gone meanwhile. */
async function entryOf(
  path: string,
  key: string,
  index: RunIndex,
  { cwd = '.', now = Date.now }: ListedPlace,
  onRead: OnRead,
): Promise<FoundEntry | undefined> {
  const absolute = resolve(cwd, path);
  try {
    const { stamp, isSettled } = await stampOf(absolute, now());
    const file = { key, stamp };
    const known = index.get(key, stamp);
    if (known !== undefined) return { entry: known, file };
    const { entry, run } = await readEntry(path, absolute);
    const after = await stampOf(absolute, now());
    if (isSettled && after.stamp === stamp) {
      index.put(key, stamp, entry);
      if (run !== undefined) onRead(file, run);
    }
    return { entry, file };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    return { entry: { unread: `cannot read ${path}: ${message}`, isOther: false } };
  }
}

async function readEntry(
  path: string,
  absolute: string,
): Promise<{ readonly entry: IndexEntry; readonly run?: RunFile }> {
  const bytes = await readFile(absolute);
  try {
    const run = parseRunBytes(bytes, path);
    return { entry: { facts: headFacts(run, stemOf(path)) }, run };
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    return { entry: { unread: error.message, isOther: isNoRun(bytes) } };
  }
}

// WHY: profiles and pictures may stand beside runs, and nobody takes them for any.
function isNoRun(bytes: Buffer): boolean {
  try {
    const document = parseTolerantJson(bytes.toString('utf8'));
    return !isRecord(document) || !Object.hasOwn(document, 'benchmarks');
  } catch {
    return false;
  }
}
