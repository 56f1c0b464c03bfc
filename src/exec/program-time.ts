// The program's own time: the clock, without the time for which it could not run because others had the processors. Pure.
import type { Snapshot } from './snapshot.js';
import { keptPace, type Point, type Trend, type TrendKind, trendOf } from './trend.js';

/** From the clock's time of each snapshot to another measure of how far the program was by then; it never falls. */
export type Clock = ReadonlyMap<number, number>;

/** How long the program had for itself since the first; the clock, where the kernel does not say what a thread waited for. */
export function programTimes(snapshots: readonly Snapshot[]): Clock {
  const [first] = snapshots;
  const times = new Map<number, number>();
  let latest = 0;
  for (const { at_ms, waited_us } of snapshots) {
    const waitedMs = ((waited_us ?? 0) - (first?.waited_us ?? 0)) / 1000;
    // WHY: it never goes back, because a wait that goes on is counted at its end only.
    latest = Math.max(latest, at_ms - (first?.at_ms ?? 0) - waitedMs);
    times.set(at_ms, latest);
  }
  return times;
}

const busyShare = 0.25;
const keptPaceWhenBusy = 0.5;

/**
 * What a pace has to keep of an earlier one. WHY: it is less if the program waited for a processor for a quarter of its time,
 * because it comes to its work in fits then, and its paces differ by chance.
 */
export function paceToKeep(snapshots: readonly Snapshot[], ranAt: Clock): number {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (first === undefined || last === undefined) return keptPace;
  const passedMs = last.at_ms - first.at_ms;
  const waitedMs = passedMs - (ranAt.get(last.at_ms) ?? passedMs);
  return waitedMs >= passedMs * busyShare ? keptPaceWhenBusy : keptPace;
}

const regularity: readonly TrendKind[] = ['growing', 'slowing', 'late'];

/**
 * The trend by the clock or by the program's own time, whichever the growth is more regular by. WHY: both are asked, because what
 * a program would have done without others lies between them: it may wait for a processor in a pause that it would make anyway.
 */
export function trendByTime(series: readonly Point[], ranAt: Clock, kept: number): Trend | undefined {
  const byClock = trendOf(series, kept);
  const own = trendBy(ranAt, series, kept);
  const rank = ({ kind }: Trend) =>
    regularity.includes(kind) ? regularity.indexOf(kind) : regularity.length;
  if (byClock === undefined || own === undefined) return byClock;
  const { hasStopped: _, ...regular } = rank(own) < rank(byClock) ? own : byClock;
  if (own.hasStopped !== true) return regular;
  if (own.kind === 'levelled' && regular.kind !== 'growing') return own;
  // WHY: its own time alone decides, because without a processor nothing grows, and the last part of the clock's time may be
  // short of them.
  return { ...regular, kind: regular.kind === 'growing' ? 'slowing' : regular.kind, hasStopped: true };
}

/** The trend of a series by another measure than the clock; where it begins and ends is said by the clock. */
export function trendBy(clock: Clock, series: readonly Point[], kept: number): Trend | undefined {
  const timeOf = ({ ms }: Point) => clock.get(ms) ?? ms;
  const trend = trendOf(
    series.map((point) => ({ ...point, ms: timeOf(point) })),
    kept,
  );
  if (trend === undefined) return undefined;
  const { from, to } = trend;
  const begin = series.find((point) => timeOf(point) === from.ms)?.ms ?? from.ms;
  const end = series.findLast((point) => timeOf(point) === to.ms)?.ms ?? to.ms;
  return { ...trend, from: { ...from, ms: begin }, to: { ...to, ms: end } };
}
