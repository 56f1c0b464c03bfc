// A measurement in fresh child processes: one per pass kind, the first one's loop deciding how many passes.
// Must not measure anything in this process.
import { serialize } from 'node:v8';
import { BenchmemError } from '../errors.js';
import { preloadLibraryPath } from '../native/load.js';
import { refuseAborted } from './aborted.js';
import { type ChildOutcome, type RunChild, runChild } from './child-run.js';
import { childWorld, inheritedFlags } from './child-world.js';
import { describeEnvironment } from './environment.js';
import { type ImportableModules, makeImportable, modulePath } from './importable.js';
import { MemoryResult } from './memory-result.js';
import type { ModuleAction } from './module-action.js';
import { type IsolateOptions, type PassProgress, type SamplingPlan, samplingPlan } from './options.js';
import { preloadEntry } from './preload-entry.js';
import type { ChildPlan, Loadable } from './protocol.js';
import type { LoopRule } from './repeats.js';
import type { PassKind, Sample } from './sample.js';
import { toSharedObjectBytes } from './shared-object.js';
import { warningsFor } from './warnings.js';

/** What starting children needs from the world; passed in, so that tests fake it. */
export interface ChildHost {
  readonly runChild: RunChild;
  /** Throws PRELOAD_MISSING. */
  preloadLibraryPath(): string;
  readonly environment: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  makeImportable(paths: readonly string[]): Promise<ImportableModules>;
}

export const realChildHost = (): ChildHost => ({
  runChild,
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
  if (options.attached === true) {
    return inModules(action, options, host, (task) => task.attached());
  }
  const library = preloadEntry(host.preloadLibraryPath());
  try {
    return await inModules(action, options, host, (task) => task.preloaded(library.path));
  } finally {
    library.dispose();
  }
}

async function inModules(
  action: ModuleAction,
  options: IsolateOptions,
  host: ChildHost,
  measure: (task: IsolatedTask) => Promise<MemoryResult>,
): Promise<MemoryResult> {
  const setup = options.setup === undefined ? [] : [options.setup];
  const argumentBytes = [action, ...setup].map(weighArguments).reduce((sum, bytes) => sum + bytes);
  const modules = await host.makeImportable([action, ...setup].map(({ module }) => modulePath(module)));
  try {
    return await measure(new IsolatedTask(action, options, host, modules, argumentBytes));
  } finally {
    modules.dispose();
  }
}

interface Step {
  readonly kind: PassKind;
  readonly outcome: ChildOutcome;
  readonly flags: readonly string[];
}

class IsolatedTask {
  readonly #action: Loadable;
  readonly #setup: Loadable | undefined;
  readonly #options: IsolateOptions;
  readonly #sampling: SamplingPlan;
  readonly #host: ChildHost;
  readonly #argumentBytes: number;

  constructor(
    action: ModuleAction,
    options: IsolateOptions,
    host: ChildHost,
    modules: ImportableModules,
    argumentBytes: number,
  ) {
    this.#options = options;
    this.#sampling = samplingPlan(options);
    this.#host = host;
    this.#argumentBytes = argumentBytes;
    this.#action = loadable(action, modules, []);
    this.#setup = options.setup && loadable(options.setup, modules, this.#action.args);
  }

  async attached(): Promise<MemoryResult> {
    const step = await this.#run('attached', this.#sampling.loop, '');
    return this.#toResult([step], step.outcome.result.samples);
  }

  async preloaded(library: string): Promise<MemoryResult> {
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
    return this.#toResult([peak, accounting], merged);
  }

  async #run(kind: PassKind, loop: LoopRule, preloadLibrary: string): Promise<Step> {
    const { allocator = 'jemalloc', nodeFlags, output = 'ignore', signal, onProgress } = this.#options;
    const host = this.#host;
    refuseAborted(signal);
    const world = childWorld({
      kind,
      allocator,
      preloadLibrary,
      environment: host.environment,
      userFlags: nodeFlags ?? inheritedFlags(host.execArgv),
    });
    const plan: ChildPlan = {
      benchmem: 'plan',
      kind,
      action: this.#action,
      ...this.#sampling,
      loop,
      ...(this.#setup !== undefined && { setup: this.#setup }),
      ...(world.userPreload !== undefined && { userPreload: world.userPreload }),
    };
    const outcome = await host.runChild({
      plan,
      world,
      output,
      signal,
      onProgress: onProgress && ((message) => onProgress(toProgress(kind, loop, message))),
    });
    return { kind, outcome, flags: world.flags };
  }

  #toResult(steps: readonly Step[], samples: readonly Sample[]): MemoryResult {
    const last = steps.at(-1) as Step;
    const { description, objects = [], childProcesses, undrained } = last.outcome.result;
    const flags = Object.fromEntries(steps.map((step) => [step.kind, step.flags]));
    const strangeEnds = steps
      .filter(({ outcome }) => outcome.strangeEnd !== undefined)
      .map(({ kind, outcome }) => `${kind} child ended by ${outcome.strangeEnd}`);
    const passes = samples.length;
    return new MemoryResult({
      samples,
      environment: describeEnvironment(description, flags),
      warnings: warningsFor({
        description,
        passes,
        undrained,
        childProcesses,
        argumentBytes: this.#argumentBytes,
        strangeEnds,
      }),
      bySharedObject: toSharedObjectBytes(objects),
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
  { passes, peakBytes }: { readonly passes: number; readonly peakBytes: number },
): PassProgress {
  return {
    step,
    passes,
    ...(repeats !== undefined && { of: repeats }),
    ...(step !== 'accounting' && { peakBytes }),
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
