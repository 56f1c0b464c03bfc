// The two runs that a page compares. Pure.
import { findRun } from '../history/roles.js';
import { isWhole } from '../runfile/heads.js';
import type { CaseWords } from './analysis.js';
import type { Board, BoardRun } from './board.js';
import type { Filters } from './filters.js';

/** What the dashboard was started with. */
export interface RoleWords {
  readonly cases: CaseWords;
  /** The run that others are compared with, as the user named it. */
  readonly reference?: string | undefined;
}

export interface Compared {
  readonly base: BoardRun;
  readonly head: BoardRun;
  /** What the choice passed over. */
  readonly notes: readonly string[];
}

/**
 * The two runs that a page compares, chosen from `measured` where neither is named; undefined for an only run. Throws USAGE
 * for a reference that no run is.
 */
export function comparedRuns(
  board: Board,
  measured: readonly BoardRun[],
  filters: Pick<Filters, 'base' | 'head'>,
  words: RoleWords,
): Compared | undefined {
  const head = board.runAt(filters.head) ?? newestOf(measured);
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
  const base = runsBefore(board, head, measured).findLast((run) => isWhole(run.head, head.head.kind));
  return base && { base, head, notes: [] };
}

// A run that is named may be of another machine, or of another branch than is shown.
function runsBefore(board: Board, head: BoardRun, measured: readonly BoardRun[]): readonly BoardRun[] {
  const runs = measured.includes(head)
    ? measured
    : board.runs.filter(({ environment }) => environment === head.environment);
  return runs.slice(0, runs.indexOf(head));
}

function newestOf(runs: readonly BoardRun[]): BoardRun | undefined {
  return runs.findLast(({ head }) => isWhole(head, head.kind)) ?? runs.at(-1);
}
