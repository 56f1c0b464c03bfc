// The saved runs of a storage as a board, for commands that show them: what a board needs of the file system.
import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import { type LoadedBoard, loadBoard } from '../dashboard/load.js';
import { stampOf } from '../runfile/index-cache.js';
import type { RunStore } from '../runfile/store.js';
import type { World } from './world.js';

/** 16 hexadecimal digits that follow from a text. */
export function slugOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
}

/** The store is one that was just opened: it lists its folder once. Throws BAD_RUN_FILE. */
export function loadSavedRuns(
  store: RunStore,
  storage: string,
  { cwd, clock }: Pick<World, 'cwd' | 'clock'>,
  before?: LoadedBoard,
): Promise<LoadedBoard> {
  const place = {
    slugOf,
    keyOf: (path: string) => relative(storage, path),
    stampOf: async (path: string) => (await stampOf(resolve(cwd, path), clock.now().getTime())).stamp,
  };
  return loadBoard(store, place, before);
}
