// When each object was made: before the calls that count, in the first phase, in the second, or after them. By V8's numbers.
import type { Dominators } from './dominators.js';
import { type HeapSnapshot, typeNumbers } from './snapshot.js';

/** The highest number of an object before the first phase, after it, and after the second. */
export interface Marks {
  readonly before: number;
  readonly first: number;
  readonly second: number;
}

/** 0 and 3: none of the two phases. */
export const age = { old: 0, first: 1, second: 2, ours: 3 } as const;

/**
 * INVARIANT: a native node is as old as what dominates it, because V8 numbers native memory anew in each snapshot.
 */
export function agesOf(snapshot: HeapSnapshot, { of, order }: Dominators, marks: Marks): Uint8Array {
  const { native } = typeNumbers(snapshot.nodeTypes, ['native']);
  const ages = new Uint8Array(snapshot.nodeCount);
  // A dominator stands before what it dominates.
  for (const node of order) {
    const id = snapshot.nodeId[node] as number;
    if (snapshot.nodeType[node] !== native && id % 2 === 1) ages[node] = ageOf(id, marks);
    else ages[node] = node === 0 ? age.old : (ages[of[node] as number] as number);
  }
  return ages;
}

function ageOf(id: number, { before, first, second }: Marks): number {
  if (id <= before) return age.old;
  if (id <= first) return age.first;
  return id <= second ? age.second : age.ours;
}
