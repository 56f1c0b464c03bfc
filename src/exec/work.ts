// How much a program did between its snapshots: the bytes that it allocated, as a clock of its own. Pure.
import { median } from './series.js';
import type { Snapshot } from './snapshot.js';

export interface Work {
  /** By the time of each snapshot, what was allocated until then; it never falls. */
  readonly doneAt: ReadonlyMap<number, number>;
  /** The program's pause at the end begins here; the last snapshot's time where there is none. */
  readonly busyUntilMs: number;
}

const longestPause = 1 / 3;
const pausedShare = 0.1;

export function workOf(snapshots: readonly Snapshot[]): Work {
  const doneAt = new Map<number, number>();
  let done = 0;
  snapshots.forEach((at, index) => {
    if (index > 0) done += allocatedBetween(snapshots[index - 1] as Snapshot, at);
    doneAt.set(at.at_ms, done);
  });
  return { doneAt, busyUntilMs: busyUntilMs(snapshots) };
}

/** When the program last allocated at a tenth of its usual rate, unless that is long ago. */
function busyUntilMs(snapshots: readonly Snapshot[]): number {
  const rates = snapshots.slice(1).map((at, index) => {
    const before = snapshots[index] as Snapshot;
    return allocatedBetween(before, at) / Math.max(1, at.at_ms - before.at_ms);
  });
  const [begin, end] = [snapshots[0]?.at_ms ?? 0, snapshots.at(-1)?.at_ms ?? 0];
  const least = median(rates) * pausedShare;
  let last = snapshots.length - 1;
  while (last > 1 && (rates[last - 1] ?? 0) < least) last -= 1;
  const until = snapshots[last]?.at_ms ?? end;
  return end - until > (end - begin) * longestPause ? end : until;
}

// Never negative: an isolate that ended takes its share of the sum with it.
function allocatedBetween(before: Snapshot, after: Snapshot): number {
  const allocated = ({ js, program }: Snapshot) => (js?.allocated_bytes ?? 0) + (program?.total_bytes ?? 0);
  return Math.max(0, allocated(after) - allocated(before));
}
