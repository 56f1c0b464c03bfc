// What one series of levels does over time: grows at its pace, slows down, stays, or was released. Pure; knows nothing of
// memory except its thresholds. The rule, sentence by sentence, is docs/decisions/exec-verdict.md.
import { concordance, median, quantile, stepCount } from './series.js';

export interface Point {
  readonly ms: number;
  readonly bytes: number;
}

/**
 * `growing`: rises to the end at the pace that it had; `slowing`: rises to the end, more slowly; `levelled`: rose and
 * stayed; `late`: began to rise late, and rises to the end; `recent`: all of the rise is late, or in one or two steps;
 * `released`: grew, and fell at the end; `steady`: none.
 */
export type TrendKind = 'growing' | 'slowing' | 'levelled' | 'late' | 'recent' | 'released' | 'steady';

export interface Trend {
  readonly kind: TrendKind;
  /** Of what began late, where it began. */
  readonly from: Point;
  /** The last point; of what was released, the highest one. */
  readonly to: Point;
  /** What stayed of the rise: floor to floor. */
  readonly bytes: number;
  /** Of what rises: nothing more came at the end. */
  readonly hasStopped?: true;
}

const mebibyte = 1024 * 1024;
/** Below this, and below a twentieth of where a series started, it has not moved. */
export const smallestRiseBytes = 2 * mebibyte;
const smallestShare = 0.05;
/** Fewer points say nothing. */
export const fewestPoints = 4;
// Levels swing above their floor: the tooth is what four fifths of them stay below. A rise counts from half of it on.
const toothShare = 0.8;
export const smallestShareOfTooth = 0.5;
// Kendall's test: chance makes a series rise like this once in some thousand times; few points must all rise.
const leastConcordance = 3.5;
const fewPointsShare = 0.9;
const smallestStepShare = 0.1;
// The first fifth of the time is the program's start, and no pace.
const startShare = 0.2;
const middleShare = 0.6;
/** What a pace has to keep of an earlier one. */
export const keptPace = 0.75;
const standstill = 0.2;
const smallestLateShare = 0.05;
// Two steps of equal size are 2; a line through four points is 2.7.
const fewestSteps = 2.2;
// WHY: a start that goes on for half of a short run rises in some of its few stretches only; a leak in each, about evenly.
export const fewPoints = 8;
const fewPointsSteps = 0.8;
// What began late rises in so many steps from there on, and keeps half of that pace to the end.
const fewestLateSteps = 4;
const lateStartShare = 0.05;
const lastShare = 0.8;
const stoppedTime = 0.15;
const stoppedShare = 0.1;
const smallSwing = 0.05;
const releasedShare = 0.5;
const longestRelease = 1 / 3;

/** Undefined for fewer than four points. */
export function trendOf(points: readonly Point[], kept = keptPace): Trend | undefined {
  if (points.length < fewestPoints) return undefined;
  return releasedTrend(points, kept) ?? heldTrend(points, kept);
}

// In the last third the levels fall below half of the rise, and stay there.
function releasedTrend(points: readonly Point[], kept: number): Trend | undefined {
  const at = largestFall(points.map(({ bytes }) => bytes));
  if (at === undefined || at < fewestPoints) return undefined;
  const before = points.slice(0, at);
  const lowest = Math.min(...before.map(({ bytes }) => bytes));
  const high = median(before.slice(-3).map(({ bytes }) => bytes));
  const after = median(points.slice(at).map(({ bytes }) => bytes));
  if (after > lowest + (high - lowest) * releasedShare) return undefined;
  const held = heldTrend(before, kept);
  if (held.kind !== 'growing' && held.kind !== 'slowing' && held.kind !== 'late') return undefined;
  const top = Math.max(...before.map(({ bytes }) => bytes));
  const to = before.findLast(({ bytes }) => bytes === top) ?? held.to;
  return { ...held, kind: 'released', to };
}

/** The place in the last third before which levels are highest above those from it on. */
function largestFall(levels: readonly number[]): number | undefined {
  const first = Math.ceil(levels.length * (1 - longestRelease));
  let largest = 0;
  let found: number | undefined;
  for (let at = Math.max(3, first); at < levels.length; at += 1) {
    const high = Math.min(median(levels.slice(at - 3, at)), levels[at - 1] as number);
    const fall = high - median(levels.slice(at));
    if (fall > largest) [largest, found] = [fall, at];
  }
  return found;
}

function heldTrend(points: readonly Point[], kept: number): Trend {
  const floor = floorOf(points);
  const [from, to] = [floor[0] as Point, points.at(-1) as Point];
  const bytes = (floor.at(-1) as Point).bytes - from.bytes;
  const least = Math.max(
    smallestRiseBytes,
    from.bytes * smallestShare,
    toothOf(points) * smallestShareOfTooth,
  );
  const rises = bytes >= least && isOrdered(points, bytes);
  const kind = rises ? risingKind(points, floor, kept) : 'steady';
  if (rises && hasStopped(points, floor)) return { kind, from, to, bytes, hasStopped: true };
  if (kind !== 'recent') return { kind, from, to, bytes };
  const since = lateStart(floor);
  return keepsRising(since)
    ? { kind: 'late', from: since[0] as Point, to, bytes }
    : { kind, from, to, bytes };
}

/** The floor from where it began to rise. */
function lateStart(floor: readonly Point[]): readonly Point[] {
  const [first, last] = [floor[0] as Point, floor.at(-1) as Point];
  const low = first.bytes + (last.bytes - first.bytes) * lateStartShare;
  return floor.slice(floor.findLastIndex(({ bytes }) => bytes <= low));
}

function keepsRising(since: readonly Point[]): boolean {
  const [first, last] = [since[0] as Point, since.at(-1) as Point];
  const steps = since.slice(1).map(({ bytes }, index) => bytes - (since[index] as Point).bytes);
  const before = levelAt(since, first.ms + (last.ms - first.ms) * lastShare);
  const rest = (last.bytes - first.bytes) * (1 - lastShare);
  return stepCount(steps) >= fewestLateSteps && last.bytes - before >= rest / 2;
}

// WHY: levels count in steps, because a level that sinks by some KiB before a large rise would outweigh it: pairs count by their
// order.
function isOrdered(points: readonly Point[], rise: number): boolean {
  const step = rise * smallestStepShare;
  const { score, most } = concordance(points.map(({ bytes }) => Math.round(bytes / step)));
  return most > 0 && score >= Math.min(leastConcordance, most * fewPointsShare);
}

function risingKind(points: readonly Point[], floor: readonly Point[], kept: number): TrendKind {
  const rise = (floor.at(-1) as Point).bytes - (floor[0] as Point).bytes;
  const tooth = toothOf(points);
  const [early, late] = tooth < rise * smallSwing ? exactPaces(floor) : blockPaces(points);
  // A block's floor is off by about its tooth, shared by its points.
  const chance = tooth / (points.length / 5 + 1);
  if (late <= standstill * early || late < rise * smallestLateShare) return 'levelled';
  if (floor.length < fewPoints && stepsOf(floor).at(-1) === 0) return 'levelled';
  if (early < late * standstill || hasFewSteps(floor)) return 'recent';
  return late + chance >= kept * early && !hasStopped(points, floor) ? 'growing' : 'slowing';
}

/**
 * WHY: this is asked beside the paces, because what began late and has stopped rises in the later part too. It takes levels that
 * hardly swing.
 */
function hasStopped(points: readonly Point[], floor: readonly Point[]): boolean {
  const [first, last] = [floor[0] as Point, floor.at(-1) as Point];
  const rise = last.bytes - first.bytes;
  const before = levelAt(floor, first.ms + (last.ms - first.ms) * (1 - stoppedTime));
  return toothOf(points) < rise * smallSwing && last.bytes - before < rise * stoppedTime * stoppedShare;
}

function hasFewSteps(floor: readonly Point[]): boolean {
  const line = stepCount(stepsOf(floor.map(({ ms }) => ({ ms, bytes: ms }))));
  const least = floor.length < fewPoints ? line * fewPointsSteps : 0;
  return stepCount(stepsOf(floor)) < Math.max(fewestSteps, least);
}

// Of a series that hardly falls: the rises from a fifth to three fifths of the time, and from there to its end.
function exactPaces(floor: readonly Point[]): readonly [early: number, late: number] {
  const [begin, end] = [(floor[0] as Point).ms, (floor.at(-1) as Point).ms];
  const at = (share: number) => levelAt(floor, begin + (end - begin) * share);
  return [at(middleShare) - at(startShare), at(1) - at(middleShare)];
}

// Of one that swings: the same from the floors of five equal blocks, the first of which is the start.
function blockPaces(points: readonly Point[]): readonly [early: number, late: number] {
  const floors = [1, 2, 3, 4].map((block) => {
    const size = points.length / 5;
    const levels = points.slice(Math.floor(block * size), Math.max(Math.ceil((block + 1) * size), 1));
    return quantile(
      levels.map(({ bytes }) => bytes),
      startShare,
    );
  });
  const [first = 0, second = 0, third = 0, last = 0] = floors;
  const middle = (second + third) / 2;
  return [middle - first, last - middle];
}

/**
 * At each point the lowest level from there on: what was never given back later. The last point counts without the tooth
 * that it may stand on, down to the lowest of the last fifth.
 */
function floorOf(points: readonly Point[]): Point[] {
  const last = (points.at(-1) as Point).bytes;
  const lastFifth = points.slice(-Math.ceil(points.length / 5)).map(({ bytes }) => bytes);
  return lowestFrom(points, Math.max(Math.min(...lastFifth), last - toothOf(points)));
}

function lowestFrom(points: readonly Point[], end: number): Point[] {
  let lowest = end;
  const floor: Point[] = [];
  for (const { ms, bytes } of [...points].reverse()) {
    lowest = Math.min(lowest, bytes);
    floor.push({ ms, bytes: lowest });
  }
  return floor.reverse();
}

function toothOf(points: readonly Point[]): number {
  const floor = lowestFrom(points, Number.POSITIVE_INFINITY);
  return quantile(
    points.map(({ bytes }, index) => bytes - (floor[index] as Point).bytes),
    toothShare,
  );
}

// What the floor rises by at each point after the start.
function stepsOf(floor: readonly Point[]): number[] {
  const [begin, end] = [(floor[0] as Point).ms, (floor.at(-1) as Point).ms];
  const start = begin + (end - begin) * startShare;
  const levels = [levelAt(floor, start), ...floor.filter(({ ms }) => ms > start).map(({ bytes }) => bytes)];
  return levels.slice(1).map((bytes, index) => bytes - (levels[index] as number));
}

/** The level at a time between two points, on the line from one to the other. */
export function levelAt(points: readonly Point[], ms: number): number {
  const next = points.findIndex((point) => point.ms >= ms);
  if (next <= 0) return (points.at(next) as Point).bytes;
  const [before, after] = [points[next - 1] as Point, points[next] as Point];
  const share = after.ms === before.ms ? 1 : (ms - before.ms) / (after.ms - before.ms);
  return before.bytes + (after.bytes - before.bytes) * share;
}
