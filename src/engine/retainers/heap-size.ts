// Whether the heap is small enough for a snapshot of it: that and its analysis need many times the heap.
import { freemem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { formatBytes } from '../../units.js';

/** Measured with heaps of small objects, 16.5 for the child and the analysis together; those of large ones need less. */
const memoryPerHeap = 17;

/** Why no snapshot is taken, as a clause after "because"; undefined if one may be. */
export function refuseLargeHeap(mostBytes: number): string | undefined {
  const { used_heap_size: used } = getHeapStatistics();
  if (used > mostBytes) {
    return `the JavaScript heap has ${formatBytes(used)}, the limit is ${formatBytes(mostBytes)}`;
  }
  const needed = used * memoryPerHeap;
  const free = process.availableMemory?.() ?? freemem();
  if (needed <= free) return undefined;
  return `a snapshot of a heap of ${formatBytes(used)} needs about ${formatBytes(needed)}, ${formatBytes(free)} are free`;
}
