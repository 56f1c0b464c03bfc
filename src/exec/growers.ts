// Who allocated what stayed, between two snapshots. Pure.
import type { ObjectLevels, Snapshot } from './snapshot.js';

/** The shared object whose live bytes rose most; '' is node itself. Undefined if none rose. */
export function mostGrown(first: Snapshot, last: Snapshot): { object: string; bytes: number } | undefined {
  const before = new Map(first.objects?.map((row) => [keyOf(row), row.live_bytes]));
  return last.objects
    ?.filter(({ source }) => source === 'program')
    .map((row) => ({ object: row.object, bytes: row.live_bytes - (before.get(keyOf(row)) ?? 0) }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)[0];
}

function keyOf({ object, source }: ObjectLevels): string {
  return `${source} ${object}`;
}
