// A board of what a store holds.
import type { Rename } from '../runfile/renames.js';
import { runKinds } from '../runfile/schema.js';
import type { RunStore, SeriesTable } from '../runfile/store.js';
import { metrics } from '../stats/metrics.js';
import { Board, type BoardSource } from './board.js';

export interface BoardPlace extends Pick<BoardSource, 'slugOf' | 'keyOf' | 'pause'> {
  readonly renames: readonly Rename[];
  /** Another text for another table. */
  digestOf(table: SeriesTable): string;
}

export interface LoadedBoard {
  readonly board: Board;
  readonly version: string;
}

/** Answers `before` where nothing has changed. Throws BAD_RUN_FILE for a place that cannot be read. */
export async function loadBoard(
  store: Pick<RunStore, 'series'>,
  { digestOf, ...place }: BoardPlace,
  before?: LoadedBoard,
): Promise<LoadedBoard> {
  const table = await store.series({ metrics: metrics.map(({ name }) => name), kinds: runKinds });
  const version = digestOf(table);
  // WHY kept: what a board derived stays derived.
  if (version === before?.version) return before;
  return { board: new Board({ table, ...place }), version };
}
