// How far each part of a process's memory rose between its snapshots. Pure.
import { type PartName, partNames, partsOf } from './levels.js';
import type { Snapshot } from './snapshot.js';

// What grows steadily rises half as much again within the later half; what has stopped, not at all.
const leastLateShare = 0.1;

export interface Rise {
  readonly part: PartName;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Lowest level of the later half above the lowest of the earlier one: what a saw tooth cannot fake. */
  readonly bytes: number;
  /** JavaScript only: both ends were taken right after a full collection, so that no garbage is in it. */
  readonly withoutGarbage?: boolean;
  /** It rose early and has stayed where it was since: a level, not a leak. Absent where four points are not there. */
  readonly levelledOff?: boolean;
}

/**
 * The snapshots that a trend may be read from: those of the running program. Its start is no level of its own, and at
 * its end it has let go of things; that one counts where there are not two others.
 */
export function trendPoints(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const running = snapshots.filter(
    ({ kind }) => kind === 'interval' || kind === 'signal' || kind === 'death',
  );
  return running.length >= 2 ? running : snapshots.filter(({ kind }) => kind !== 'start');
}

/** The rise of each part that every point knows, the largest first; empty with fewer than two points. */
export function risesOf(points: readonly Snapshot[]): readonly Rise[] {
  if (points.length < 2) return [];
  const rises = partNames.flatMap((part) => {
    const rise =
      part === 'js'
        ? jsRise(points)
        : riseOf(
            part,
            points.map((point) => partsOf(point)[part]),
          );
    return rise === undefined ? [] : [rise];
  });
  return rises.sort((a, b) => b.bytes - a.bytes);
}

function riseOf(part: PartName, levels: readonly (number | undefined)[]): Rise | undefined {
  const known = levels.filter((level) => level !== undefined);
  if (known.length < levels.length) return undefined;
  const bytes = floorRise(known);
  const late = known.slice(Math.floor(known.length / 2));
  return {
    part,
    fromBytes: known[0] ?? 0,
    toBytes: known.at(-1) ?? 0,
    bytes,
    ...(late.length >= 2 && { levelledOff: floorRise(late) < bytes * leastLateShare }),
  };
}

function floorRise(levels: readonly number[]): number {
  const half = Math.floor(levels.length / 2);
  return Math.min(...levels.slice(half)) - Math.min(...levels.slice(0, half));
}

// WHY: between two full collections the heap fills with garbage, and looks as if it leaked.
function jsRise(points: readonly Snapshot[]): Rise | undefined {
  const half = Math.floor(points.length / 2);
  const collected = points.filter(({ js }) => js?.after_full_gc_bytes !== undefined);
  const first = collected[0];
  const last = points.at(-1)?.js;
  const isFresh = (last?.full_gcs ?? 0) > (points[half - 1]?.js?.full_gcs ?? 0);
  if (first !== undefined && points.indexOf(first) < half && isFresh) {
    const rise = riseOf(
      'js',
      collected.map(({ js }) => js?.after_full_gc_bytes),
    );
    // WHY not levelledOff: between two full collections this level stands still by nature.
    return rise && { ...rise, levelledOff: false, withoutGarbage: true };
  }
  const rise = riseOf(
    'js',
    points.map(({ js }) => js?.used_bytes),
  );
  return rise && { ...rise, withoutGarbage: false };
}
