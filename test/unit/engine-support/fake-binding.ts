// A NativeBinding without native code: a window as a state machine, readings from a script, every call on record.
import type {
  MappingReading,
  NativeBinding,
  NativeReading,
  SourceReading,
  WindowToken,
} from '../../../src/native/contract.js';

export interface FakeScript {
  /** Used JS bytes that the rounds of one rest or draining read, in order; the last one repeats. */
  readonly used?: readonly number[];
  /** Other threads that do not collect their garbage. */
  readonly uncollected?: number;
  readonly withoutJs?: boolean;
  readonly mapped?: boolean;
  readonly mappings?: MappingReading[];
}

export interface AllocatedInWindow {
  readonly peakBytes: number;
  readonly allocations: number;
  readonly totalBytes: number;
  /** Of WebAssembly and resizable buffers, above the opening. */
  readonly committedBytes?: number;
  /** Of the JavaScript heap. */
  readonly jsTotalBytes?: number;
  /** Held in isolates of addons, above the opening; they stand. */
  readonly embeddedBytes?: number;
}

const noAllocation: AllocatedInWindow = { peakBytes: 0, allocations: 0, totalBytes: 0 };

type Phase = 'closed' | 'measuring' | 'draining';

const nothing: SourceReading = {
  allocations: 0,
  totalBytes: 0,
  liveBytes: 0,
  peakBytes: 0,
  olderFreedBlocks: 0,
  olderFreedBytes: 0,
};

export class FakeBinding implements NativeBinding {
  /** Names of the calls, in order; readings left out. */
  readonly log: string[] = [];
  /** From here on what a window says is void, as after a broken report; it closes all the same. */
  void = false;
  readonly #script: FakeScript;
  #phase: Phase = 'closed';
  #token = 0n;
  #reads = 0;
  #allocated: AllocatedInWindow = noAllocation;
  #installed = false;
  #embedded = { opening: 0, used: 0 };

  constructor(script: FakeScript = {}) {
    this.#script = script;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** What an action of a test does: shows in the window that is open, as that window's figures. */
  allocate(allocated: AllocatedInWindow): void {
    if (this.#phase !== 'measuring') return;
    this.#allocated = allocated;
    this.#embedded.used = this.#embedded.opening + (allocated.embeddedBytes ?? 0);
  }

  describe() {
    return {
      mode: 'attached',
      allocator: { name: 'glibc', version: '2.36' },
      engineSplit: 'symbols',
      engineRuns: 1,
      ...(this.#script.withoutJs && { jsHeapUnsupported: 'scripted' }),
    } as const;
  }

  install(): void {
    this.#installed = true;
  }

  uninstall(): void {
    this.#installed = false;
  }

  openWindow(): WindowToken {
    if (!this.#installed) throw nativeError('NOT_INSTALLED');
    if (this.#phase !== 'closed') throw nativeError('WINDOW_OPEN');
    this.log.push('open');
    this.#phase = 'measuring';
    this.#reads = 0;
    this.#allocated = noAllocation;
    this.#embedded.opening = this.#embedded.used;
    this.#token += 1n;
    return this.#token;
  }

  drainWindow(token: WindowToken): void {
    this.#require(token);
    if (this.#phase !== 'measuring') throw nativeError('WRONG_PHASE');
    this.log.push('drain');
    this.#phase = 'draining';
    this.#refuseVoid();
  }

  readWindow(token: WindowToken): NativeReading {
    this.#require(token);
    return this.#reading();
  }

  windowObjects(token: WindowToken) {
    this.#require(token);
    return [
      { object: '', source: 'program', allocations: 3, totalBytes: 300, liveBytes: 0 },
      { object: '/lib/x.so', source: 'engine', allocations: 1, totalBytes: 7, liveBytes: 7 },
    ] as const as unknown as ReturnType<NativeBinding['windowObjects']>;
  }

  closeWindow(token: WindowToken): NativeReading {
    this.#require(token);
    this.log.push('close');
    const reading = this.#reading();
    this.#phase = 'closed';
    this.#refuseVoid();
    return reading;
  }

  setFlags(flags: string): void {
    this.log.push(`flags ${flags}`);
  }

  collectAlone(): void {
    this.log.push('alone');
  }

  countFromBirth(): void {
    this.log.push('birth');
  }

  collectGarbage(): void {
    this.log.push('collect');
  }

  collectIsolates(): number {
    this.log.push('others');
    return this.#script.uncollected ?? 0;
  }

  collectAndRead(token: WindowToken, _rehearsal?: boolean, again = false): NativeReading {
    this.#require(token);
    this.log.push(again ? 'light round' : 'round');
    this.#reads += 1;
    this.#refuseVoid();
    return this.#reading();
  }

  mappingFigures() {
    return this.#script.mappings;
  }

  ownResidentBytes() {
    return undefined;
  }

  allocatorFigures() {
    if (!this.#script.mapped) return undefined;
    return {
      mappedBytes: 1,
      mappedPeakBytes: 4096,
      requestedAtMappedPeakBytes: 4000,
      activeBytes: 1,
      residentBytes: 1,
      allocatedBytes: 1,
    };
  }

  #refuseVoid(): void {
    if (this.void) throw nativeError('INVALID_REPORT');
  }

  #require(token: WindowToken): void {
    if (this.#phase === 'closed' || token !== this.#token) throw nativeError('NO_WINDOW');
  }

  #reading(): NativeReading {
    const { used = [1000], withoutJs } = this.#script;
    const { peakBytes } = this.#allocated;
    const usedBytes = used[Math.min(Math.max(this.#reads - 1, 0), used.length - 1)] ?? 0;
    return {
      program: { ...nothing, ...this.#allocated },
      engine: { ...nothing, allocations: 2, totalBytes: 20, peakBytes: 15 },
      sum: {
        peakBytes,
        nativeAtPeakBytes: peakBytes - 1,
        mappedOtherBytes: this.#allocated.committedBytes ?? 0,
        ...(!withoutJs && { jsAtPeakBytes: 1 }),
      },
      ...(!withoutJs && {
        js: {
          baselineBytes: 1000,
          usedBytes,
          peakBytes: 5,
          totalBytes: this.#allocated.jsTotalBytes ?? 50,
          collections: 0,
          embeddedOpeningBytes: this.#embedded.opening,
          embeddedUsedBytes: this.#embedded.used,
          embeddedStanding: this.#allocated.embeddedBytes === undefined ? 0 : 1,
        },
      }),
      settlements: 0,
      threadsSeen: 1,
      phase: this.#phase,
    };
  }
}

export function nativeError(code: string): Error {
  return Object.assign(new Error(`native ${code}`), { code, hint: `hint of ${code}` });
}
