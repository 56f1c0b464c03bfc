// How far each part of a process's memory rose between its snapshots. Pure.
import { type PartName, partNames, partsOf } from './levels.js';
import type { Snapshot } from './snapshot.js';

export interface Rise {
  readonly part: PartName;
  readonly fromBytes: number;
  readonly toBytes: number;
  /** Lowest level of the later half above the lowest of the earlier one: what a saw tooth cannot fake. */
  readonly bytes: number;
  /** JavaScript only: both ends were taken right after a full collection, so that no garbage is in it. */
  readonly withoutGarbage?: boolean;
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
  const half = Math.floor(known.length / 2);
  const bytes = Math.min(...known.slice(half)) - Math.min(...known.slice(0, half));
  return { part, fromBytes: known[0] ?? 0, toBytes: known.at(-1) ?? 0, bytes };
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
    return rise && { ...rise, withoutGarbage: true };
  }
  const rise = riseOf(
    'js',
    points.map(({ js }) => js?.used_bytes),
  );
  return rise && { ...rise, withoutGarbage: false };
}
