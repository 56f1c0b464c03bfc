// The trend of each part of a process's memory, over the snapshots that count. Pure.
import { defined } from '../shapes.js';
import { mostGrown } from './growers.js';
import { type PartName, type Parts, partNames, partsOf, unexplainedBytes } from './levels.js';
import { type Piece, pieceOf } from './pieces.js';
import { type Clock, trendBy, trendByTime } from './program-time.js';
import type { Snapshot } from './snapshot.js';
import { fewPoints, levelAt, type Point, smallestRiseBytes, type Trend, type TrendKind } from './trend.js';
import { busyUntilMs, type Work, workOf } from './work.js';

export interface PartTrend extends Trend {
  readonly part: PartName;
  /** JavaScript: all levels are those right after full collections. Native: a collection has looked at what grew. */
  readonly withoutGarbage: boolean;
  /** Half of the rise or more came in one piece of work, or in a few. */
  readonly piece?: Piece;
}

/** Of every part that all snapshots know, largest lasting rise first; none with fewer than four snapshots. */
export function partTrends(snapshots: readonly Snapshot[]): readonly PartTrend[] {
  const parts = snapshots.map(partsOf);
  const work = workOf(snapshots);
  const trends = partNames.flatMap((part) => {
    const series = part === 'js' ? jsSeries(snapshots, parts) : pointsOf(part, snapshots, parts);
    const trend = busyTrend(part, series, snapshots, work);
    if (trend === undefined) return [];
    const withoutGarbage = isWithoutGarbage(part, trend, snapshots);
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
  snapshots: readonly Snapshot[],
  work: Work,
): Trend | undefined {
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
  if (rises && keepsPace(part, busy, byTime, snapshots, work)) return { ...trend, kind: 'growing' };
  return trend.kind === 'growing' ? { ...trend, kind: 'slowing' } : trend;
}

// WHY: the heap goes by what is allocated alone, because a compiler that keeps less and less of what it allocates is done at some
// time.
function keepsPace(
  part: PartName,
  busy: readonly Point[],
  byTime: TrendKind | undefined,
  snapshots: readonly Snapshot[],
  work: Work,
): boolean {
  const keepsBy = (clock: Clock | undefined) => {
    const kind = clock === undefined ? undefined : trendBy(clock, busy, work.kept)?.kind;
    return kind === 'growing' || kind === 'late';
  };
  if (keepsBy(work.doneAt)) return true;
  if (part === 'js') return isEvenlyKept(snapshots, work);
  return byTime === 'growing' || keepsBy(work.usedAt);
}

// Between its few collections it kept the same share of what was allocated: one stretch may have copied a large array.
function isEvenlyKept(snapshots: readonly Snapshot[], work: Work): boolean {
  const points = collectedByWork(snapshots, work);
  return points.length > someCollected && points.length < fewCollected && isEven(points);
}

function pointsOf(part: PartName, snapshots: readonly Snapshot[], parts: readonly Parts[]): Point[] {
  const points = snapshots.flatMap((snapshot, index) => {
    // WHY: it is never below 0, because memory that is touched long after it was allocated is no growth of nobody's.
    const bytes = part === 'unexplained' ? unexplainedBytes(snapshot) : parts[index]?.[part];
    return bytes === undefined ? [] : [{ ms: snapshot.at_ms, bytes }];
  });
  return points.length === snapshots.length ? points : [];
}

/** The levels right after full collections, each at the snapshot that followed it. */
export function collectedPoints(snapshots: readonly Snapshot[]): Point[] {
  return snapshots.flatMap(({ at_ms, js }) =>
    js?.collected && js.after_full_gc_bytes !== undefined
      ? [{ ms: at_ms, bytes: js.after_full_gc_bytes }]
      : [],
  );
}

// By what was allocated until then. A level that was taken well before its snapshot lacks what was kept in between: of that
// as large a share stays as until the next collection.
function collectedByWork(snapshots: readonly Snapshot[], { doneAt }: Work): Point[] {
  const levels = snapshots.flatMap(({ at_ms, js }, index) => {
    const bytes = js?.collected ? js.after_full_gc_bytes : undefined;
    if (js === undefined || bytes === undefined) return [];
    const done = doneAt.get(at_ms) ?? at_ms;
    const since = done - (doneAt.get(snapshots[index - 1]?.at_ms ?? at_ms) ?? done);
    const onTop = js.used_bytes - bytes;
    return [{ ms: done, bytes, onTop: onTop > 0 && onTop <= since ? onTop : 0 }];
  });
  return levels.map(({ ms, bytes, onTop }, index) => {
    const next = levels[index + 1];
    if (index === 0 || next === undefined) return { ms, bytes };
    const work = Math.max(1, next.ms - next.onTop - (ms - onTop));
    const keptShare = Math.min(1, Math.max(0, (next.bytes - bytes) / work));
    return { ms, bytes: bytes + onTop * keptShare };
  });
}

// WHY: pages count otherwise, because between two full collections the heap fills with garbage, and looks as if objects were
// kept.
function jsSeries(snapshots: readonly Snapshot[], parts: readonly Parts[]): readonly Point[] {
  return collectedSeries(snapshots) ?? pointsOf('js', snapshots, parts);
}

// What was collected early only says nothing of what came later. Between two collections the level is taken to have risen
// as the program allocated: so a heap with few collections has steps where its program took them.
function collectedSeries(snapshots: readonly Snapshot[]): readonly Point[] | undefined {
  const points = collectedPoints(snapshots);
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < fewestCollected || first === undefined || last === undefined) return undefined;
  const [begin, end] = [snapshots[0]?.at_ms ?? 0, snapshots.at(-1)?.at_ms ?? 0];
  if (last.ms - first.ms < (end - begin) * coveredShare) return undefined;
  const work = workOf(snapshots);
  const done = (ms: number) => work.doneAt.get(ms) ?? ms;
  const known = collectedByWork(snapshots, work);
  const isLate = last.ms - begin >= (end - begin) * lateShare;
  if (!isTelling(known) && !(isLate && hasNotRisen(known))) return undefined;
  return snapshots
    .filter(({ at_ms }) => at_ms >= first.ms && at_ms <= last.ms)
    .map(({ at_ms }) => ({ ms: at_ms, bytes: levelAt(known, done(at_ms)) }));
}

const fewestCollected = 2;
const someCollected = 3;
const manyCollected = 6;
const fewCollected = 10;
const coveredShare = 0.5;
const lateShare = 0.8;
const mostlyKeptShare = 0.8;

function isTelling(points: readonly Point[]): boolean {
  if (points.length >= manyCollected || isMostlyKept(points)) return true;
  return points.length >= someCollected && isEven(points);
}

// WHY: two levels are enough, because little of it is garbage if nearly all that was allocated between them is still there.
function isMostlyKept(points: readonly Point[]): boolean {
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  return last.bytes - first.bytes >= Math.max(smallestRiseBytes, (last.ms - first.ms) * mostlyKeptShare);
}

// Few levels are enough to say that nothing was kept.
function hasNotRisen(points: readonly Point[]): boolean {
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  return points.length >= someCollected && last.bytes - first.bytes < smallestRiseBytes;
}

// WHY: a few levels of a program that loads its modules rise too, but by no pace: each stretch keeps half of the quickest's,
// except for one of several: a collection of the program's own stands at the snapshot after it. No level falls: what V8 collects
// while the program runs on leaves some garbage, now more and now less.
function isEven(points: readonly Point[]): boolean {
  const paces = points.slice(1).map(({ ms, bytes }, index) => {
    const before = points[index] as Point;
    return (bytes - before.bytes) / Math.max(1, ms - before.ms);
  });
  const [lowest = 0, second = lowest] = [...paces].sort((a, b) => a - b);
  return lowest >= 0 && (paces.length > 2 ? second : lowest) >= Math.max(...paces) / 2;
}

function isWithoutGarbage(part: PartName, trend: Trend, snapshots: readonly Snapshot[]): boolean {
  if (part === 'js') return collectedSeries(snapshots) !== undefined;
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
    const least = share >= 0.5 ? 0.5 : mostlyKeptShare;
    return (program?.live_bytes ?? 0) - from.bytes >= bytes * share * least;
  });
}

const earliestShare = 1 / 3;
