// Memory that a window's figures do not hold: what shared objects mapped for themselves, V8's pages of isolates that
// nobody observes, and what the kernel holds for the process beyond all that is known.
// INVARIANT: takes its readings outside of the measuring phase, and keeps nothing on the heap from one to the other.
import { closeSync, openSync, readSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import type { MappingReading, NativeBinding } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { PrivateMapping } from './fields.js';
import { privateAllocatorOf } from './private-allocators.js';

export interface UnseenMemory {
  readonly objects: readonly PrivateMapping[];
  /** V8's pages that no observed isolate explains; absent below the threshold. */
  readonly unobservedHeapBytes?: number;
  /** Resident memory of unknown origin; absent below the threshold, or where the kernel does not tell. */
  readonly unexplainedBytes?: number;
}

/** What cannot be told from V8's and the allocator's own rounding, in bytes. */
const toleratedBytes = 8 * 1024 * 1024;

/**
 * The same for V8's pages, whose figures leave out what it keeps mapped for later: both halves of a young generation
 * of 16 MiB, and in a large heap up to half as much again as its objects use.
 */
const toleratedHeapBytes = 40 * 1024 * 1024;

/** Less is not worth a line, in bytes. */
export const leastNamedBytes = 64 * 1024;

// Slots of the notes.
const physical = 0;
const anonymous = 1;
const known = 2;

/** Made before a window; `noteOpening` before its baseline is taken, `noteEnd` when measuring has ended. */
export class UnseenWatch {
  readonly #binding: NativeBinding;
  readonly #file: string;
  readonly #opening = new Float64Array(3).fill(Number.NaN);
  readonly #end = new Float64Array(3).fill(Number.NaN);

  constructor(binding: NativeBinding, source: ResidentSource = 'exact') {
    this.#binding = binding;
    this.#file = residentFiles[source];
  }

  noteOpening(): void {
    this.#note(this.#opening);
  }

  noteEnd(): void {
    this.#note(this.#end);
  }

  /** After the window's close. `jsPeakBytes`: the high-water mark of all observed isolates. */
  read(jsPeakBytes: number | undefined): UnseenMemory | undefined {
    const rows = this.#binding.mappingFigures();
    if (rows === undefined) return undefined;
    const unobserved = this.#unobservedHeap(rows, jsPeakBytes);
    const unexplained = this.#unexplained(rows);
    return {
      objects: privateMappings(rows),
      ...(unobserved > 0 && { unobservedHeapBytes: unobserved }),
      ...(unexplained > toleratedBytes && { unexplainedBytes: unexplained }),
    };
  }

  #note(slots: Float64Array): void {
    slots[physical] = getHeapStatistics().total_physical_size;
    const allocator = this.#binding.allocatorFigures();
    // Without the allocator's own figure nothing can be said of the rest.
    if (allocator === undefined) return;
    slots[anonymous] = anonymousBytes(this.#file);
    slots[known] = allocator.mappedBytes + (this.#binding.ownResidentBytes() ?? 0);
  }

  #grown(slot: number): number {
    return (this.#end[slot] ?? Number.NaN) - (this.#opening[slot] ?? Number.NaN);
  }

  // V8 says itself what it holds for this isolate; the others are known by what they use. 0: nothing to tell.
  #unobservedHeap(rows: readonly MappingReading[], jsPeakBytes: number | undefined): number {
    if (jsPeakBytes === undefined) return Number.NaN;
    const explained = Math.max(this.#grown(physical), jsPeakBytes, 0);
    const left = grownBy(rows, 'engine') - explained;
    return left > toleratedHeapBytes + explained / 2 ? left : 0;
  }

  #unexplained(rows: readonly MappingReading[]): number {
    const mapped = rows.reduce((sum, row) => sum + grownBytesOf(row), 0);
    return this.#grown(anonymous) - this.#grown(known) - mapped;
  }
}

/** One for each shared object, whether it mapped before or after the hooks were installed. */
function privateMappings(rows: readonly MappingReading[]): readonly PrivateMapping[] {
  const byObject = new Map<string, PrivateMapping>();
  for (const row of rows.filter(isWorthNaming)) {
    const other = byObject.get(row.object);
    const mapping = toPrivateMapping(row);
    byObject.set(row.object, other === undefined ? mapping : together(mapping, other));
  }
  return [...byObject.values()];
}

function isWorthNaming({ mappedBy, residentPeakBytes }: MappingReading): boolean {
  return (mappedBy === 'object' || mappedBy === 'earlier') && residentPeakBytes >= leastNamedBytes;
}

function grownBytesOf({ residentPeakBytes, residentOpeningBytes }: MappingReading): number {
  return residentPeakBytes - residentOpeningBytes;
}

function grownBy(rows: readonly MappingReading[], mappedBy: MappingReading['mappedBy']): number {
  return rows.filter((row) => row.mappedBy === mappedBy).reduce((sum, row) => sum + grownBytesOf(row), 0);
}

function toPrivateMapping(row: MappingReading): PrivateMapping {
  const allocator = privateAllocatorOf(row.object)?.name;
  return {
    object: row.object,
    ...defined({ allocator }),
    grown_bytes: grownBytesOf(row),
    resident_bytes: row.residentPeakBytes,
    ...(row.mappedBy === 'earlier' && { earlier_bytes: row.residentOpeningBytes }),
  };
}

function together(a: PrivateMapping, b: PrivateMapping): PrivateMapping {
  const earlier = (a.earlier_bytes ?? 0) + (b.earlier_bytes ?? 0);
  return {
    ...a,
    grown_bytes: a.grown_bytes + b.grown_bytes,
    resident_bytes: a.resident_bytes + b.resident_bytes,
    ...(earlier > 0 && { earlier_bytes: earlier }),
  };
}

/** `quick` is for rehearsals: the kernel's running count, which may be off, where the exact one walks all pages. */
type ResidentSource = 'exact' | 'quick';

const residentFiles: Readonly<Record<ResidentSource, string>> = {
  exact: '/proc/self/smaps_rollup',
  quick: '/proc/self/status',
};

// WHY not readFileSync: it takes a piece of Node's pool of Buffers, and a new pool (64 KiB on Node 26) is retained.
const rollup = Buffer.allocUnsafeSlow(8192);

// NaN where the kernel does not say.
function anonymousBytes(path: string): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return Number.NaN;
  }
  try {
    const text = rollup.toString('latin1', 0, readSync(file, rollup, 0, rollup.length, 0));
    return Number(/^(?:Anonymous|RssAnon):\s+(\d+) kB$/m.exec(text)?.[1]) * 1024;
  } catch {
    return Number.NaN;
  } finally {
    closeSync(file);
  }
}

/** What recognised allocators mapped above the opening, in bytes; undefined where mappings are not tracked. */
export function exposedBytes(unseen: UnseenMemory | undefined): number | undefined {
  return unseen?.objects
    .filter(({ allocator }) => allocator !== undefined)
    .reduce((sum, { grown_bytes: bytes }) => sum + bytes, 0);
}

/** Of several passes: each figure's highest. */
export function mostUnseen(passes: readonly (UnseenMemory | undefined)[]): UnseenMemory | undefined {
  const given = passes.filter((pass) => pass !== undefined);
  if (given.length === 0) return undefined;
  const byObject = new Map<string, PrivateMapping>();
  for (const mapping of given.flatMap(({ objects }) => objects)) {
    const other = byObject.get(mapping.object);
    byObject.set(mapping.object, other === undefined ? mapping : higher(mapping, other));
  }
  const heap = Math.max(0, ...given.map(({ unobservedHeapBytes = 0 }) => unobservedHeapBytes));
  const unexplained = Math.max(0, ...given.map(({ unexplainedBytes = 0 }) => unexplainedBytes));
  return {
    objects: [...byObject.values()],
    ...(heap > 0 && { unobservedHeapBytes: heap }),
    ...(unexplained > 0 && { unexplainedBytes: unexplained }),
  };
}

function higher(a: PrivateMapping, b: PrivateMapping): PrivateMapping {
  const earlier = Math.max(a.earlier_bytes ?? 0, b.earlier_bytes ?? 0);
  return {
    ...a,
    ...(earlier > 0 && { earlier_bytes: earlier }),
    grown_bytes: Math.max(a.grown_bytes, b.grown_bytes),
    resident_bytes: Math.max(a.resident_bytes, b.resident_bytes),
  };
}
