// Which growth came in one piece of work: while a thread computes, its event loop does not turn. Pure.
// WHY: what runs once, from its start to its end, keeps what it needs until then; its memory looks like a leak.
import type { Snapshot } from './snapshot.js';
import { levelAt, type Point, type Trend } from './trend.js';

const mostlyShare = 0.5;

/** Whether half of the rise or more came between two turns of the event loop; false where nobody counted them. */
export function isInOnePiece(
  series: readonly Point[],
  { from, to, bytes }: Trend,
  snapshots: readonly Snapshot[],
): boolean {
  return piecesOf(snapshots).some(([begin, end]) => {
    const [first, last] = [Math.max(begin, from.ms), Math.min(end, to.ms)];
    return first < last && levelAt(series, last) - levelAt(series, first) >= bytes * mostlyShare;
  });
}

// Between two snapshots without a turn in between; the longest such stretches.
function piecesOf(snapshots: readonly Snapshot[]): ReadonlyArray<readonly [beginMs: number, endMs: number]> {
  const pieces: Array<readonly [beginMs: number, endMs: number]> = [];
  let first = snapshots[0];
  snapshots.forEach((at, index) => {
    const next = snapshots[index + 1];
    if (first !== undefined && next?.loop_turns !== undefined && next.loop_turns === at.loop_turns) return;
    if (first !== undefined && first !== at) pieces.push([first.at_ms, at.at_ms]);
    first = next;
  });
  return pieces;
}
