// What a script must allocate, computed from its text alone: count, total, peak and live of each of its windows.
// Must not know the tracker, the addon, or how either works. The text format: test/addons/ground-truth/script.h.

export type ThreadChoice = 'all' | 'js';

export interface ExpectedWindow {
  readonly allocations: number;
  readonly totalBytes: number;
  readonly peakBytes: number;
  /** Live bytes when the window closed; frees in its draining phase included. */
  readonly liveBytes: number;
  /** Live bytes when measuring ended (the drain where there is one, else the close). */
  readonly measuredLiveBytes: number;
  /** Blocks from before the window that were freed or realloc'ed in it. */
  readonly olderFreedBlocks: number;
}

interface Statement {
  readonly line: number;
  readonly thread: string;
  readonly operation: string;
  readonly words: readonly string[];
}

interface Block {
  readonly bytes: number;
  /** Number of the window that counts it; 0 where none does. */
  readonly window: number;
  /** Number of the window that was open when it was allocated, counted or not. */
  readonly born: number;
}

interface OpenWindow {
  readonly number: number;
  measuring: boolean;
  allocations: number;
  totalBytes: number;
  live: number;
  measuredLive: number;
  peak: number;
  /** The most that phases whose order is not known could have reached; must stay below the peak. */
  bound: number;
  olderFreed: number;
}

/** Bytes that the operation requests, by its arguments after the slot; undefined: it allocates nothing. */
const requested: Readonly<Record<string, (first: number, second: number) => number>> = {
  malloc: (bytes) => bytes,
  calloc: (count, bytes) => count * bytes,
  realloc: (bytes) => bytes,
  reallocarray: (count, bytes) => count * bytes,
  memalign: (_, bytes) => bytes,
  aligned_alloc: (_, bytes) => bytes,
  posix_memalign: (_, bytes) => bytes,
  valloc: (bytes) => bytes,
  pvalloc: (bytes) => bytes,
  new: (bytes) => bytes,
  newarray: (bytes) => bytes,
  new_nothrow: (bytes) => bytes,
  new_aligned: (_, bytes) => bytes,
  strdup: (length) => length + 1,
  strndup: (length) => length + 1,
};

const silent = new Set(['fill', 'free_null', 'exit', 'fail_malloc', 'fail_calloc', 'fail_realloc']);
silent.add('fail_posix_memalign');
const meetings = new Set(['barrier', 'open', 'drain', 'close']);

export class ScriptModel {
  readonly #blocks = new Map<string, Block>();
  readonly #windows: ExpectedWindow[] = [];
  readonly #threads: ThreadChoice;
  #window: OpenWindow | undefined;
  #opened = 0;

  constructor(threads: ThreadChoice) {
    this.#threads = threads;
  }

  run(text: string): readonly ExpectedWindow[] {
    let phase: Statement[] = [];
    let serial = false;
    for (const [index, raw] of text.split('\n').entries()) {
      const words = (raw.split('#')[0] ?? '').split(/\s+/).filter((word) => word !== '');
      const [thread, operation = ''] = words;
      if (thread === undefined || thread === 'threads' || thread === 'slots') continue;
      if (thread === 'serial') {
        serial = true;
      } else if (meetings.has(thread)) {
        this.#runPhase(phase, serial);
        phase = [];
        serial = false;
        this.#meet(thread);
      } else {
        phase.push({ line: index + 1, thread, operation, words });
      }
    }
    this.#runPhase(phase, serial);
    return this.#windows;
  }

  #meet(meeting: string): void {
    if (meeting === 'open') {
      this.#opened += 1;
      const zero = {
        allocations: 0,
        totalBytes: 0,
        live: 0,
        measuredLive: 0,
        peak: 0,
        bound: 0,
        olderFreed: 0,
      };
      this.#window = { number: this.#opened, measuring: true, ...zero };
      return;
    }
    if (meeting === 'barrier') return;
    const window = this.#window;
    if (window === undefined) throw new Error(`${meeting} without open`);
    if (window.measuring) window.measuredLive = window.live;
    window.measuring = false;
    if (meeting === 'drain') return;
    if (window.bound > window.peak) {
      throw new Error(
        `window ${window.number}: the peak depends on the order (${window.bound} > ${window.peak})`,
      );
    }
    this.#windows.push({
      allocations: window.allocations,
      totalBytes: window.totalBytes,
      peakBytes: window.peak,
      liveBytes: window.live,
      measuredLiveBytes: window.measuredLive,
      olderFreedBlocks: window.olderFreed,
    });
    this.#window = undefined;
  }

  #runPhase(phase: readonly Statement[], serial: boolean): void {
    const threads = new Set(phase.map((statement) => statement.thread));
    const ordered = serial || threads.size <= 1;
    if (!ordered) assertNoSharedSlot(phase);
    const start = this.#window?.live ?? 0;
    const prefixes = new Map<string, { now: number; most: number }>();
    let rises = false;
    let falls = false;
    for (const statement of phase) {
      const delta = this.#apply(statement, ordered);
      const prefix = prefixes.get(statement.thread) ?? { now: 0, most: 0 };
      prefix.now += delta;
      prefix.most = Math.max(prefix.most, prefix.now);
      prefixes.set(statement.thread, prefix);
      rises ||= delta > 0;
      falls ||= delta < 0;
    }
    const window = this.#window;
    if (window === undefined || !window.measuring) return;
    if (ordered || !(rises && falls)) {
      window.peak = Math.max(window.peak, window.live);
    } else {
      const most = [...prefixes.values()].reduce((sum, prefix) => sum + prefix.most, start);
      window.bound = Math.max(window.bound, most);
    }
  }

  /** Applies one statement and returns how it moved the window's live bytes. */
  #apply(statement: Statement, ordered: boolean): number {
    const { operation, words } = statement;
    if (silent.has(operation)) return 0;
    const slot = words[2] ?? '';
    const before = this.#blocks.get(slot);
    const bytesOf = requested[operation];
    const bytes = bytesOf?.(Number(words[3]), Number(words[4]));
    const frees = operation === 'free' || operation === 'delete';
    const reallocates = operation === 'realloc' || operation === 'reallocarray';
    if (bytes === undefined && !frees) throw new Error(`line ${statement.line}: unknown ${operation}`);
    if (frees === (before === undefined) && !reallocates)
      throw new Error(`line ${statement.line}: slot ${slot}`);
    let delta = before === undefined ? 0 : this.#release(slot, before);
    const emptied = frees || (before !== undefined && bytes === 0);
    if (!emptied && bytes !== undefined) delta += this.#acquire(slot, bytes, statement.thread);
    const window = this.#window;
    if (window !== undefined) {
      window.live += delta;
      if (ordered && window.measuring) window.peak = Math.max(window.peak, window.live);
    }
    return delta;
  }

  #release(slot: string, block: Block): number {
    this.#blocks.delete(slot);
    const window = this.#window;
    if (window === undefined) return 0;
    if (block.window === window.number) return -block.bytes;
    if (block.born !== window.number) window.olderFreed += 1;
    return 0;
  }

  #acquire(slot: string, bytes: number, thread: string): number {
    const window = this.#window;
    const counted = window?.measuring === true && (this.#threads === 'all' || thread === 'js');
    this.#blocks.set(slot, { bytes, window: counted ? window.number : 0, born: window?.number ?? 0 });
    if (!counted) return 0;
    window.allocations += 1;
    window.totalBytes += bytes;
    return bytes;
  }
}

/** Two threads on one slot between two meetings would be a race of the script itself. */
function assertNoSharedSlot(phase: readonly Statement[]): void {
  const owners = new Map<string, string>();
  for (const { line, thread, operation, words } of phase) {
    const slot = words[2];
    if (slot === undefined || (silent.has(operation) && operation !== 'fill')) continue;
    const owner = owners.get(slot) ?? thread;
    if (owner !== thread) throw new Error(`line ${line}: slot ${slot} is shared by ${owner} and ${thread}`);
    owners.set(slot, owner);
  }
}

export function expectedWindows(text: string, threads: ThreadChoice = 'all'): readonly ExpectedWindow[] {
  return new ScriptModel(threads).run(text);
}
