// The typed face of the native addon: what crosses the boundary, in which unit. No code.
// Bytes are requested bytes and whole numbers; a figure that was not measured is absent, never 0.

export type AllocationSource = 'program' | 'engine';
export type ThreadFilter = 'all' | 'current';

export interface NativeDescription {
  readonly mode: 'attached' | 'preloaded';
  readonly allocator: { readonly name: string; readonly version: string };
  /** Why this process cannot be measured; absent if it can. */
  readonly unsupported?: string;
  /** How the engine's allocations are told from the program's. */
  readonly engineSplit: 'symbols' | 'approximate';
  readonly engineRuns: number;
  /** Attached mode only: how much of the process was patched. */
  readonly hookedObjects?: number;
  readonly hookedSlots?: number;
  /** Why there are no JS heap figures in this runtime; absent if there are. */
  readonly jsHeapUnsupported?: string;
}

export interface SourceReading {
  readonly allocations: number;
  readonly totalBytes: number;
  readonly liveBytes: number;
  readonly peakBytes: number;
  /**
   * Blocks from before the window that were freed inside it, of whoever freed them; if that is node itself, of whoever
   * allocated them, where an earlier window saw that. The requested bytes where one did, else the usable ones.
   */
  readonly olderFreedBlocks: number;
  readonly olderFreedBytes: number;
}

export interface JsReading {
  /** Used bytes of the heap at the window's opening. */
  readonly baselineBytes: number;
  /** Used bytes now. */
  readonly usedBytes: number;
  /** High-water mark of used bytes above the baseline; never negative. */
  readonly peakBytes: number;
  /** Bytes allocated since the window opened, on the heap of every thread that is observed. */
  readonly totalBytes: number;
  /** Garbage collections since the window opened. */
  readonly collections: number;
  /**
   * Used bytes right after the last collectGarbage() before the opening: what collectAndRead()'s usedBytes compare
   * with, collection against collection. Absent if none came since the window before.
   */
  readonly floorBytes?: number;
  /** How garbage was kept small; present if the window was opened with `nearLive`. */
  readonly nearLive?: NearLiveReading;
  /** Other threads whose heap counts as it was last known: they did not answer when the window was drained. */
  readonly unreadIsolates?: number;
  /**
   * V8's readable or writable pages that no observed isolate explains (other isolates, compiled WebAssembly), now, above
   * the opening; V8 gives pages back late, so only a reading after full collections tells. Absent if not known.
   */
  readonly unobservedBytes?: number;
  /** Pages that V8 has touched in all observed isolates, now, above the opening; negative where it gave some back. */
  readonly physicalGrowthBytes?: number;
  /**
   * Used bytes of the isolates that addons make for themselves, all together: at the opening, and as each stood when it
   * was last run. Absent if there are no such figures; 0 in a window of one thread.
   */
  readonly embeddedOpeningBytes?: number;
  readonly embeddedUsedBytes?: number;
  /** Such isolates that ran in the window and stand: nobody but their addon can have them collect garbage. */
  readonly embeddedStanding?: number;
}

/** Near-live peak: full collections that were forced, so that garbage stays within the slack. */
export interface NearLiveReading {
  /** How far garbage may have stood above what was live, at the end. Bytes. */
  readonly slackBytes: number;
  readonly forcedCollections: number;
}

export interface SumReading {
  /** High-water mark of program live + JS heap (+ other mapped memory, where it is observed). */
  readonly peakBytes: number;
  readonly nativeAtPeakBytes: number;
  readonly jsAtPeakBytes?: number;
  readonly mappedOtherAtPeakBytes?: number;
  /**
   * Committed memory of WebAssembly, resizable and growable buffers, above the level at the window's opening: now; while
   * draining below it too.
   */
  readonly mappedOtherBytes?: number;
}

export interface NativeReading {
  readonly program: SourceReading;
  readonly engine: SourceReading;
  readonly sum: SumReading;
  readonly js?: JsReading;
  readonly settlements: number;
  readonly threadsSeen: number;
  readonly phase: 'closed' | 'measuring' | 'draining';
}

export interface ObjectReading {
  /** Path of the shared object whose code called the allocator; '' is the executable. */
  readonly object: string;
  readonly source: AllocationSource;
  readonly allocations: number;
  readonly totalBytes: number;
  readonly liveBytes: number;
}

export interface AllocatorReading {
  readonly mappedBytes: number;
  readonly mappedPeakBytes: number;
  readonly requestedAtMappedPeakBytes: number;
  readonly activeBytes: number;
  readonly residentBytes: number;
  readonly allocatedBytes: number;
}

/** Pages mapped from the system by others than the allocator. */
export interface MappingReading {
  /**
   * Who mapped them: a shared object for itself; V8 (all isolates' heaps, code); V8 for the memory of WebAssembly,
   * resizable and growable buffers; a shared object as a pool whose blocks it reports; a shared object before the
   * hooks were installed.
   */
  readonly mappedBy: 'object' | 'engine' | 'buffers' | 'pool' | 'earlier';
  /** Path of the shared object; '' is the executable, and V8. */
  readonly object: string;
  readonly reservedBytes: number;
  /** Of them readable or writable. */
  readonly committedBytes: number;
  readonly residentBytes: number;
  /** When the last window opened; 0 before the first. */
  readonly residentOpeningBytes: number;
  /** The most seen in that window: at its ends, and before large releases of a shared object. */
  readonly residentPeakBytes: number;
}

/** Names one open window; worthless after its close. */
export type WindowToken = bigint;

export interface WindowOptions {
  readonly threads: ThreadFilter;
  /** Forces full collections, so that garbage stays small. The process aborts unless V8 runs with --expose-gc. */
  readonly nearLive?: boolean;
  /** Collects where the sum stands so far above what is live, in place of 256 KiB or 5 %. For tests. */
  readonly nearLiveSlackBytes?: number;
  /**
   * Counts all committed pages of mappings as resident, without asking the kernel: for windows of which nobody reads
   * mappingFigures(). Asking takes a system call for each of some 60 mappings, at both ends of a window.
   */
  readonly assumesResident?: boolean;
}

export interface ReporterOptions {
  readonly token: WindowToken;
  readonly path: string;
  /** 0: none. */
  readonly intervalMs: number;
  /** The number of a signal; 0: none. Left alone where the process handles it. */
  readonly signal: number;
  /** A full collection is asked of every isolate before each snapshot, for at most 5 % of the time. */
  readonly collect: boolean;
}

/**
 * Every method throws an Error with a `code` of errors.ts and a `hint`:
 * WINDOW_OPEN, NO_WINDOW, WRONG_PHASE, NOT_INSTALLED, UNSUPPORTED_RUNTIME, OUT_OF_MEMORY, INVALID_REPORT,
 * PRELOAD_VERSION, INVALID_OPTION; of readProfile() also NO_PROFILE, PROFILE_TOO_LARGE, PROFILE_VOID, PROFILE_MISMATCH.
 * A token is good on the thread that opened the window, and names nothing elsewhere (NO_WINDOW).
 */
export interface NativeBinding {
  describe(): NativeDescription;
  /**
   * Attached mode: patches the process and self-tests. Preloaded mode: self-tests. Idempotent. The first time, the engine's
   * symbols are read, which takes longest: `room` is for what they say. If it holds that already, from an earlier process of
   * the same engine, it is taken from there; else it is written there, where it fits.
   */
  install(room?: Uint8Array): void;
  uninstall(): void;
  openWindow(options: WindowOptions): WindowToken;
  /** measuring -> draining: counts, totals and marks (JS included) are final from here on. */
  drainWindow(token: WindowToken): void;
  readWindow(token: WindowToken): NativeReading;
  windowObjects(token: WindowToken): ObjectReading[];
  /** The last reading; the window is gone afterwards. */
  closeWindow(token: WindowToken): NativeReading;
  /**
   * V8's full, synchronous collection (LowMemoryNotification), twice: the floor before a window.
   * Does nothing if describe().jsHeapUnsupported says why.
   */
  collectGarbage(): void;
  /**
   * Collects garbage and reads the window in one native call, for the draining rounds. A rehearsal only reads: it warms
   * the caller's code and costs no collection. V8 makes at least two full collections of one that is asked for; `again`
   * asks for a single one, in a child with flags of ours: elsewhere V8 may begin to mark in steps after it.
   */
  collectAndRead(token: WindowToken, rehearsal?: boolean, again?: boolean): NativeReading;
  /**
   * Asks every other observed thread for two full collections of its own and a turn of its event loop, and waits for at
   * most 200 ms. Answers how many did not come so far: they are not asked again. 0 where there are no JS heap figures.
   */
  collectIsolates(): number;
  /** Sets flags of V8 for the whole process, as a command line has them, from here on; nothing if this V8 cannot. */
  setFlags(flags: string): void;
  /** From here on V8 collects on the isolate's own thread alone, in this whole process: preloaded, and from Node 24 on. */
  collectAlone(): void;
  /** In a new worker: where a window measures already, all of this thread's heap counts, from its first byte. */
  countFromBirth(): void;
  /** What the allocator holds from the system; undefined if the allocator has no such statistics. */
  allocatorFigures(): AllocatorReading | undefined;
  /** Per owner, most resident first; undefined if mappings are not tracked. Needs no window. */
  mappingFigures(): MappingReading[] | undefined;
  /** Resident bytes of the tracker's own tables, which no other figure holds; undefined if not known. */
  ownResidentBytes(): number | undefined;
}

/** What the addon offers beside: allocation profiles. */
export interface ProfilingBinding extends NativeBinding {
  /** From the next window on each has a profile. Throws WINDOW_OPEN while one is open. */
  startProfile(): void;
  /** No more profiles; gives their memory back. Throws WINDOW_OPEN while one is open. */
  stopProfile(): void;
  /**
   * Of a window that was drained. Again after the draining collections: then live figures are of what stayed. Throws
   * PROFILE_MISMATCH if its sums are not the window's own figures.
   */
  readProfile(token: WindowToken): ProfileReading;
  /**
   * From here on V8's code is noted, in this thread and in those that load the addon later, so that a profile can name
   * JavaScript. Called before user code is compiled: what was compiled before has no lines. `inlines`: V8 inlines functions
   * here, so that compiled code has no lines either. False if there are no JavaScript frames: a profile says why.
   */
  listenToCode(inlines: boolean): boolean;
  /** The name of a symbol as people write it: C++ and Rust. The name itself where it is not mangled. */
  demangle(name: string): string;
}

/** What the addon offers beside: for measuring children. */
export interface ForkCountingBinding extends NativeBinding {
  /** How many processes this one has forked since the first call; undefined if they cannot be counted. */
  forkedProcesses(): number | undefined;
}

/** What the addon offers beside: for the child that asks which objects stay. */
export interface SnapshotBinding extends NativeBinding {
  /**
   * Collects garbage, and answers the highest number that V8 gave an object: what a later snapshot numbers above it was
   * allocated after this. From the first call on V8 follows objects as they move, for good. Throws NOT_AVAILABLE.
   */
  markHeapIds(): number;
  /** The reading and the writing end of a pipe that no child inherits by itself. Throws NOT_AVAILABLE. */
  openPipe(): readonly [number, number];
}

/** What the addon offers beside: for the agent of `benchmem exec`. */
export interface ReportingBinding extends NativeBinding {
  /**
   * Starts the thread that appends a line of JSON to a file: now, every interval, on the signal, at the end.
   * Once per process, in the environment that opened the window. Throws CANNOT_WRITE too.
   */
  startReporter(options: ReporterOptions): void;
  /** Puts a further environment's heap (a worker's) into the reporter's lines. */
  joinReporter(): void;
  /**
   * A function of the same name, native as node's own, that appends the last line and then calls `original`. The line at the end
   * of the process is left out then.
   */
  finishBefore<Original extends (...values: never) => unknown>(original: Original): Original;
}

/** One profiled window as it was read: a tree of frames, and figures of those of its nodes that are stacks. */
export interface ProfileReading {
  /**
   * Keys of frames. Bit 63: code that V8 names, function id in bits 62 to 32, position + 1 in the low 32 (0: none). Bit 62:
   * special, low 32 bits: 1 truncated, 2 WebAssembly, 3 unknown code, 0x10000 + n the thread n, in order of their first
   * event, outermost in each stack. Else native: object id in bits 55 to 48, return address in the low 48.
   */
  readonly frames: BigUint64Array;
  /** Per frame how the step to its caller was found: 0 unwind table, 1 machine code, 2 frame pointer; 255: not native. */
  readonly rules?: Uint8Array;
  /** Pairs: parent node, index of the frame. Node 0 is the root and has no frame; a parent stands before its children. */
  readonly nodes: Uint32Array;
  /** The node of each stack: its innermost frame. */
  readonly stacks: Uint32Array;
  /**
   * Nine per stack: allocations, bytes, temporary, live blocks, live bytes, blocks and bytes at the mark of native memory,
   * blocks and bytes at the mark of the combined sum.
   */
  readonly figures: Float64Array;
  readonly objects: readonly ProfiledObject[];
  /**
   * V8's names by function id, as in its code events, of all tiers as of the interpreter: `JS:~name url:line:col`,
   * `Builtin:ArrayMap`, `Script:~ url`, `Eval:~ :1:1`, `RegExp:a+`; `wasm:name` for WebAssembly. Two functions of one name are of
   * two scripts.
   */
  readonly functions: readonly string[];
  /** The script of each, as scriptId of this thread's inspector; 0: of another thread, or of no script. */
  readonly functionScripts?: Int32Array;
  /** The tracker's own figures, which the sums over all stacks equal. */
  readonly totals: ProfileTotals;
  readonly truncatedStacks: number;
  /** Frames by how the step to their caller was found. No `code`: on this machine, none is read. */
  readonly frameRules: { readonly table: number; readonly code?: number; readonly pointer: number };
  /** Why there are no JavaScript frames; absent if there are. */
  readonly jsFramesRefused?: string;
}

export interface ProfiledObject {
  readonly id: number;
  /** '' is the executable. */
  readonly path: string;
  /** The load bias: an address minus its address in the ELF file. */
  readonly base: bigint;
}

export interface ProfileTotals {
  readonly allocations: number;
  readonly bytes: number;
  readonly live: number;
  /** The program's part of the mark of the combined sum. */
  readonly sumAtMark: number;
  readonly peak: number;
}

/** How the reading of JavaScript frames went, since the process began. */
export interface CodeFigures {
  /** Of threads that run JavaScript and are listened to. */
  readonly stacks: number;
  /** Of them: have native frames only, because the code was being moved just then. */
  readonly busy: number;
  /** Of them: had interpreted frames before it was learned how to read those. */
  readonly unlearned: number;
  /** Interpreted frames that nobody knows. */
  readonly unknown: number;
  /** Of code, by V8's collector. */
  readonly moves: number;
  /** With BENCHMEM_CHECK_JS_FRAMES=1 in the environment: stacks compared with V8's own sample, and how that went. */
  readonly checked: number;
  readonly different: number;
  readonly notSampled: number;
}

/** What the addon offers beside, for tests. */
export interface CheckedBinding extends ProfilingBinding {
  codeFigures(): CodeFigures;
}
