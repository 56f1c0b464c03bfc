// The saved runs of a storage as a board, for commands that show them: what a board needs of the system.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Board, BoardRun } from '../dashboard/board.js';
import { type BoardPlace, type LoadedBoard, loadBoard } from '../dashboard/load.js';
import { findRun } from '../history/roles.js';
import type { Run } from '../runfile/run.js';
import type { RunStore, SeriesTable } from '../runfile/store.js';

/** 16 hexadecimal digits that follow from a text. */
export function slugOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 16);
}

export interface SavedPlace extends Pick<BoardPlace, 'renames' | 'metrics' | 'last'> {
  readonly storage: string;
}

/** Answers `before` where nothing has changed. Throws BAD_RUN_FILE. */
export function loadSavedRuns(
  store: RunStore,
  { storage, ...place }: SavedPlace,
  before?: LoadedBoard,
): Promise<LoadedBoard> {
  const keyOf = (path: string) => relative(storage, path);
  return loadBoard(store, { ...place, slugOf, keyOf, digestOf, pause: () => nextTurn() }, before);
}

/** Throws USAGE. WHY: it throws nothing if nothing is saved, because the run may be about to be saved. */
export function refuseUnknownReference(reference: string | undefined, { runs }: Board): void {
  const heads = runs.map(({ head }) => head);
  if (reference !== undefined && heads.length > 0) findRun(reference, heads, '--reference', []);
}

/** PERF: the pages of two runs are made metric by metric. */
const mostDocuments = 4;

/** The documents of runs, of which the last ones are kept. */
export class Documents {
  readonly #store: RunStore;
  readonly #kept = new Map<string, Promise<Run>>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Throws BAD_RUN_FILE. */
  read({ slug, head }: BoardRun): Promise<Run> {
    const found = this.#kept.get(slug) ?? this.#store.read(head);
    this.#kept.delete(slug);
    this.#kept.set(slug, found);
    // What could not be read may be there the next time.
    found.catch(() => this.#kept.delete(slug));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostDocuments && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }

  forget(): void {
    this.#kept.clear();
  }
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
