// Collections of garbage that V8 makes only when it runs with --expose-gc: allowed for a while, and made before a window.
// INVARIANT: no context gets a global `gc` because of us, except one that is made while a near-live window is open.
import { getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NativeBinding } from '../../native/contract.js';
import { allowForcedCollections, forbidForcedCollections } from './forced-collections.js';

// What near-live windows let stand too. PERF: a collection takes 7 ms of a heap of 8 MB, and 90 ms of one of 80 MB.
const mostGarbageBytes = 256 * 1024;
const mostGarbageShare = 0.05;

interface Collector {
  /** V8's own function: a full collection, or one of new objects alone; undefined if this V8 has given it another name. */
  readonly collect: ((options?: { readonly type: 'minor' }) => void) | undefined;
  /** The program was started with --expose-gc, so that it stays on. */
  readonly isAlwaysAllowed: boolean;
  /** Used bytes of the heap with the least garbage seen. */
  floorBytes: number;
}

// WHY: it stands on the addon's exports, because they are the one object that all twins and contexts of this thread share, as for
// `turn`.
const key = Symbol.for('benchmem.collector');

/** Makes what the others here need, so that they leave nothing new on the heap. */
export function prepareCollector(binding: NativeBinding): void {
  collectorOf(binding);
}

/**
 * Takes the leave back that a near-live window needed, once no other thread can be on its way into a collection which
 * that window asked for. If one does not answer, the leave stays.
 */
export function endForcedCollections(binding: NativeBinding): void {
  if (!collectorOf(binding).isAlwaysAllowed && binding.collectIsolates() === 0) forbidForcedCollections();
}

/**
 * Collects if more than 256 KiB and 5 % of garbage may stand: freed inside a window, it would lower that window's peak.
 * PERF: new objects first, because most garbage between two tests is new, and to look at these takes a tenth of a full collection.
 */
export function collectIfMuch(binding: NativeBinding): void {
  const collector = collectorOf(binding);
  let used = usedBytes();
  if (mayHoldMuch(collector, used) && collector.collect !== undefined) {
    collector.collect({ type: 'minor' });
    used = usedBytes();
  }
  if (!mayHoldMuch(collector, used)) {
    collector.floorBytes = Math.min(collector.floorBytes, used);
    return;
  }
  if (collector.collect === undefined) binding.collectGarbage();
  else collector.collect();
  collector.floorBytes = usedBytes();
}

function mayHoldMuch({ floorBytes }: Collector, used: number): boolean {
  return used - floorBytes > Math.max(mostGarbageBytes, floorBytes * mostGarbageShare);
}

const usedBytes = (): number => getHeapStatistics().used_heap_size;

function collectorOf(binding: NativeBinding & { [key]?: Collector }): Collector {
  binding[key] ??= makeCollector();
  return binding[key];
}

// WHY: a new context is made first, because only a new one shows whether the flag is on; this one may have been made before it
// was set.
function makeCollector(): Collector {
  const isAlwaysAllowed = runInNewContext('typeof gc === "function"') as boolean;
  allowForcedCollections();
  const collect = runInNewContext('typeof gc === "function" ? gc : undefined') as Collector['collect'];
  if (!isAlwaysAllowed) forbidForcedCollections();
  return { collect, isAlwaysAllowed, floorBytes: Number.NEGATIVE_INFINITY };
}
