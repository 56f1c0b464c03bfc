// Memory that a window's figures do not hold: what shared objects mapped for themselves, V8's pages of isolates that
// nobody observes, and what the kernel holds for the process beyond all that is known.
// INVARIANT: takes its readings outside of the measuring phase, and keeps nothing on the heap from one to the other.
import { closeSync, openSync, readSync } from 'node:fs';
import type { JsReading, MappingReading, NativeBinding } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { PrivateMapping } from './fields.js';
import { privateAllocatorOf } from './private-allocators.js';

export interface UnseenMemory {
  readonly objects: readonly PrivateMapping[];
  /** V8's pages that no observed isolate explains, above the opening; absent below the threshold. */
  readonly unobservedJsBytes?: number;
  /** Resident memory of unknown origin; absent below the threshold, or where the kernel does not tell. */
  readonly unexplainedBytes?: number;
}

/** What cannot be told from V8's and the allocator's own rounding, in bytes. */
const toleratedBytes = 8 * 1024 * 1024;

/** V8's pages that belong to nobody observed: less is not worth a warning, in bytes. */
const leastUnobservedBytes = 1024 * 1024;

/** The same where no full collection came before the reading: V8 gives freed pages back when it has time. */
const leastUnsettledBytes = 40 * 1024 * 1024;

/** Less is not worth a line, in bytes. */
export const leastNamedBytes = 64 * 1024;

// Slots of the notes.
const anonymous = 0;
const known = 1;

/** Made before a window; `noteOpening` before its baseline is taken, `noteEnd` when measuring has ended. */
export class UnseenWatch {
  readonly #binding: NativeBinding;
  readonly #source: ResidentSource;
  readonly #opening = new Float64Array(2).fill(Number.NaN);
  readonly #end = new Float64Array(2).fill(Number.NaN);

  constructor(binding: NativeBinding, source: ResidentSource = 'exact') {
    this.#binding = binding;
    this.#source = source;
  }

  noteOpening(): void {
    this.#note(this.#opening);
  }

  noteEnd(): void {
    this.#note(this.#end);
  }

  /** After the window's close. `js`: its last reading, `settled` where full collections came before that. */
  read(js: JsReading | undefined, settled: boolean): UnseenMemory | undefined {
    const rows = this.#binding.mappingFigures();
    if (rows === undefined) return undefined;
    const unobserved = unobservedBytes(rows, js);
    const leastUnobserved = settled ? leastUnobservedBytes : leastUnsettledBytes;
    const unexplained = this.#unexplained(rows);
    return {
      objects: privateMappings(rows),
      ...(unobserved >= leastUnobserved && { unobservedJsBytes: unobserved }),
      ...(unexplained > toleratedBytes && { unexplainedBytes: unexplained }),
    };
  }

  #note(slots: Float64Array): void {
    const allocator = this.#binding.allocatorFigures();
    // Without the allocator's own figure nothing can be said of the rest.
    if (allocator === undefined) return;
    slots[anonymous] = anonymousBytes(residentFiles[this.#source]);
    slots[known] = allocator.mappedBytes + this.#ownBytes();
  }

  // WHY: a rehearsal does not ask, because the tracker looks at each page of its tables for an answer.
  #ownBytes(): number {
    return this.#source === 'exact' ? (this.#binding.ownResidentBytes() ?? 0) : 0;
  }

  #grown(slot: number): number {
    return (this.#end[slot] ?? Number.NaN) - (this.#opening[slot] ?? Number.NaN);
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

// WHY: the lower of two counts, because since Node 24 V8 maps the address space of an isolate's code readable and touches little
// of it, and what it keeps resident of pages that it has taken back is no isolate's. NaN means that it is not known.
function unobservedBytes(rows: readonly MappingReading[], js: JsReading | undefined): number {
  const { unobservedBytes: committed = Number.NaN, physicalGrowthBytes = 0 } = js ?? {};
  const resident = rows
    .filter(({ mappedBy }) => mappedBy === 'engine')
    .reduce((sum, row) => sum + row.residentBytes - row.residentOpeningBytes, 0);
  return Math.min(committed, resident - physicalGrowthBytes);
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

/** `quick` is for rehearsals: the kernel's running count, which may be off, and none of the tracker's own pages. */
type ResidentSource = 'exact' | 'quick';

const residentFiles: Readonly<Record<ResidentSource, string>> = {
  exact: '/proc/self/smaps_rollup',
  quick: '/proc/self/status',
};

// WHY: readFileSync is not used, because it takes a piece of Node's pool of Buffers, and a new pool (64 KiB on Node 26) is
// retained.
const rollup = Buffer.allocUnsafeSlow(8192);

// NaN if the kernel does not say.
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

/** What recognised allocators mapped above the opening, in bytes; undefined if mappings are not tracked. */
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
  const unobserved = Math.max(0, ...given.map(({ unobservedJsBytes = 0 }) => unobservedJsBytes));
  const unexplained = Math.max(0, ...given.map(({ unexplainedBytes = 0 }) => unexplainedBytes));
  return {
    objects: [...byObject.values()],
    ...(unobserved > 0 && { unobservedJsBytes: unobserved }),
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
