// A measurement in fresh child processes: one per pass kind, the first one's loop deciding how many passes.
// Must not measure anything in this process.
import { relative } from 'node:path';
import { serialize } from 'node:v8';
import { BenchmemError } from '../errors.js';
import { findAddon, preloadLibraryPath } from '../native/load.js';
import { defined } from '../shapes.js';
import { indexOfFirstMinimum } from '../stats/summary.js';
import {
  type ChildHost,
  type IsolatedOutcome,
  type IsolatedSubject,
  IsolatedTask,
  type ProfileParts,
  type SubjectOptions,
} from './child/parent/isolated-task.js';
import { preloadEntry } from './child/parent/preload-entry.js';
import { runChild, runPlan } from './child/parent/run.js';
import { type ImportableModules, makeImportable, modulePath } from './modules/importable.js';
import type { Loadable, ModuleAction } from './modules/module-action.js';
import type { IsolateOptions } from './options.js';
import type { ProfileCapture } from './profile/capture.js';
import { MemoryResult } from './result/memory-result.js';
import { refuseAborted } from './window/aborted.js';

export type { ChildHost, IsolatedOutcome, IsolatedSubject, ProfileCapture, SubjectOptions };

export const realChildHost = (): ChildHost => ({
  runChild,
  runExtra: runPlan,
  preloadLibraryPath,
  addonPath: findAddon,
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
  const weights = named.map(({ args, export: name }) => argumentBytes(args, name));
  const modules = await host.makeImportable(named.map(({ module }) => modulePath(module)));
  try {
    const subject: IsolatedSubject = {
      action: loadable(action, modules, []),
      argumentBytes: weights.reduce((sum, bytes) => sum + bytes),
      ...defined({ setup: setup && loadable(setup, modules, action.args ?? []) }),
    };
    const { result } = await measureSubject(subject, options, host);
    if (options.profile === undefined) return result;
    return withProfile(result, options.profile, await captureOf(subject, options, result, host), {
      // WHY: the path is relative, because no path of the machine may stand in a profile.
      id: `${relative(process.cwd(), subject.action.name)}::${subject.action.exportName}`,
      native: options.native,
    });
  } finally {
    modules.dispose();
  }
}

function captureOf(
  subject: IsolatedSubject,
  options: IsolateOptions,
  result: MemoryResult,
  host: ChildHost,
): Promise<ProfileCapture> {
  return profileSubject(subject, options, reportedPass(result.toBlob(), options.cold), host);
}

/**
 * How many passes come before the one that is reported, the first with the lowest peak; none where each is a first call, or
 * where this runtime shows no peak.
 */
export function reportedPass(
  { peak_bytes: peaks = [] }: { readonly peak_bytes?: readonly number[] | undefined },
  cold = false,
): number {
  return cold || peaks.length === 0 ? 0 : indexOfFirstMinimum(peaks);
}

async function withProfile(
  result: MemoryResult,
  path: string,
  capture: ProfileCapture,
  { id, native }: { readonly id: string; readonly native: boolean | undefined },
): Promise<MemoryResult> {
  const { linkedCapture } = await import('./profile/captured.js');
  const reportedPeakBytes = result.toBlob().peak_bytes?.[reportedPass(result.toBlob())];
  const named = { id, capture, choice: defined({ native }), cwd: process.cwd(), reportedPeakBytes };
  return MemoryResult.fromBlob({ ...result.toBlob(), profile: await linkedCapture(path, named) });
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
  return preloaded(host, (library) => task.preloaded(library));
}

/**
 * Profiles one pass of what `measureSubject` measures: the one that comes after `passesBefore` others, in a child of its
 * own; its JavaScript allocations are sampled in one more. Errors as there, and PROFILE_MISMATCH.
 */
export async function profileSubject(
  subject: IsolatedSubject,
  options: SubjectOptions,
  passesBefore: number,
  host: ChildHost = realChildHost(),
  parts: ProfileParts = {},
): Promise<ProfileCapture> {
  refuseAborted(options.signal);
  const task = new IsolatedTask(subject, options, host);
  return options.attached === true
    ? task.profiled('', passesBefore, parts)
    : preloaded(host, (library) => task.profiled(library, passesBefore, parts));
}

async function preloaded<T>(host: ChildHost, work: (library: string) => Promise<T>): Promise<T> {
  const library = preloadEntry(host.preloadLibraryPath());
  try {
    return await work(library.path);
  } finally {
    library.dispose();
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

/** What the arguments of an export weigh on their way into a child. Throws ARGUMENTS_NOT_CLONABLE. */
export function argumentBytes(args: readonly unknown[] = [], name = 'default'): number {
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
