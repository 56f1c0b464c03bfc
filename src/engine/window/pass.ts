// One pass: setup, rest, the window around the calls, its draining and its close, and the sample that follows.
// INVARIANT: the window is closed on every path out of here.
import { typedNativeError } from '../../errors.js';
import type {
  NativeBinding,
  NearLiveReading,
  ObjectReading,
  ThreadFilter,
  WindowOptions,
  WindowToken,
} from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { Host } from '../host.js';
import { loopPeakBytes, type PassKind, type Sample, toSample } from '../result/sample.js';
import { exposedBytes, type UnseenMemory, UnseenWatch } from '../result/unseen.js';
import { unlessAborted } from './aborted.js';
import { drain, Stillness } from './settle.js';
import { type Call, closeWindow, discardWindow, openWindow, Span } from './span.js';

export interface PassTask {
  readonly kind: PassKind;
  readonly action: Call;
  readonly args: readonly unknown[];
  /** Runs before the window; what it returns is the action's first argument. */
  readonly setup?: (() => unknown) | undefined;
  readonly calls: number;
  readonly threads: ThreadFilter;
  /** false: no full collections around the window, and nothing retained is reported. */
  readonly settle: boolean;
  /** Takes every step without forcing a collection: it warms our own code, and its figures mean nothing. */
  readonly rehearsal?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** The environment makes private allocators return memory at once: what they map is a figure. */
  readonly exposePrivate?: boolean | undefined;
  /** How many processes this one has started so far; absent where nobody counts. */
  readonly startedProcesses?: (() => number) | undefined;
}

export interface Pass {
  readonly sample: Sample;
  /** What the sampling loop compares, in bytes. */
  readonly loopPeakBytes: number;
  /** Bytes and allocations per shared object; only where asked for. */
  readonly objects?: readonly ObjectReading[];
  /** Processes that were started inside the window; absent where nobody counts. */
  readonly childProcesses?: number;
  /** How garbage was kept small; only in a peak pass. */
  readonly nearLive?: NearLiveReading;
  /** false: the heap did not come to rest in the draining rounds, so that `retained_bytes` may be too high. */
  readonly drained: boolean;
  /** What no figure holds; not in a peak pass, and absent where mappings are not tracked. */
  readonly unseen?: UnseenMemory;
  /** Other threads whose JavaScript heap counts as it was last known. */
  readonly unreadIsolates: number;
}

/**
 * Takes one pass. An error thrown by setup or action comes back unchanged; native ones are typed.
 *
 * INVARIANT: what lives on the heap at the last reading before the window and at the last one of its draining differs
 * by nothing of ours: everything is made before both, and both are taken by the same call from here.
 */
export async function takePass(host: Host, task: PassTask, wantsObjects: boolean): Promise<Pass> {
  const figures = new PassFigures(host.binding, task, await prepareArguments(task));
  const { span } = figures;
  figures.watch?.noteOpening();
  if (task.settle) {
    figures.openScratch();
    try {
      await drain(host, figures.scratch, figures.before, figures.rehearsal);
    } catch (error) {
      figures.discardScratch();
      throw typedNativeError(error);
    }
    figures.closeScratch();
  }
  figures.startedBefore = task.startedProcesses?.();
  const pending = span.run(figures.options);
  if (pending !== undefined) await pending;
  figures.startedAfter = task.startedProcesses?.();
  try {
    figures.noteMapped();
    figures.watch?.noteEnd();
    if (figures.drains) await drain(host, span.token, figures.after, figures.rehearsal);
    return figures.close(wantsObjects);
  } catch (error) {
    span.discard();
    throw typedNativeError(error);
  }
}

/** What one pass needs and notes; made before its window, so that noting allocates nothing that stays. */
class PassFigures {
  readonly span: Span;
  readonly options: WindowOptions;
  readonly scratchOptions: WindowOptions;
  readonly before = new Stillness();
  readonly after = new Stillness();
  // WHY not in a peak pass: forced collections move V8's pages, and reading them there would be time spent twice.
  readonly watch: UnseenWatch | undefined;
  startedBefore: number | undefined;
  startedAfter: number | undefined;
  readonly #binding: NativeBinding;
  readonly #task: PassTask;
  readonly #mapped = new Float64Array(2).fill(Number.NaN);
  // WHY dropped at its close: at the last reading the measured window's token stands in its place.
  #scratch: WindowToken = 0n;

  constructor(binding: NativeBinding, task: PassTask, args: readonly unknown[]) {
    this.#binding = binding;
    this.#task = task;
    this.scratchOptions = { threads: task.threads };
    this.options =
      task.kind === 'peak'
        ? { ...this.scratchOptions, nearLive: task.rehearsal !== true }
        : this.scratchOptions;
    this.span = new Span(binding, { ...task, args });
    this.watch =
      task.kind === 'peak'
        ? undefined
        : new UnseenWatch(binding, task.rehearsal === true ? 'quick' : 'exact');
  }

  get drains(): boolean {
    return this.#task.settle && this.#task.kind !== 'peak';
  }

  get rehearsal(): boolean {
    return this.#task.rehearsal === true;
  }

  get scratch(): WindowToken {
    return this.#scratch;
  }

  openScratch(): void {
    this.#scratch = openWindow(this.#binding, this.scratchOptions);
  }

  closeScratch(): void {
    closeWindow(this.#binding, this.#scratch);
    this.#scratch = 0n;
  }

  discardScratch(): void {
    discardWindow(this.#binding, this.#scratch);
    this.#scratch = 0n;
  }

  noteMapped(): void {
    if (this.#task.kind === 'peak') return;
    const figures = this.#binding.allocatorFigures();
    if (figures === undefined) return;
    this.#mapped[0] = figures.mappedPeakBytes;
    this.#mapped[1] = figures.requestedAtMappedPeakBytes;
  }

  close(wantsObjects: boolean): Pass {
    const objects = wantsObjects ? this.#binding.windowObjects(this.span.token) : undefined;
    const reading = this.span.close();
    const childProcesses = this.#startedProcesses();
    const nearLive = reading.js?.nearLive;
    const unseen = this.watch?.read(reading.js?.peakBytes);
    const exposed = this.#task.exposePrivate === true ? exposedBytes(unseen) : undefined;
    return {
      sample: toSample(this.#task.kind, reading, {
        ...this.#retained(),
        ...this.#mappedFigures(),
        ...defined({ privateMappedPeakBytes: exposed }),
      }),
      loopPeakBytes: loopPeakBytes(reading),
      drained: !this.drains || this.after.reached,
      unreadIsolates: reading.js?.unreadIsolates ?? 0,
      ...defined({ objects, unseen, nearLive, childProcesses }),
    };
  }

  #retained(): { retainedBytes?: number } {
    const bytes = this.after.nativeBytes + this.after.jsUsedBytes - this.before.jsUsedBytes;
    return this.drains && !Number.isNaN(bytes) ? { retainedBytes: bytes } : {};
  }

  #mappedFigures(): { mappedPeakBytes?: number; requestedAtMappedPeakBytes?: number } {
    const [peak, requested] = this.#mapped;
    if (peak === undefined || requested === undefined || Number.isNaN(peak)) return {};
    return { mappedPeakBytes: peak, requestedAtMappedPeakBytes: requested };
  }

  #startedProcesses(): number | undefined {
    if (this.startedBefore === undefined || this.startedAfter === undefined) return undefined;
    return this.startedAfter - this.startedBefore;
  }
}

async function prepareArguments({ setup, args, signal }: PassTask): Promise<readonly unknown[]> {
  return setup === undefined ? args : [await unlessAborted(setup(), signal), ...args];
}
