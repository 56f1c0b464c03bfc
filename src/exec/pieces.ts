// Which growth came in one piece of work, or in a few: nothing was asked of the program meanwhile. Pure.
// WHY: what runs once, from its start to its end, keeps what it needs until then; its memory looks like a leak.
import { stepCount } from './series.js';
import type { Snapshot } from './snapshot.js';
import { levelAt, type Point, type Trend } from './trend.js';

/**
 * `one`: a thread computed, and its event loop did not turn; `several`: the same a few times; `waiting`: a library worked, and
 * no JavaScript was called.
 */
export type Piece = 'one' | 'several' | 'waiting';

const mostlyShare = 0.5;
// A leak comes again and again: pieces that count as so many of equal size are a repetition.
const fewestPieces = 6;

/** The kind of work in which half of the rise or more came; undefined if it is none, or nobody counted. */
export function pieceOf(
  series: readonly Point[],
  trend: Trend,
  snapshots: readonly Snapshot[],
): Piece | undefined {
  const least = trend.bytes * mostlyShare;
  const computing = risesIn(
    stretches(snapshots, ({ loop_turns }) => loop_turns),
    series,
    trend,
  );
  if (computing.some((rise) => rise >= least)) return 'one';
  if (areFew(computing, least)) return 'several';
  const waiting = risesIn(
    stretches(snapshots, ({ js }) => js?.calls),
    series,
    trend,
  );
  return areFew(waiting, least) ? 'waiting' : undefined;
}

function areFew(rises: readonly number[], least: number): boolean {
  return rises.reduce((total, rise) => total + rise, 0) >= least && stepCount(rises) < fewestPieces;
}

type Stretch = readonly [beginMs: number, endMs: number];

function risesIn(all: readonly Stretch[], series: readonly Point[], { from, to }: Trend): number[] {
  return all.flatMap(([begin, end]) => {
    const [first, last] = [Math.max(begin, from.ms), Math.min(end, to.ms)];
    return first < last ? [Math.max(0, levelAt(series, last) - levelAt(series, first))] : [];
  });
}

/** The longest stretches between snapshots in which a count stood still; none where nobody counted. */
function stretches(
  snapshots: readonly Snapshot[],
  countOf: (snapshot: Snapshot) => number | undefined,
): readonly Stretch[] {
  const found: Stretch[] = [];
  let first = snapshots[0];
  snapshots.forEach((at, index) => {
    const next = snapshots[index + 1];
    const count = next === undefined ? undefined : countOf(next);
    if (first !== undefined && count !== undefined && count === countOf(at)) return;
    if (first !== undefined && first !== at) found.push([first.at_ms, at.at_ms]);
    first = next;
  });
  return found;
}
