// A board of what a store holds.
import type { Rename } from '../runfile/renames.js';
import { runKinds } from '../runfile/schema.js';
import type { RunStore, SeriesTable } from '../runfile/store.js';
import { metrics as allMetrics, type Metric } from '../stats/metrics.js';
import { Board, type BoardSource } from './board.js';

export interface BoardPlace extends Pick<BoardSource, 'slugOf' | 'keyOf' | 'pause'> {
  readonly renames: readonly Rename[];
  /** All by default. */
  readonly metrics?: readonly Metric[];
  /** Only so many of the newest runs. */
  readonly last?: number;
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
  { digestOf, metrics = allMetrics, last, ...place }: BoardPlace,
  before?: LoadedBoard,
): Promise<LoadedBoard> {
  const table = await store.series({ metrics: metrics.map(({ name }) => name), kinds: runKinds, last });
  const version = digestOf(table);
  // WHY: the board is kept, because what it derived then stays derived.
  if (version === before?.version) return before;
  return { board: new Board({ table, ...place }), version };
}
