// A measurement in fresh child processes: one per pass kind, the first one's loop deciding how many passes.
// Must not measure anything in this process.
import { serialize } from 'node:v8';
import { BenchmemError } from '../errors.js';
import { preloadLibraryPath } from '../native/load.js';
import { refuseAborted } from './aborted.js';
import type { ObjectCount } from './census.js';
import {
  type ChildOutcome,
  type ChildRequest,
  type RunChild,
  runChild,
  runPlan,
  threadModule,
} from './child-run.js';
import { type ChildWorld, childWorld, inheritedFlags } from './child-world.js';
import { describeEnvironment } from './environment.js';
import {
  type ExtraRequest,
  measureObjects,
  measureRss,
  measureSites,
  type RunExtra,
} from './extra-children.js';
import { type ImportableModules, makeImportable, modulePath } from './importable.js';
import { MemoryResult } from './memory-result.js';
import type { ModuleAction } from './module-action.js';
import type { ObjectSites } from './object-sites.js';
import { type IsolateOptions, type PassProgress, type SamplingPlan, samplingPlan } from './options.js';
import { preloadEntry } from './preload-entry.js';
import { exposingEnvironment } from './private-allocators.js';
import type { ChildPlan, Loadable } from './protocol.js';
import type { LoopRule } from './repeats.js';
import type { ExtraKind, PassKind, Sample } from './sample.js';
import { toSharedObjectBytes } from './shared-object.js';
import type { Warning } from './warning.js';
import { warningsFor } from './warnings.js';

/** What starting children needs from the world; passed in, so that tests fake it. */
export interface ChildHost {
  readonly runChild: RunChild;
  readonly runExtra: RunExtra;
  /** Throws PRELOAD_MISSING. */
  preloadLibraryPath(): string;
  readonly environment: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  makeImportable(paths: readonly string[]): Promise<ImportableModules>;
}

export const realChildHost = (): ChildHost => ({
  runChild,
  runExtra: runPlan,
  preloadLibraryPath,
  environment: process.env,
  execArgv: process.execArgv,
  makeImportable,
});

/**
 * Measures a module's export in children. Errors: those of loading and transforming the module, ACTION_FAILED,
 * SETUP_FAILED, CHILD_*, PRELOAD_*, ARGUMENTS_NOT_CLONABLE, UNSUPPORTED_RUNTIME, ABORTED.
 */
export async function measureIsolated(
  action: ModuleAction,
  options: IsolateOptions,
  host: ChildHost = realChildHost(),
): Promise<MemoryResult> {
  refuseAborted(options.signal);
  const { setup } = options;
  const named = setup === undefined ? [action] : [action, setup];
  const argumentBytes = named.map(weighArguments).reduce((sum, bytes) => sum + bytes);
  const modules = await host.makeImportable(named.map(({ module }) => modulePath(module)));
  try {
    const subject: IsolatedSubject = {
      action: loadable(action, modules, []),
      argumentBytes,
      ...(setup !== undefined && { setup: loadable(setup, modules, action.args ?? []) }),
    };
    return (await measureSubject(subject, options, host)).result;
  } finally {
    modules.dispose();
  }
}

/** What children measure, named so that they can load it. */
export interface IsolatedSubject {
  readonly action: Loadable;
  readonly setup?: Loadable;
  /** See `ChildPlan`. */
  readonly resolver?: string;
  /** What its arguments weigh, in bytes. */
  readonly argumentBytes: number;
}

export interface SubjectOptions extends Omit<IsolateOptions, 'isolate' | 'setup' | 'output'> {
  readonly output?: ChildRequest['output'];
  /** For each child. */
  readonly timeoutMs?: number | undefined;
  readonly execPath?: string | undefined;
}

export interface IsolatedOutcome {
  readonly result: MemoryResult;
  /** What the resolver's calls noted in each child, the last child's last. */
  readonly notes: readonly Readonly<Record<string, unknown>>[];
}

/** Measures what a child can load. Errors as for `measureIsolated`, and CHILD_TIMED_OUT. */
export async function measureSubject(
  subject: IsolatedSubject,
  options: SubjectOptions,
  host: ChildHost = realChildHost(),
): Promise<IsolatedOutcome> {
  refuseAborted(options.signal);
  const task = new IsolatedTask(subject, options, host);
  if (options.attached === true) return task.attached();
  const library = preloadEntry(host.preloadLibraryPath());
  try {
    return await task.preloaded(library.path);
  } finally {
    library.dispose();
  }
}

interface Step {
  readonly kind: PassKind;
  readonly outcome: ChildOutcome;
  readonly flags: readonly string[];
}

/** What the opt-in passes gave. */
interface Extras {
  readonly flags: Readonly<Record<string, readonly string[]>>;
  readonly warnings: readonly Warning[];
  readonly rss?: readonly number[];
  readonly counted?: ObjectCount;
  readonly sites?: ObjectSites;
}

const noExtras: Extras = { flags: {}, warnings: [] };

class IsolatedTask {
  readonly #subject: IsolatedSubject;
  readonly #options: SubjectOptions;
  readonly #sampling: SamplingPlan;
  readonly #host: ChildHost;

  constructor(subject: IsolatedSubject, options: SubjectOptions, host: ChildHost) {
    this.#subject = subject;
    this.#options = options;
    this.#sampling = samplingPlan(options);
    this.#host = host;
  }

  async attached(): Promise<IsolatedOutcome> {
    const step = await this.#run('attached', this.#sampling.loop, '');
    return this.#toOutcome([step], step.outcome.result.samples, noExtras);
  }

  async preloaded(library: string): Promise<IsolatedOutcome> {
    const peak = await this.#run('peak', this.#sampling.loop, library);
    const { samples } = peak.outcome.result;
    const accounting = await this.#run(
      'accounting',
      { ...this.#sampling.loop, repeats: samples.length },
      library,
    );
    const merged = samples.map((sample, index) => ({
      ...sample,
      ...accounting.outcome.result.samples[index],
    }));
    return this.#toOutcome([peak, accounting], merged, await this.#extras(merged.length));
  }

  async #extras(passes: number): Promise<Extras> {
    const { rss = false, rssPasses = passes, objects = false } = this.#options;
    const { runExtra } = this.#host;
    const resident = rss
      ? await measureRss(runExtra, this.#extraRequest('rss', rssPasses), rssPasses)
      : undefined;
    const counted = objects ? await measureObjects(runExtra, this.#extraRequest('objects', 1)) : undefined;
    const sampled =
      counted && (await measureSites(runExtra, this.#extraRequest('sites', 1), counted.allHeapBytes));
    return {
      flags: {
        ...(rss && { rss: this.#world('rss', '').flags }),
        ...(objects && {
          objects: this.#world('objects', '').flags,
          sites: this.#world('sites', '').flags,
        }),
      },
      warnings: [...(resident?.warnings ?? []), ...(sampled?.warnings ?? [])],
      ...(resident?.series !== undefined && { rss: resident.series }),
      ...(counted !== undefined && { counted }),
      ...(sampled?.found !== undefined && { sites: sampled.found }),
    };
  }

  #extraRequest(kind: ExtraKind, of: number): ExtraRequest {
    const { output = 'ignore', signal, onProgress, timeoutMs, execPath } = this.#options;
    const { warmup, calls } = this.#sampling;
    const { action, setup, resolver } = this.#subject;
    refuseAborted(signal);
    return {
      plan: {
        benchmem: 'plan',
        kind,
        action,
        warmup,
        calls,
        ...(setup !== undefined && { setup }),
        ...(resolver !== undefined && { resolver }),
      },
      world: this.#world(kind, ''),
      output,
      signal,
      timeoutMs,
      execPath,
      onProgress: onProgress && (({ passes }) => onProgress({ step: kind, passes, of })),
    };
  }

  #world(kind: PassKind | ExtraKind, preloadLibrary: string): ChildWorld {
    const { allocator = 'jemalloc', nodeFlags, exposePrivate = false } = this.#options;
    // WHY not there: resident memory is what the program holds as it is.
    const exposes = exposePrivate && !['rss', 'objects', 'sites'].includes(kind);
    return childWorld({
      kind,
      allocator,
      preloadLibrary,
      threadModule,
      environment: exposes ? { ...this.#host.environment, ...exposingEnvironment } : this.#host.environment,
      userFlags: nodeFlags ?? inheritedFlags(this.#host.execArgv),
    });
  }

  async #run(kind: PassKind, loop: LoopRule, preloadLibrary: string): Promise<Step> {
    const { output = 'ignore', signal, onProgress, exposePrivate = false } = this.#options;
    const { action, setup, resolver } = this.#subject;
    const host = this.#host;
    refuseAborted(signal);
    const world = this.#world(kind, preloadLibrary);
    const plan: ChildPlan = {
      benchmem: 'plan',
      kind,
      action,
      ...this.#sampling,
      loop,
      ...(setup !== undefined && { setup }),
      ...(resolver !== undefined && { resolver }),
      ...(exposePrivate && { exposePrivate }),
      ...(world.userPreload !== undefined && { userPreload: world.userPreload }),
    };
    const outcome = await host.runChild({
      plan,
      world,
      output,
      signal,
      timeoutMs: this.#options.timeoutMs,
      execPath: this.#options.execPath,
      onProgress: onProgress && ((message) => onProgress(toProgress(kind, loop, message))),
    });
    return { kind, outcome, flags: world.flags };
  }

  #toOutcome(steps: readonly Step[], samples: readonly Sample[], extras: Extras): IsolatedOutcome {
    return {
      result: this.#toResult(steps, samples, extras),
      notes: steps.flatMap(({ outcome: { result } }) => (result.notes === undefined ? [] : [result.notes])),
    };
  }

  #toResult(steps: readonly Step[], memory: readonly Sample[], extras: Extras): MemoryResult {
    const { rss, counted, sites } = extras;
    const samples = memory.map((sample, index) =>
      rss?.length === memory.length ? { ...sample, rss_bytes: rss[index] as number } : sample,
    );
    const last = steps.at(-1) as Step;
    const { description, objects = [], unseen, childProcesses, undrained, versions } = last.outcome.result;
    const { exposePrivate } = this.#options;
    const nearLive = steps.find(({ kind }) => kind === 'peak')?.outcome.result.nearLive;
    const flags = { ...Object.fromEntries(steps.map((step) => [step.kind, step.flags])), ...extras.flags };
    const strangeEnds = steps
      .filter(({ outcome }) => outcome.strangeEnd !== undefined)
      .map(({ kind, outcome }) => `${kind} child ended by ${outcome.strangeEnd}`);
    const passes = samples.length;
    return new MemoryResult({
      samples,
      environment: {
        ...describeEnvironment(description, flags, versions),
        ...(exposePrivate === true && { privateAllocators: exposingEnvironment }),
      },
      unaligned: {
        ...(rss !== undefined && rss.length !== memory.length && { rss_bytes: rss }),
        ...(counted !== undefined && { objects: [counted.objects] }),
      },
      ...(counted !== undefined && { objectKinds: counted.kinds }),
      ...(sites !== undefined && { objectSites: sites }),
      warnings: [
        ...extras.warnings,
        ...warningsFor({
          description,
          passes,
          undrained,
          childProcesses,
          argumentBytes: this.#subject.argumentBytes,
          strangeEnds,
          unseen,
          exposePrivate,
          unreadIsolates: Math.max(...steps.map(({ outcome }) => outcome.result.unreadIsolates ?? 0)),
        }),
      ],
      bySharedObject: toSharedObjectBytes(objects),
      ...(unseen !== undefined && { privateMappings: unseen.objects }),
      ...(nearLive !== undefined && { nearLive }),
      ...(childProcesses !== undefined && { childProcesses }),
    });
  }
}

function loadable(
  action: ModuleAction,
  modules: ImportableModules,
  defaultArgs: readonly unknown[],
): Loadable {
  const path = modulePath(action.module);
  const url = modules.urlOf(path);
  return { url, name: path, exportName: action.export ?? 'default', args: action.args ?? defaultArgs };
}

function toProgress(
  step: PassKind,
  { repeats }: LoopRule,
  { passes, peakBytes }: { readonly passes: number; readonly peakBytes?: number },
): PassProgress {
  return {
    step,
    passes,
    ...(repeats !== undefined && { of: repeats }),
    ...(step !== 'accounting' && peakBytes !== undefined && { peakBytes }),
  };
}

function weighArguments({ args = [], export: name = 'default' }: ModuleAction): number {
  try {
    return serialize(args).byteLength;
  } catch (cause) {
    throw new BenchmemError(
      'ARGUMENTS_NOT_CLONABLE',
      `the arguments of ${name} cannot cross into a child: ${cause instanceof Error ? cause.message : cause}`,
      'pass what structured clone takes (no functions, no class instances), or build it in setup',
      { cause },
    );
  }
}
