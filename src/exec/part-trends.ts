// The trend of each part of a process's memory, over the snapshots that count. Pure.
import { mostGrown } from './growers.js';
import { type PartName, type Parts, partNames, partsOf, unexplainedBytes } from './levels.js';
import type { Snapshot } from './snapshot.js';
import { levelAt, type Point, type Trend, trendOf } from './trend.js';
import { type Work, workOf } from './work.js';

export interface PartTrend extends Trend {
  readonly part: PartName;
  /** JavaScript: all levels are those right after full collections. Native: a collection has looked at what grew. */
  readonly withoutGarbage: boolean;
}

/** The snapshots that count: those of the running program. Its start is no level of its own, and at its end it lets go. */
export function countedSnapshots(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  return snapshots.filter(({ kind }) => kind === 'interval' || kind === 'signal' || kind === 'death');
}

/** Of every part that all snapshots know, largest lasting rise first; none with fewer than four snapshots. */
export function partTrends(snapshots: readonly Snapshot[]): readonly PartTrend[] {
  const parts = snapshots.map(partsOf);
  const work = workOf(snapshots);
  const trends = partNames.flatMap((part) => {
    const series = part === 'js' ? jsSeries(snapshots, parts) : pointsOf(part, snapshots, parts);
    const trend = busyTrend(part, series, work);
    if (trend === undefined) return [];
    const withoutGarbage = isWithoutGarbage(part, trend, snapshots);
    return [{ part, withoutGarbage, ...trend }];
  });
  return trends.sort((a, b) => b.bytes - a.bytes);
}

/**
 * WHY by work too: a leak keeps its pace per byte that its program allocates, and a machine or a load that slows down
 * slows the clock's pace only. The heap is judged by work alone: a compiler that keeps less and less of what it
 * allocates is done at some time. What stood still by the clock did not grow, except in a pause at the end.
 */
function busyTrend(part: PartName, series: readonly Point[], work: Work): Trend | undefined {
  const trend = trendOf(series);
  if (trend?.kind !== 'growing' && trend?.kind !== 'slowing' && trend?.kind !== 'levelled') return trend;
  const busy = series.filter(({ ms }) => ms <= work.busyUntilMs);
  const byClock = trendOf(busy)?.kind;
  const byWork = trendOf(busy.map(({ ms, bytes }) => ({ ms: work.doneAt.get(ms) ?? ms, bytes })))?.kind;
  const rises = byClock === 'growing' || byClock === 'slowing';
  const grows = rises && (byWork === 'growing' || (byClock === 'growing' && part !== 'js'));
  if (grows) return { ...trend, kind: 'growing' };
  return trend.kind === 'growing' ? { ...trend, kind: 'slowing' } : trend;
}

function pointsOf(part: PartName, snapshots: readonly Snapshot[], parts: readonly Parts[]): Point[] {
  const points = snapshots.flatMap((snapshot, index) => {
    // WHY not below 0: memory that is touched long after it was allocated is no growth of nobody's.
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

// WHY pages otherwise: between two full collections the heap fills with garbage, and looks as if objects were kept.
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
  const { doneAt } = workOf(snapshots);
  const done = (ms: number) => doneAt.get(ms) ?? ms;
  const known = points.map(({ ms, bytes }) => ({ ms: done(ms), bytes }));
  if (known.length < manyCollected && !isEven(known)) return undefined;
  return snapshots
    .filter(({ at_ms }) => at_ms >= first.ms && at_ms <= last.ms)
    .map(({ at_ms }) => ({ ms: at_ms, bytes: levelAt(known, done(at_ms)) }));
}

const fewestCollected = 3;
const manyCollected = 6;

// WHY: a few levels of a program that loads its modules rise too, but by no pace: each stretch keeps half of the quickest's,
// but for one of several: a collection of the program's own stands at the snapshot after it.
function isEven(points: readonly Point[]): boolean {
  const paces = points.slice(1).map(({ ms, bytes }, index) => {
    const before = points[index] as Point;
    return (bytes - before.bytes) / Math.max(1, ms - before.ms);
  });
  const slowest = [...paces].sort((a, b) => a - b)[paces.length > 2 ? 1 : 0] ?? 0;
  return slowest >= Math.max(...paces) / 2;
}

const coveredShare = 0.5;

function isWithoutGarbage(part: PartName, trend: Trend, snapshots: readonly Snapshot[]): boolean {
  if (part === 'js') return collectedSeries(snapshots) !== undefined;
  if (part !== 'native' || wasCollected(trend, snapshots)) return true;
  // WHY node itself only: its Buffers are freed by collections; what an addon holds of its own is not.
  return mostGrown(snapshots[0] as Snapshot, snapshots.at(-1) as Snapshot)?.object !== '';
}

// Buffers are freed by collections: a level after a late one that is still as high as the rise so far is no garbage.
function wasCollected({ from, bytes }: Trend, snapshots: readonly Snapshot[]): boolean {
  const [begin, end] = [snapshots[0]?.at_ms ?? 0, snapshots.at(-1)?.at_ms ?? 0];
  return snapshots.some(({ at_ms, js, program }) => {
    const share = (at_ms - begin) / (end - begin);
    return js?.collected && share >= 0.5 && (program?.live_bytes ?? 0) - from.bytes >= bytes * share * 0.5;
  });
}
