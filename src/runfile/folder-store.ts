// The saved runs of a folder. Heads and figures come from indexes; a run file is read when its benchmarks are asked for.
import { resolve } from 'node:path';
import { isSameEnvironment } from './environment-key.js';
import { figuresOf, onlyOf, type RunFigures } from './figures.js';
import { FiguresIndex } from './figures-index.js';
import { eachOf, type FolderListing, type ListedPlace, listFolder } from './folder-listing.js';
import { pruningOf } from './folder-prune.js';
import { watchFolder } from './folder-watch.js';
import { headAt, headFacts, isWhole, type RunHead } from './heads.js';
import { stampOf } from './index-cache.js';
import { type Reservation, reserveNumber } from './numbering.js';
import { readRun } from './run.js';
import type { RunFile } from './schema.js';
import { defaultStorage, type Place, placeOf } from './storage.js';
import {
  fieldsOf,
  fitting,
  type RunStore,
  type SeriesFilter,
  type SeriesRun,
  type SeriesTable,
} from './store.js';
import { openRunFile } from './write.js';

export interface FolderPlace extends Place {
  readonly storage?: string | undefined;
  /** Where indexes stand; absent: every file is read each time. */
  readonly cache?: string | undefined;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

/** A store that runs are measured into. */
export interface FolderStore extends RunStore {
  /** A number for a run that is about to be measured, and where it is written. Throws CANNOT_WRITE. */
  reserve(name: string): Promise<Reservation>;
  /** Writes a whole run under its number, which it then has for good. Throws CANNOT_WRITE. */
  commit(reservation: Reservation, run: RunFile): Promise<RunHead>;
}

/** The store of a folder, which need not exist yet. */
export function openFolderStore(given: FolderPlace = {}): FolderStore {
  const place: ListedPlace = { ...given, storage: given.storage ?? defaultStorage };
  const { storage, cwd = '.' } = place;
  // PERF: a command that asks twice reads the folder once.
  let listing: Promise<FolderListing> | undefined;
  const list = (figures?: FiguresIndex) => {
    listing ??= listFolder(place, ({ key, stamp }, run) => figures?.put(key, stamp, figuresOf(run)));
    return listing;
  };
  const forget = () => {
    listing = undefined;
  };
  return {
    list: () => list(),
    read: async (head) => ({ ...(await readRun(head.path, { cwd })), label: head.stem }),
    baseline: async ({ kind, environment, folder }) => {
      const { heads } = await list();
      const saved = heads.filter(
        (head) => head.number !== undefined && head.folder === folder && isWhole(head, kind),
      );
      const alike = saved.filter((head) => isSameEnvironment(head.environment, environment)).at(-1);
      const head = alike ?? saved.at(-1);
      return head && { head, isSameEnvironment: alike !== undefined };
    },
    series: async (filter) => {
      const figures = await FiguresIndex.open(resolve(cwd, storage), place.cache);
      const listing = await list(figures);
      const chosen = typeof filter === 'function' ? filter(listing.heads) : filter;
      return seriesIn(listing, figures, chosen, place);
    },
    reserve: (name) => reserveNumber(name, storage, place),
    commit: async (reservation, run) => {
      forget();
      return commitIn(reservation, run, place);
    },
    ...pruningOf(place, forget),
    cautions: async () => [],
    watch: (listener) =>
      watchFolder(resolve(cwd, storage), () => {
        forget();
        listener();
      }),
    close: async () => {},
  };
}

async function commitIn(
  { path, release }: Reservation,
  run: RunFile,
  { storage, cwd = '.' }: ListedPlace,
): Promise<RunHead> {
  const writer = await openRunFile(resolve(cwd, path), path);
  await writer.write(run);
  await release();
  const at = placeOf(path, storage);
  if (at === undefined) throw new TypeError(`${path} is not a place of a saved run`);
  return headAt(at, headFacts(run, at.stem));
}

async function seriesIn(
  { heads, unread, files }: FolderListing,
  index: FiguresIndex,
  filter: SeriesFilter,
  place: ListedPlace,
): Promise<SeriesTable> {
  const fields = fieldsOf(filter.metrics);
  const found = await eachOf(fitting(heads, filter), async (head): Promise<SeriesRun | undefined> => {
    const file = files.get(head);
    const known = file && index.get(file.key, file.stamp, fields);
    const figures = known ?? (await readFigures(head, file, index, place));
    return figures && { head, figures: filter.ids === undefined ? figures : onlyOf(figures, filter.ids) };
  });
  index.keep(new Set([...files.values()].map(({ key }) => key)));
  await index.save();
  return { runs: found.filter((run) => run !== undefined), unread };
}

/** Undefined for a file that went, or was replaced by no run, since it was listed. */
async function readFigures(
  { path }: RunHead,
  file: { readonly key: string; readonly stamp: string } | undefined,
  index: FiguresIndex,
  { cwd = '.', now = Date.now }: ListedPlace,
): Promise<RunFigures | undefined> {
  const run = await readRun(path, { cwd }).catch(() => undefined);
  if (run === undefined) return undefined;
  const figures = figuresOf(run.file);
  const after = await stampOf(resolve(cwd, path), now()).catch(() => undefined);
  if (file !== undefined && after?.isSettled && after.stamp === file.stamp) {
    index.put(file.key, file.stamp, figures);
  }
  return figures;
}
