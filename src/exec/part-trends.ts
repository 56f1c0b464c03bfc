// The trend of each part of a process's memory, over the snapshots that count. Pure.
import { defined } from '../shapes.js';
import { collectedSeries, isEvenlyKept, isHiddenInGarbage, isUneven } from './collected.js';
import { mostGrown } from './growers.js';
import { type PartName, type Parts, partNames, partsOf, unexplainedBytes } from './levels.js';
import { type Piece, pieceOf } from './pieces.js';
import { type Clock, trendBy, trendByTime } from './program-time.js';
import type { Snapshot } from './snapshot.js';
import { fewPoints, type Point, type Trend, type TrendKind } from './trend.js';
import { busyUntilMs, type Work, workOf } from './work.js';

export interface PartTrend extends Trend {
  readonly part: PartName;
  /** JavaScript: all levels are those right after full collections. Native: a collection has looked at what grew. */
  readonly withoutGarbage: boolean;
  /** Half of the rise or more came in one piece of work, or in a few. */
  readonly piece?: Piece;
  /** JavaScript: a few levels that do not rise evenly, so that they have no pace that could be kept. */
  readonly isUneven?: true;
}

/** What the trends of all parts are judged by. */
interface Observed {
  readonly snapshots: readonly Snapshot[];
  readonly work: Work;
  /** The JavaScript heap without its garbage; undefined if its collections cannot tell. */
  readonly collected: readonly Point[] | undefined;
}

/** Of every part that all snapshots know, largest lasting rise first; none with fewer than four snapshots. */
export function partTrends(snapshots: readonly Snapshot[]): readonly PartTrend[] {
  const parts = snapshots.map(partsOf);
  const work = workOf(snapshots);
  const observed: Observed = { snapshots, work, collected: collectedSeries(snapshots, work) };
  const trends = partNames.flatMap((part) => {
    // WHY: pages of the heap count only if its collections cannot tell, because between two full collections the heap fills with
    // garbage, and looks as if objects were kept.
    const known = part === 'js' ? observed.collected : undefined;
    const series = known ?? pointsOf(part, snapshots, parts);
    const trend = busyTrend(part, series, observed);
    if (trend === undefined) return [];
    const withoutGarbage = isWithoutGarbage(part, trend, observed);
    // WHY: isolates that nobody observes have no piece, because nobody counts how often their JavaScript is called.
    const piece = part === 'unobserved' ? undefined : pieceOf(series, trend, snapshots);
    return [defined({ part, withoutGarbage, ...trend, piece })];
  });
  return trends.sort((a, b) => b.bytes - a.bytes);
}

/**
 * WHY: a private allocator needs more points, because what it holds is what it needed at its busiest, and in a short run each
 * moment may be busier than the one before.
 * WHY: work counts too, because a leak keeps its pace per byte that its program allocates, and a machine or a load that slows
 * down slows the clock's pace only. What stood still by the clock did not grow, except in a pause at the end of many points.
 */
function busyTrend(
  part: PartName,
  series: readonly Point[],
  observed: Observed,
): (Trend & Pick<PartTrend, 'isUneven'>) | undefined {
  const { snapshots, work } = observed;
  const trend = trendByTime(series, work.ranAt, work.kept);
  if (trend?.kind !== 'growing' && trend?.kind !== 'slowing' && trend?.kind !== 'levelled') return trend;
  const end = series.at(-1)?.ms ?? 0;
  const judged = snapshots.filter(({ at_ms }) => at_ms <= end);
  const until = series.length < fewPoints ? end : busyUntilMs(judged, work.ranAt);
  const busy = series.filter(({ ms }) => ms <= until);
  const { kind: byTime, hasStopped } = trendByTime(busy, work.ranAt, work.kept) ?? {};
  const rises = byTime === 'growing' || (byTime === 'slowing' && hasStopped !== true);
  if (part === 'private' && trend.kind !== 'levelled' && series.length < fewPoints)
    return { ...trend, kind: 'recent' };
  if (rises && keepsPace(part, busy, byTime, observed)) {
    const working = judged.filter(({ at_ms }) => at_ms <= until);
    const uneven = part === 'js' && isWithoutGarbage(part, trend, observed) && isUneven(working, work);
    return uneven ? { ...trend, kind: 'slowing', isUneven: true } : { ...trend, kind: 'growing' };
  }
  return trend.kind === 'growing' ? { ...trend, kind: 'slowing' } : trend;
}

// WHY: the heap goes by what is allocated alone, because a compiler that keeps less and less of what it allocates is done at some
// time.
function keepsPace(
  part: PartName,
  busy: readonly Point[],
  byTime: TrendKind | undefined,
  { snapshots, work }: Observed,
): boolean {
  const keepsBy = (clock: Clock | undefined) => {
    const kind = clock === undefined ? undefined : trendBy(clock, busy, work.kept)?.kind;
    return kind === 'growing' || kind === 'late';
  };
  if (keepsBy(work.doneAt)) return true;
  if (part === 'js') return isEvenlyKept(snapshots, work);
  return byTime === 'growing' || keepsBy(work.usedAt);
}

function pointsOf(part: PartName, snapshots: readonly Snapshot[], parts: readonly Parts[]): Point[] {
  const points = snapshots.flatMap((snapshot, index) => {
    // WHY: it is never below 0, because memory that is touched long after it was allocated is no growth of nobody's.
    const bytes = part === 'unexplained' ? unexplainedBytes(snapshot) : parts[index]?.[part];
    return bytes === undefined ? [] : [{ ms: snapshot.at_ms, bytes }];
  });
  return points.length === snapshots.length ? points : [];
}

function isWithoutGarbage(part: PartName, trend: Trend, { snapshots, collected }: Observed): boolean {
  if (part === 'js') return collected !== undefined && !isHiddenInGarbage(trend, collected, snapshots);
  if (part !== 'native' || wasCollected(trend, snapshots)) return true;
  // WHY: this asks for node itself only, because its Buffers are freed by collections, and what an addon holds of its own is not.
  return mostGrown(snapshots[0] as Snapshot, snapshots.at(-1) as Snapshot)?.object !== '';
}

// Buffers are freed by collections: a level after a late one that is still as high as the rise so far is no garbage.
// An earlier one tells if it is nearly as high.
function wasCollected({ from, bytes }: Trend, snapshots: readonly Snapshot[]): boolean {
  const [begin, end] = [snapshots[0]?.at_ms ?? 0, snapshots.at(-1)?.at_ms ?? 0];
  return snapshots.some(({ at_ms, js, program }) => {
    const share = (at_ms - begin) / (end - begin);
    if (!js?.collected || share < earliestShare) return false;
    const least = share >= 0.5 ? 0.5 : earlyKeptShare;
    return (program?.live_bytes ?? 0) - from.bytes >= bytes * share * least;
  });
}

const earliestShare = 1 / 3;
const earlyKeptShare = 0.8;
