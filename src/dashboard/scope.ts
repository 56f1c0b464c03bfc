// The runs and series that the filters leave, and the two runs that a page compares. Pure.

import { findRun } from '../history/roles.js';
import { isWhole } from '../runfile/heads.js';
import type { CaseWords } from './analysis.js';
import type { Board, BoardRun, BoardSeries } from './board.js';
import type { Filters } from './filters.js';

/** What the dashboard was started with. */
export interface RoleWords {
  readonly cases: CaseWords;
  /** The run that others are compared with, as the user named it. */
  readonly reference?: string | undefined;
}

export interface Scope {
  /** Oldest first. */
  readonly runs: readonly BoardRun[];
  /** Those with a point in it; `run` is a place in `runs`. */
  readonly series: readonly BoardSeries[];
}

export function scopeOf(board: Board, filters: Filters): Scope {
  const { environment, branch, last, metric } = filters;
  const taken = board.runs
    .map((run, place) => ({ run, place }))
    .filter(({ run }) => run.environment === environment && (branch === '' || run.head.branch === branch))
    .slice(-last);
  const placeOf = new Map(taken.map(({ place }, at) => [place, at]));
  const series = board
    .seriesOf(metric)
    .filter(({ id }) => id.includes(filters.contains))
    .map(({ id, slug, points }) => ({ id, slug, points: points.flatMap((point) => pointIn(placeOf, point)) }))
    .filter(({ points }) => points.length > 0);
  return { runs: taken.map(({ run }) => run), series };
}

function pointIn(placeOf: ReadonlyMap<number, number>, { run, value }: BoardSeries['points'][number]) {
  const at = placeOf.get(run);
  return at === undefined ? [] : [{ run: at, value }];
}

export interface Compared {
  readonly base: BoardRun;
  readonly head: BoardRun;
  /** What the choice passed over. */
  readonly notes: readonly string[];
}

/** The two runs that a page compares; undefined for an only run. Throws USAGE for a reference that no run is. */
export function comparedRuns(
  board: Board,
  runs: readonly BoardRun[],
  filters: Pick<Filters, 'base' | 'head'>,
  words: RoleWords,
): Compared | undefined {
  const head = board.runAt(filters.head) ?? newestOf(runs);
  if (head === undefined) return undefined;
  const named = board.runAt(filters.base);
  if (named !== undefined) return { base: named, head, notes: [] };
  if (words.reference !== undefined) {
    const notes: string[] = [];
    const heads = board.runs.map((run) => run.head);
    const found = findRun(words.reference, heads, '--reference', notes);
    const base = board.runs.find((run) => run.head === found);
    return base && { base, head, notes };
  }
  const base = runs.slice(0, runs.indexOf(head)).findLast((run) => isWhole(run.head, head.head.kind));
  return base && { base, head, notes: [] };
}

function newestOf(runs: readonly BoardRun[]): BoardRun | undefined {
  return runs.findLast(({ head }) => isWhole(head, head.kind)) ?? runs.at(-1);
}
