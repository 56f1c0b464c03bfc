// The children of one measurement: which are started, in which world, with which plan.

import { defined } from '../../../shapes.js';
import type { ImportableModules } from '../../modules/importable.js';
import type { Loadable } from '../../modules/module-action.js';
import { type IsolateOptions, type PassProgress, type SamplingPlan, samplingPlan } from '../../options.js';
import { takesRss } from '../../options-beside.js';
import type { ProfileCapture } from '../../profile/capture.js';
import type { MemoryResult } from '../../result/memory-result.js';
import { exposingEnvironment } from '../../result/private-allocators.js';
import { countsAllocations, type ExtraKind, type PassKind, type Sample } from '../../result/sample.js';
import { coldPasses, memoryOptions } from '../../shared-options.js';
import { refuseAborted } from '../../window/aborted.js';
import type { LoopRule } from '../../window/repeats.js';
import type { ChildPlan } from '../protocol.js';
import {
  type ExtraRequest,
  measureObjects,
  measureRetainers,
  measureRss,
  measureSites,
  type RetainersOrder,
  type RunExtra,
  sampleHeap,
} from './extra-children.js';
import { refuseHangingPreload } from './foreign-preload.js';
import { type Extras, isolatedResult, type Step } from './isolated-result.js';
import { type ChildWorld, childWorld, inheritedFlags } from './node-flags.js';
import type { RunChild } from './run.js';
import { type ChildRequest, threadModule } from './start.js';

/** What starting children needs from the world; passed in, so that tests fake it. */
export interface ChildHost {
  readonly runChild: RunChild;
  readonly runExtra: RunExtra;
  /** Throws PRELOAD_MISSING. */
  preloadLibraryPath(): string;
  /** Throws ADDON_MISSING. */
  addonPath(): string;
  readonly environment: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  makeImportable(paths: readonly string[]): Promise<ImportableModules>;
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
  readonly execPath?: string | undefined;
  /** What is measured is the loading of the action's module; with `cold`. */
  readonly loads?: true;
}

export interface IsolatedOutcome {
  readonly result: MemoryResult;
  /** What the resolver's calls noted in each child, the last child's last. */
  readonly notes: readonly Readonly<Record<string, unknown>>[];
}

/** Where a child's passes stand among those of its kind. */
interface Place {
  readonly done: number;
  readonly of: number | undefined;
}

interface RunOptions {
  readonly place?: Place;
  readonly passesBefore?: number;
}

/** Which parts of a profile are captured. */
export interface ProfileParts {
  /** False: no JavaScript allocations are sampled. */
  readonly js?: boolean | undefined;
}

/** Children that measure the program as it is, or its JavaScript heap alone. */
const plainKinds: ReadonlySet<string> = new Set(['rss', 'objects', 'sites', 'retainers', 'heap-samples']);

const bothKinds = ['peak', 'accounting'] as const;
const quickKinds = ['peak'] as const;

const noExtras: Extras = { flags: {}, warnings: [] };

/** The children of one measurement, one after the other. */
export class IsolatedTask {
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
    return this.#toOutcome([step], step.outcome.result.samples, await this.#withRetainers(noExtras));
  }

  async preloaded(library: string): Promise<IsolatedOutcome> {
    refuseHangingPreload(this.#options.allocator ?? 'jemalloc', this.#host.environment.LD_PRELOAD);
    const steps = this.#sampling.cold ? await this.#coldSteps(library) : await this.#warmSteps(library);
    const samplesOf = (wanted: PassKind) =>
      steps.filter(({ kind }) => kind === wanted).flatMap(({ outcome }) => outcome.result.samples);
    const counted = samplesOf('accounting');
    const merged = samplesOf('peak').map((sample, index) => ({ ...sample, ...counted[index] }));
    return this.#toOutcome(steps, merged, await this.#withRetainers(await this.#extras(merged.length)));
  }

  async #warmSteps(library: string): Promise<Step[]> {
    const { loop } = this.#sampling;
    const peak = await this.#run('peak', loop, library);
    if (this.#options.quick === true) return [peak];
    const repeats = peak.outcome.result.samples.length;
    return [peak, await this.#run('accounting', { ...loop, repeats }, library)];
  }

  /** Profiles the pass that comes after so many others, in a child of its own, and samples JavaScript in another. */
  async profiled(
    library: string,
    passesBefore: number,
    { js = true }: ProfileParts,
  ): Promise<ProfileCapture> {
    const kind = this.#options.attached === true ? 'attached' : 'profile';
    const loop = { ...this.#sampling.loop, repeats: passesBefore + 1 };
    const { outcome, flags } = await this.#run(kind, loop, library, { passesBefore });
    const { samples, profile, description, versions } = outcome.result;
    const [sample] = samples;
    if (profile === undefined || sample === undefined) throw new TypeError('a profile child sent no profile');
    const capture = { ...profile, sample, description, flags, ...defined({ versions }) };
    if (!js) return capture;
    const request = this.#extraRequest('heap-samples', 1);
    return { ...capture, heap: await sampleHeap(this.#host.runExtra, request, sample.js_total_bytes) };
  }

  // Pass n of both kinds is the n-th child of that kind.
  async #coldSteps(library: string): Promise<Step[]> {
    const { loop } = this.#sampling;
    const passes = loop.repeats ?? coldPasses;
    const steps: Step[] = [];
    for (const kind of this.#options.quick === true ? quickKinds : bothKinds) {
      for (let done = 0; done < passes; done += 1) {
        steps.push(await this.#run(kind, { ...loop, repeats: 1 }, library, { place: { done, of: passes } }));
      }
    }
    return steps;
  }

  async #extras(passes: number): Promise<Extras> {
    const { rssPasses = passes, objects = false } = this.#options;
    const rss = takesRss(this.#options);
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
      ...defined({ rss: resident?.series, counted, sites: sampled?.found }),
    };
  }

  async #withRetainers(extras: Extras): Promise<Extras> {
    const order = retainersOrder(this.#options, this.#sampling.calls);
    if (order === undefined) return extras;
    const request = this.#extraRequest('retainers', 2);
    const { found, warnings } = await measureRetainers(this.#host.runExtra, request, order);
    return {
      ...extras,
      flags: { ...extras.flags, retainers: this.#world('retainers', '').flags },
      warnings: [...extras.warnings, ...warnings],
      ...defined({ retainers: found }),
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
        ...defined({ setup, resolver, loads: this.#options.loads }),
      },
      world: this.#world(kind, ''),
      output,
      signal,
      timeoutMs,
      execPath,
      onProgress: onProgress && (({ passes }) => onProgress({ step: kind, passes, of })),
    };
  }

  #world(kind: PassKind | ExtraKind, preloadLibrary: string, addon?: string): ChildWorld {
    const { allocator = 'jemalloc', nodeFlags, exposePrivate = false } = this.#options;
    // WHY: plain children keep their private mappings, because resident memory is what the program holds as it is.
    const exposes = exposePrivate && !plainKinds.has(kind);
    return childWorld({
      kind,
      allocator,
      preloadLibrary,
      threadModule,
      addon,
      environment: exposes ? { ...this.#host.environment, ...exposingEnvironment } : this.#host.environment,
      userFlags: nodeFlags ?? inheritedFlags(this.#host.execArgv),
    });
  }

  async #run(
    kind: PassKind,
    loop: LoopRule,
    preloadLibrary: string,
    { place = { done: 0, of: loop.repeats }, passesBefore }: RunOptions = {},
  ): Promise<Step> {
    const { output = 'ignore', signal, onProgress, exposePrivate = false, quick = false } = this.#options;
    const { action, setup, resolver } = this.#subject;
    const host = this.#host;
    refuseAborted(signal);
    const addon = host.addonPath();
    const world = this.#world(kind, preloadLibrary, addon);
    const plan: ChildPlan = {
      benchmem: 'plan',
      kind,
      action,
      addon,
      ...this.#sampling,
      loop,
      seeksRetained: this.#seeksRetained(kind),
      ...defined({ setup, resolver, loads: this.#options.loads, passesBefore }),
      ...(exposePrivate && { exposePrivate }),
      ...(kind === 'peak' && quick && { quick }),
      ...defined({ userPreload: world.userPreload }),
    };
    const outcome = await host.runChild({
      plan,
      world,
      output,
      signal,
      timeoutMs: this.#options.timeoutMs,
      execPath: this.#options.execPath,
      onProgress: onProgress && ((message) => onProgress(toProgress(kind, place, message))),
    });
    return { kind, outcome, flags: world.flags };
  }

  #seeksRetained(kind: PassKind): boolean {
    const { quick, repeats } = this.#options;
    return countsAllocations(kind, quick) && !this.#sampling.cold && repeats === undefined;
  }

  #toOutcome(steps: readonly Step[], samples: readonly Sample[], extras: Extras): IsolatedOutcome {
    return {
      result: isolatedResult({
        steps,
        memory: samples,
        extras,
        argumentBytes: this.#subject.argumentBytes,
        exposePrivate: this.#options.exposePrivate,
        cold: this.#sampling.cold,
        quick: this.#options.quick === true,
      }),
      notes: steps.flatMap(({ outcome: { result } }) => (result.notes === undefined ? [] : [result.notes])),
    };
  }
}

/** Fewer calls would not tell what each of them keeps from what one of them does. */
const leastRetainerCalls = 3;

function retainersOrder({ retainers }: SubjectOptions, calls: number): RetainersOrder | undefined {
  if (retainers === undefined || retainers === false) return undefined;
  const given = retainers === true ? {} : retainers;
  return {
    calls: given.calls ?? Math.max(leastRetainerCalls, calls),
    maxHeapBytes: given.maxHeapBytes ?? memoryOptions.retainersMax.unlessGiven,
  };
}

function toProgress(
  step: PassKind,
  { done, of }: Place,
  { passes, peakBytes }: { readonly passes: number; readonly peakBytes?: number },
): PassProgress {
  return {
    step,
    passes: done + passes,
    ...defined({ of }),
    ...(step !== 'accounting' && peakBytes !== undefined && { peakBytes }),
  };
}
