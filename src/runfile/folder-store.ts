// The saved runs of a folder. Heads come from the index; a run file is read when its benchmarks are asked for.
import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { isRecord } from '../shapes.js';
import { isSameEnvironment } from './environment-key.js';
import { compareHeads, type HeadPlace, headAt, headFacts, isWhole, type RunHead } from './heads.js';
import { type IndexEntry, RunIndex, stampOf } from './index-cache.js';
import { parseTolerantJson } from './json.js';
import { reserveNumber } from './numbering.js';
import { parseRunBytes } from './read.js';
import { readRun, stemOf } from './run.js';
import { defaultStorage, discoverRuns, folderOf, type Place, placeOf } from './storage.js';
import type { RunListing, RunStore, UnreadRun } from './store.js';

export interface FolderPlace extends Place {
  readonly storage?: string | undefined;
  /** Where indexes stand; absent: every file is read each time. */
  readonly cache?: string | undefined;
  /** Milliseconds since 1970; the system's clock unless told. */
  readonly now?: () => number;
}

/** The store of a folder, which need not exist yet. */
export function openFolderStore(place: FolderPlace = {}): RunStore {
  const { storage = defaultStorage } = place;
  // PERF: a command that asks twice reads the folder once.
  let listing: Promise<RunListing> | undefined;
  const list = () => {
    listing ??= listFolder(storage, place);
    return listing;
  };
  return {
    list,
    read: async (head) => ({ ...(await readRun(head.path, { cwd: place.cwd ?? '.' })), label: head.stem }),
    baseline: async ({ kind, environment, folder }) => {
      const { heads } = await list();
      const saved = heads.filter(
        (head) => head.number !== undefined && head.folder === folder && isWhole(head, kind),
      );
      const alike = saved.filter((head) => isSameEnvironment(head.environment, environment)).at(-1);
      const head = alike ?? saved.at(-1);
      return head && { head, isSameEnvironment: alike !== undefined };
    },
    reserve: (name) => reserveNumber(name, storage, place),
    close: async () => {},
  };
}

const readAtOnce = 16;

async function listFolder(storage: string, place: FolderPlace): Promise<RunListing> {
  const { cwd = '.', cache } = place;
  const root = resolve(cwd, storage);
  const index = await RunIndex.open(root, cache);
  const heads: RunHead[] = [];
  const unread: UnreadRun[] = [];
  const paths = await discoverRuns(storage, place);
  // PERF: a few at a time, because most of the first reading is waiting for the system.
  for (let at = 0; at < paths.length; at += readAtOnce) {
    const part = paths.slice(at, at + readAtOnce);
    const entries = await Promise.all(
      part.map((path) => entryOf(path, relative(root, resolve(cwd, path)), index, place)),
    );
    for (const [index, entry] of entries.entries()) {
      const path = part[index] as string;
      if (entry === undefined) continue;
      if ('facts' in entry) heads.push(headAt(headPlace(path, storage), entry.facts));
      else if (!entry.isOther) unread.push({ path, message: entry.unread });
    }
  }
  await index.save();
  return { heads: heads.sort(compareHeads), unread };
}

function headPlace(path: string, storage: string): HeadPlace {
  return placeOf(path, storage) ?? { path, folder: folderOf(path, storage), stem: stemOf(path) };
}

/** Undefined for a file that has gone meanwhile. */
async function entryOf(
  path: string,
  key: string,
  index: RunIndex,
  { cwd = '.', now = Date.now }: FolderPlace,
): Promise<IndexEntry | undefined> {
  const absolute = resolve(cwd, path);
  try {
    const { stamp, isSettled } = await stampOf(absolute, now());
    const known = index.get(key, stamp);
    if (known !== undefined) return known;
    const entry = await readEntry(path, absolute);
    const after = await stampOf(absolute, now());
    if (isSettled && after.stamp === stamp) index.put(key, stamp, entry);
    return entry;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { unread: `cannot read ${path}: ${message}`, isOther: false };
  }
}

async function readEntry(path: string, absolute: string): Promise<IndexEntry> {
  const bytes = await readFile(absolute);
  try {
    return { facts: headFacts(parseRunBytes(bytes, path), stemOf(path)) };
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    return { unread: error.message, isOther: isNoRun(bytes) };
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
