// The saved runs of a storage as a board, for commands that show them: what a board needs of the system.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LoadedBoard, loadBoard } from '../dashboard/load.js';
import type { Rename } from '../runfile/renames.js';
import type { RunStore, SeriesTable } from '../runfile/store.js';

/** 16 hexadecimal digits that follow from a text. */
export function slugOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
}

/** Answers `before` where nothing has changed. Throws BAD_RUN_FILE. */
export function loadSavedRuns(
  store: RunStore,
  { storage, renames }: { readonly storage: string; readonly renames: readonly Rename[] },
  before?: LoadedBoard,
): Promise<LoadedBoard> {
  const keyOf = (path: string) => relative(storage, path);
  return loadBoard(store, { renames, slugOf, keyOf, digestOf, pause: () => nextTurn() }, before);
}

function digestOf({ runs, unread }: SeriesTable): string {
  const hash = createHash('sha256').update(JSON.stringify(unread));
  // PERF: most runs have the same names, and then the same object of them.
  const names = new Map<object, string>();
  for (const { head, figures } of runs) {
    const said = names.get(figures.names) ?? slugOf(JSON.stringify(figures.names));
    names.set(figures.names, said);
    hash.update(JSON.stringify([head, said, figures.profiles]));
    for (const [field, columns] of figures.columns) {
      hash.update(field);
      for (const { rows, cells } of columns) {
        hash.update(Float64Array.from(rows)).update(Float64Array.from(cells.flat()));
      }
    }
  }
  return hash.digest('hex').slice(0, 16);
}
