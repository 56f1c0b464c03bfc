// The lines that an observed process writes, and their reader. A figure that was not measured has no key.
// Bytes are whole numbers; field names are those of the JSON report.

/** The first line: who writes. */
export interface ProcessHeader {
  readonly kind: 'process';
  readonly pid: number;
  readonly parentPid: number;
  readonly command: readonly string[];
  readonly node: string;
  readonly v8: string;
  readonly allocator?: { readonly name: string; readonly version: string };
  readonly jsHeapUnsupported?: string;
  /** Why there are no snapshots. */
  readonly problem?: string;
}

/** Why a snapshot was taken; `death`: right before a signal ended the process. */
export type SnapshotKind = 'start' | 'interval' | 'signal' | 'exit' | 'death';

export interface NativeLevels {
  /** Requested bytes of blocks that the process allocated since it started and has not freed. */
  readonly live_bytes: number;
  readonly peak_bytes: number;
  readonly total_bytes: number;
  readonly allocations: number;
}

export interface JsLevels {
  /** Of all observed isolates, garbage included. */
  readonly used_bytes: number;
  /** What was allocated in them since the start; less where an isolate that had a share ended. */
  readonly allocated_bytes: number;
  /** Right after each isolate's last full collection: without garbage. Absent before every one had one. */
  readonly after_full_gc_bytes?: number;
  readonly full_gcs: number;
  /** Pages that V8 holds for objects. */
  readonly committed_bytes: number;
  /** Of them those that were touched, as V8 sees it. */
  readonly physical_bytes: number;
  /** V8's pages outside the observed isolates, above their level at the start; absent if mappings are unknown. */
  readonly unobserved_bytes?: number;
  /** Every isolate had a full collection since the snapshot before: after_full_gc_bytes is a level of this time. */
  readonly collected?: true;
  /** Where the main isolate runs out of memory. */
  readonly limit_bytes: number;
  /** The most that the main isolate used, at snapshots and right after collections. */
  readonly main_peak_bytes: number;
  /** How often native code called into JavaScript: timers, requests, messages. Absent if V8 does not say it. */
  readonly calls?: number;
  readonly isolates: number;
  /** Isolates that were inside a native call and did not answer: their level is that of their last collection. */
  readonly unanswered_isolates: number;
}

export interface AllocatorLevels {
  /** What the allocator holds from the system. */
  readonly held_bytes: number;
  /** Of it in live blocks, with their rounding. */
  readonly used_bytes: number;
  /** Of it in free blocks: what fragmentation and caching cost. */
  readonly free_bytes: number;
}

export interface ResidentLevels {
  readonly total_bytes?: number;
  readonly anonymous_bytes?: number;
  readonly file_bytes?: number;
  readonly shared_bytes?: number;
  /** The high-water mark of the whole process. */
  readonly peak_bytes?: number;
  /** Of it benchmem's own table; not there without it. */
  readonly benchmem_bytes?: number;
}

export interface ObjectLevels {
  /** The shared object whose code allocated; '' is the executable: node, with Buffers, zlib and crypto. */
  readonly object: string;
  readonly source: 'program' | 'engine';
  readonly live_bytes: number;
  readonly total_bytes: number;
  readonly allocations: number;
}

/** Pages mapped by others than the allocator. */
export interface MappedLevels {
  /** Of all owners; the five below are its parts, with the committed size of the first. */
  readonly resident_bytes: number;
  readonly engine_bytes: number;
  readonly engine_committed_bytes: number;
  readonly buffers_bytes: number;
  readonly pool_bytes: number;
  readonly private_bytes: number;
  /** The owners with the most resident bytes. */
  readonly by_owner: ReadonlyArray<{
    /** The shared object that mapped them for itself; '' for V8's. */
    readonly object: string;
    /** `engine`: V8's heaps and code; `buffers`: wasm memory and resizable buffers; `pool`: reports its blocks. */
    readonly kind: 'object' | 'engine' | 'buffers' | 'pool';
    readonly reserved_bytes: number;
    readonly committed_bytes: number;
    readonly resident_bytes: number;
  }>;
}

export interface Snapshot {
  readonly kind: SnapshotKind;
  /** Since the process began to be observed. */
  readonly at_ms: number;
  /** CPU time of the whole process, without benchmem's own thread and the collections that it asked for. */
  readonly cpu_us?: number;
  /** For how long its main thread waited for a processor that others had. Absent if the kernel does not say it. */
  readonly waited_us?: number;
  /** The main thread's event loop has nothing to wait for: it ends with what runs now, unless that asks for more. */
  readonly loop_ends?: true;
  /** How often the event loops of its threads have turned. Absent if libuv counts no turns (before 1.45). */
  readonly loop_turns?: number;
  /** So many before this one could not be written: the disk was full. */
  readonly lost_snapshots?: number;
  /** Figures that the system refuses, each with its reason. */
  readonly missing?: readonly string[];
  readonly program?: NativeLevels;
  readonly engine?: NativeLevels;
  readonly js?: JsLevels;
  /** Committed wasm memory and resizable buffers. */
  readonly mapped_other?: { readonly live_bytes: number; readonly peak_bytes: number };
  readonly allocator?: AllocatorLevels;
  readonly mapped?: MappedLevels;
  readonly resident: ResidentLevels;
  /** Those with the most live bytes. */
  readonly objects?: readonly ObjectLevels[];
}

export interface ProcessRecord {
  readonly header: ProcessHeader;
  readonly snapshots: readonly Snapshot[];
  /** How many were taken; absent if all of them are here. */
  readonly taken?: number;
  /** It had not ended when the command had: a detached child. */
  readonly stillRuns?: true;
}

/** Whether its last snapshot is that of its end. */
export function sawItsEnd({ snapshots }: ProcessRecord): boolean {
  const kind = snapshots.at(-1)?.kind;
  return kind === 'exit' || kind === 'death';
}

/** One line of a process's file; undefined for one that is torn. */
export function parseLine(line: string): ProcessHeader | Snapshot | undefined {
  try {
    return JSON.parse(line) as ProcessHeader | Snapshot;
  } catch {
    return undefined; // the disk was full in the middle of it
  }
}
