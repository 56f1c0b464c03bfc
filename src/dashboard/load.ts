// A board of what a store holds. A file that is unchanged since the last board is not read again.
import { BenchmemError } from '../errors.js';
import type { RunHead } from '../runfile/heads.js';
import type { RunStore, UnreadRun } from '../runfile/store.js';
import { Board, type SlugOf } from './board.js';
import { figuresOf, type RunFigures } from './figures.js';

export interface BoardPlace {
  readonly slugOf: SlugOf;
  /** A run file's path below the storage. */
  keyOf(path: string): string;
  /** What changes with a file's content; throws where there is no such file. */
  stampOf(path: string): Promise<string>;
}

/** A board, and what is known of each file for the next one. */
export interface LoadedBoard {
  readonly board: Board;
  readonly version: string;
  readonly known: ReadonlyMap<string, KnownFile>;
}

interface KnownFile {
  readonly stamp: string;
  readonly figures: RunFigures;
}

/** Throws BAD_RUN_FILE for a place that cannot be read; one file that cannot is a line of the board. */
export async function loadBoard(
  store: RunStore,
  { slugOf, keyOf, stampOf }: BoardPlace,
  before?: Pick<LoadedBoard, 'known'>,
): Promise<LoadedBoard> {
  const { heads, unread } = await store.list();
  const known = new Map<string, KnownFile>();
  const broken: UnreadRun[] = [...unread];
  for (const head of heads) {
    try {
      const stamp = await stampOf(head.path);
      const old = before?.known.get(head.path);
      const figures =
        old?.stamp === stamp ? { ...old.figures, head } : await readFigures(store, head, keyOf(head.path));
      known.set(head.path, { stamp, figures });
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      broken.push({ path: head.path, message: error.message });
    }
  }
  const stamps = [...known].map(([path, { stamp }]) => [path, stamp]);
  const version = slugOf(JSON.stringify([stamps, broken]));
  const figures = [...known.values()].map((each) => each.figures);
  return { board: new Board(figures, broken, slugOf), version, known };
}

async function readFigures(store: RunStore, head: RunHead, key: string): Promise<RunFigures> {
  return figuresOf(head, key, await store.read(head));
}

// WHY also those of the system: a file may go, or lose its rights, while the others are read.
function isUnreadable(error: unknown): error is Error {
  return error instanceof BenchmemError || typeof (error as NodeJS.ErrnoException).code === 'string';
}
