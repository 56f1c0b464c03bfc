// Which snapshots count: those of the running program. Its start is no level of its own, and at its end it lets go. Pure.
import { median } from './series.js';
import type { Snapshot } from './snapshot.js';
import { smallestRiseBytes } from './trend.js';
import { allocatedBetween } from './work.js';

export function countedSnapshots(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const running = snapshots.filter(
    ({ kind }) => kind === 'interval' || kind === 'signal' || kind === 'death',
  );
  const exit = snapshots.at(-1);
  if (exit?.kind !== 'exit') return running;
  const usual = median(running.slice(1).map((at, index) => allocatedBetween(running[index] as Snapshot, at)));
  const nothing = Math.max(smallestWorkBytes, usual * smallestWorkShare);
  let count = running.length;
  while (count > 0 && isOfTheEnd(running[count - 1] as Snapshot, exit, nothing)) count -= 1;
  // WHY: a longer end is none, because a program that waits in one call to its end (for another process) is no program that ends.
  const [first, last] = [running[0]?.at_ms ?? 0, running.at(-1)?.at_ms ?? 0];
  const endMs = last - (running[count]?.at_ms ?? last);
  return endMs > (last - first) * longestEnd ? running : running.slice(0, count);
}

const smallestWorkBytes = 256 * 1024;
const smallestWorkShare = 0.1;
const longestEnd = 1 / 3;
// The loop's last turn, and one more after the listeners of 'beforeExit'.
const lastTurns = 2;

// WHY: what was allocated counts too, because a loop may have nothing to wait for, and nobody answers, while a callback runs; but
// a callback that ends a program works to its end.
function isOfTheEnd(at: Snapshot, exit: Snapshot, nothing: number): boolean {
  if (at.loop_turns === undefined || exit.loop_turns === undefined) return false;
  const isEnding = at.loop_ends === true || (at.js?.unanswered_isolates ?? 0) > 0;
  // It lets go, or stays as it is.
  const rises = (exit.resident.total_bytes ?? 0) - (at.resident.total_bytes ?? 0) >= smallestRiseBytes;
  const turns = exit.loop_turns - at.loop_turns;
  return !rises && (turns === 0 || (isEnding && turns <= lastTurns)) && allocatedBetween(at, exit) < nothing;
}
