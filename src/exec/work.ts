// How much a program did between its snapshots: the bytes that it allocated, as a clock of its own. Pure.
import { type Clock, paceToKeep, programTimes } from './program-time.js';
import { median } from './series.js';
import type { Snapshot } from './snapshot.js';

export interface Work {
  /** By the time of each snapshot, what was allocated until then; it never falls. */
  readonly doneAt: Clock;
  /** By the same, the CPU time that it used; undefined if the kernel does not say it. */
  readonly usedAt: Clock | undefined;
  /** By the same, how long the program had for itself. */
  readonly ranAt: Clock;
  /** What a pace has to keep of an earlier one. */
  readonly kept: number;
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
  const ranAt = programTimes(snapshots);
  return { doneAt, ranAt, usedAt: processorTimes(snapshots), kept: paceToKeep(snapshots, ranAt) };
}

function processorTimes(snapshots: readonly Snapshot[]): Clock | undefined {
  let latest = 0;
  const times = new Map<number, number>();
  for (const { at_ms, cpu_us } of snapshots) {
    if (cpu_us === undefined) return undefined;
    latest = Math.max(latest, cpu_us);
    times.set(at_ms, latest);
  }
  return times;
}

/** When the program last allocated at a tenth of its usual rate: from then on it pauses. The end, if that is long ago. */
export function busyUntilMs(snapshots: readonly Snapshot[], ranAt: Clock): number {
  const rates = snapshots.slice(1).map((at, index) => {
    const before = snapshots[index] as Snapshot;
    const ranMs = (ranAt.get(at.at_ms) ?? 0) - (ranAt.get(before.at_ms) ?? 0);
    return allocatedBetween(before, at) / Math.max(1, ranMs);
  });
  const [begin, end] = [snapshots[0]?.at_ms ?? 0, snapshots.at(-1)?.at_ms ?? 0];
  const least = median(rates) * pausedShare;
  let last = snapshots.length - 1;
  while (last > 1 && (rates[last - 1] ?? 0) < least) last -= 1;
  const until = snapshots[last]?.at_ms ?? end;
  return end - until > (end - begin) * longestPause ? end : until;
}

// Never negative: an isolate that ended takes its share of the sum with it.
export function allocatedBetween(before: Snapshot, after: Snapshot): number {
  const allocated = ({ js, program }: Snapshot) => (js?.allocated_bytes ?? 0) + (program?.total_bytes ?? 0);
  return Math.max(0, allocated(after) - allocated(before));
}
