// The JavaScript heap right after full collections: the levels that tell objects from garbage, and whether they tell. Pure.
import { median } from './series.js';
import type { Snapshot } from './snapshot.js';
import { levelAt, type Point, smallestRiseBytes, smallestShareOfTooth, type Trend } from './trend.js';
import type { Work } from './work.js';

interface CollectedHeap {
  readonly ms: number;
  /** Of the snapshot before; its own for the first. */
  readonly beforeMs: number;
  /** Right after the collection. */
  readonly bytes: number;
  readonly usedBytes: number;
}

/** At each snapshot that follows a full collection. */
function collectedHeaps(snapshots: readonly Snapshot[]): CollectedHeap[] {
  return snapshots.flatMap(({ at_ms: ms, js }, index) => {
    const bytes = js?.collected ? js.after_full_gc_bytes : undefined;
    if (js === undefined || bytes === undefined) return [];
    return [{ ms, beforeMs: snapshots[index - 1]?.at_ms ?? ms, bytes, usedBytes: js.used_bytes }];
  });
}

/** The levels right after full collections, each at the snapshot that followed it. */
function collectedPoints(snapshots: readonly Snapshot[]): Point[] {
  return collectedHeaps(snapshots).map(({ ms, bytes }) => ({ ms, bytes }));
}

// By what was allocated until then. A level that was taken well before its snapshot lacks what was kept in between: of that
// as large a share stays as until the next collection.
function collectedByWork(snapshots: readonly Snapshot[], { doneAt }: Work): Point[] {
  const levels = collectedHeaps(snapshots).map(({ ms, beforeMs, bytes, usedBytes }) => {
    const done = doneAt.get(ms) ?? ms;
    const since = done - (doneAt.get(beforeMs) ?? done);
    const onTop = usedBytes - bytes;
    return { ms: done, bytes, onTop: onTop > 0 && onTop <= since ? onTop : 0 };
  });
  return levels.map(({ ms, bytes, onTop }, index) => {
    const next = levels[index + 1];
    if (index === 0 || next === undefined) return { ms, bytes };
    const work = Math.max(1, next.ms - next.onTop - (ms - onTop));
    const keptShare = Math.min(1, Math.max(0, (next.bytes - bytes) / work));
    return { ms, bytes: bytes + onTop * keptShare };
  });
}

/**
 * At each snapshot between the first collection and the last; undefined if they cannot tell. What was collected early only
 * says nothing of what came later. Between two collections the level is taken to have risen as the program allocated: so a heap
 * with few collections has steps where its program took them.
 */
export function collectedSeries(snapshots: readonly Snapshot[], work: Work): readonly Point[] | undefined {
  const points = collectedPoints(snapshots);
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < fewestCollected || first === undefined || last === undefined) return undefined;
  const [begin, end] = [snapshots[0]?.at_ms ?? 0, snapshots.at(-1)?.at_ms ?? 0];
  if (last.ms - first.ms < (end - begin) * coveredShare) return undefined;
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
function isEven(points: readonly Point[], idle = 0): boolean {
  const steps = points.slice(1).map(({ ms, bytes }, index) => {
    const before = points[index] as Point;
    return { done: Math.max(1, ms - before.ms), pace: (bytes - before.bytes) / Math.max(1, ms - before.ms) };
  });
  const least = (steps.reduce((sum, { done }) => sum + done, 0) / steps.length) * idle;
  const paces = steps.filter(({ done }) => done >= least).map(({ pace }) => pace);
  const [lowest = 0, second = lowest] = paces.sort((a, b) => a - b);
  return lowest >= 0 && (paces.length > 2 ? second : lowest) >= Math.max(...paces) / 2;
}

const idleShare = 0.1;

/** Between its few collections it kept the same share of what was allocated: one stretch may have copied a large array. */
export function isEvenlyKept(snapshots: readonly Snapshot[], work: Work): boolean {
  const points = collectedByWork(snapshots, work);
  return hasSomeCollected(points) && isEven(points);
}

/**
 * A few levels that rise evenly by nothing: what was allocated, the clock, the program's own time. A stretch in which next to
 * nothing was done has no pace.
 * WHY: the clocks are asked too, because between two collections a program may allocate much garbage or little.
 */
export function isUneven(snapshots: readonly Snapshot[], work: Work): boolean {
  const points = collectedByWork(snapshots, work);
  if (!hasSomeCollected(points)) return false;
  const times = collectedPoints(snapshots).map(({ ms }) => ms);
  const by = (clock: (ms: number) => number) =>
    points.map(({ bytes }, index) => ({ ms: clock(times[index] as number), bytes }));
  return ![points, by((ms) => ms), by((ms) => work.ranAt.get(ms) ?? ms)].some((each) =>
    isEven(each, idleShare),
  );
}

/**
 * What V8 collects by itself, it marks while the program runs on, and some garbage of that time stays. As a rise beside a tooth, one
 * beside this garbage counts from half of it on. A level that was asked for stands at its snapshot, and has none.
 */
export function isHiddenInGarbage(
  { bytes }: Trend,
  series: readonly Point[],
  snapshots: readonly Snapshot[],
): boolean {
  const collected = collectedHeaps(snapshots);
  const exact = collected.filter(
    ({ bytes: after, usedBytes }) => usedBytes - after <= usedBytes * exactShare,
  );
  if (exact.length * 2 >= collected.length) return false;
  const [first, last] = [series[0]?.ms ?? 0, series.at(-1)?.ms ?? 0];
  const garbage = snapshots.flatMap(({ at_ms, js }) =>
    js === undefined || at_ms < first || at_ms > last ? [] : [js.used_bytes - levelAt(series, at_ms)],
  );
  return bytes < median(garbage) * smallestShareOfTooth;
}

const exactShare = 0.05;

// WHY: many levels have a pace by themselves.
function hasSomeCollected({ length }: readonly Point[]): boolean {
  return length > someCollected && length < fewCollected;
}
