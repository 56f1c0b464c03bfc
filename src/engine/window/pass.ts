// One pass: setup, rest, the window around the calls, its draining and its close, and the sample that follows.
// INVARIANT: the window is closed on every path out of here.
import { typedNativeError } from '../../errors.js';
import type {
  NativeBinding,
  ProfileReading,
  ProfilingBinding,
  ThreadFilter,
  WindowOptions,
  WindowToken,
} from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { Host } from '../host.js';
import { type PassFacts, toNearLive, toSharedObjects } from '../result/facts.js';
import { isNearLive, isVoid, loopPeakBytes, type PassKind, type Sample, toSample } from '../result/sample.js';
import { exposedBytes, UnseenWatch } from '../result/unseen.js';
import { unlessAborted } from './aborted.js';
import { LoopTurns } from './loop-turns.js';
import { MappedNote } from './mapped-note.js';
import { startProfile } from './profiling.js';
import { collectOnce, drain, Stillness } from './settle.js';
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
  /** How many processes this one has started so far; absent, or nothing, if nobody counts. */
  readonly startedProcesses?: (() => number | undefined) | undefined;
  /** Keeps the stack of every native allocation. */
  readonly profiled?: boolean;
  /** The pass before came to rest, and nothing but our own code ran since. */
  readonly isResting?: boolean | undefined;
  /** A peak pass that tells what was allocated and retained, too. */
  readonly quick?: boolean | undefined;
}

/** The stacks of a pass, and what of the pass they must be read with. */
export interface PassProfile {
  readonly reading: ProfileReading;
  /** Blocks from before the window that were freed inside it, which no stack knows. Bytes. */
  readonly olderFreedBytes: number;
  readonly calls: number;
}

export interface Pass {
  readonly sample: Sample;
  /** What the sampling loop compares, in bytes. */
  readonly loopPeakBytes: number;
  readonly facts: PassFacts;
  /** Its draining ended because two readings were equal. */
  readonly isStill: boolean;
  /** Its JavaScript total is none: the pass counts for nothing, and has no such figure. */
  readonly isVoid: boolean;
  /** The stacks behind its native figures; only of a profiled pass. */
  readonly profile?: PassProfile;
}

/**
 * Takes one pass. An error thrown by setup or action comes back unchanged; native ones are typed.
 *
 * INVARIANT: what lives on the heap at the last reading before the window and at the last one of its draining differs
 * by nothing of ours: everything is made before both, and both are taken by the same call from here.
 */
export async function takePass(host: Host, task: PassTask, wantsObjects: boolean): Promise<Pass> {
  const figures = new PassFigures(host.binding, task, await prepareArguments(task));
  if (task.profiled !== true) return takeSettled(host, task, figures, wantsObjects);
  const binding = host.binding as ProfilingBinding;
  startProfile(binding);
  try {
    return await takeSettled(host, task, figures, wantsObjects);
  } finally {
    binding.stopProfile();
  }
}

async function takeSettled(
  host: Host,
  task: PassTask,
  figures: PassFigures,
  wantsObjects: boolean,
): Promise<Pass> {
  const { span } = figures;
  figures.watch?.noteOpening();
  if (task.settle) {
    figures.openScratch();
    try {
      const rest = figures.drains ? drain : collectOnce;
      await rest(host, figures.scratch, figures.before, figures.rehearsal, task.isResting);
    } catch (error) {
      figures.discardScratch();
      throw typedNativeError(error);
    }
    figures.closeScratch();
  }
  figures.startedBefore = task.startedProcesses?.();
  figures.turns.noteStart();
  const pending = span.run(figures.options);
  if (pending !== undefined) await pending;
  figures.turns.noteEnd(pending !== undefined);
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
  // WHY: a peak pass has none, because forced collections move V8's pages, and reading them there would be time spent twice.
  readonly watch: UnseenWatch | undefined;
  readonly turns = new LoopTurns();
  startedBefore: number | undefined;
  startedAfter: number | undefined;
  readonly #binding: NativeBinding;
  readonly #task: PassTask;
  readonly #mapped = new MappedNote();
  // WHY: the token is dropped when its window closes, because at the last reading the measured window's token stands in its
  // place.
  #scratch: WindowToken = 0n;

  constructor(binding: NativeBinding, task: PassTask, args: readonly unknown[]) {
    this.#binding = binding;
    this.#task = task;
    const { kind, threads } = task;
    const assumesResident = isNearLive(kind) || this.rehearsal;
    this.scratchOptions = { threads, assumesResident: true };
    this.options = { threads, assumesResident, nearLive: isNearLive(kind) && !this.rehearsal };
    this.span = new Span(binding, { ...task, args });
    this.watch = isNearLive(task.kind)
      ? undefined
      : new UnseenWatch(binding, task.rehearsal === true ? 'quick' : 'exact');
  }

  get drains(): boolean {
    return this.#task.settle && (this.#task.kind !== 'peak' || this.#task.quick === true);
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
    if (!isNearLive(this.#task.kind)) this.#mapped.note(this.#binding);
  }

  close(wantsObjects: boolean): Pass {
    const objects = wantsObjects ? this.#binding.windowObjects(this.span.token) : undefined;
    // WHY: stacks are read before the close, because live figures are those of a window that has drained.
    const stacks =
      this.#task.profiled === true
        ? (this.#binding as ProfilingBinding).readProfile(this.span.token)
        : undefined;
    const reading = this.span.close();
    const childProcesses = this.#startedProcesses();
    const nearLive = reading.js?.nearLive;
    const unseen = this.watch?.read(reading.js, this.drains);
    const exposed = this.#task.exposePrivate === true ? exposedBytes(unseen) : undefined;
    return {
      sample: toSample(this.#task.kind, reading, {
        retainedBytes: this.#retained(),
        mapped: this.#mapped.read(),
        privateMappedPeakBytes: exposed,
        isQuick: this.#task.quick,
      }),
      loopPeakBytes: loopPeakBytes(reading),
      isStill: this.drains && this.after.reached,
      isVoid: !isNearLive(this.#task.kind) && isVoid(reading),
      facts: {
        ...defined({
          by_shared_object: objects && toSharedObjects(objects),
          child_processes: childProcesses,
          near_live: nearLive && toNearLive(nearLive),
          unseen,
        }),
        yields: this.turns.yielded,
        void_passes: 0,
        undrained: this.drains && !this.after.reached ? 1 : 0,
        undrained_isolates: this.drains ? this.after.uncollectedIsolates : 0,
        embedded_standing: this.drains ? (reading.js?.embeddedStanding ?? 0) : 0,
        unread_isolates: reading.js?.unreadIsolates ?? 0,
      },
      ...defined({
        profile: stacks && {
          reading: stacks,
          olderFreedBytes: reading.program.olderFreedBytes,
          calls: this.#task.calls,
        },
      }),
    };
  }

  #retained(): number | undefined {
    const bytes = this.after.nativeBytes + this.after.jsUsedBytes - this.before.jsUsedBytes;
    return this.drains && !Number.isNaN(bytes) ? bytes : undefined;
  }

  #startedProcesses(): number | undefined {
    if (this.startedBefore === undefined || this.startedAfter === undefined) return undefined;
    return this.startedAfter - this.startedBefore;
  }
}

async function prepareArguments({ setup, args, signal }: PassTask): Promise<readonly unknown[]> {
  return setup === undefined ? args : [await unlessAborted(setup(), signal), ...args];
}
