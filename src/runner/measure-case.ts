// One benchmark: its memory passes, its timing, and the record of both as the run file holds it.
// Starts children through what it is given; writes nothing.
import { fileURLToPath } from 'node:url';
import { runPlan, startAhead, type WaitingChild } from '../engine/child/parent/run.js';
import type { ChildRequest } from '../engine/child/parent/start.js';
import type { AnyPlan } from '../engine/child/protocol.js';
import {
  argumentBytes,
  type ChildHost,
  type IsolatedOutcome,
  type IsolatedSubject,
  measureSubject,
  type ProfileCapture,
  profileSubject,
  realChildHost,
  reportedPass,
  type SubjectOptions,
} from '../engine/isolate.js';
import type { Loadable } from '../engine/modules/module-action.js';
import { BenchmemError } from '../errors.js';
import { formerIdsOfCase } from '../runfile/former-ids.js';
import { knownPostfixes, partsOfName, storedParts } from '../runfile/name-parts.js';
import { isMemoryBlob, type MemoryBlob, type MemoryFigures, type RunBenchmark } from '../runfile/schema.js';
import { defined, notEmpty } from '../shapes.js';
import { timingStats } from '../stats/timing-stats.js';
import { limitsOf } from './ceilings.js';
import { plainWorld } from './list.js';
import type { CaseOrigin, PlannedCase } from './planned.js';
import { type MemorySettings, memorySettingsOf, type RunSettings, timingRuleOf } from './settings.js';
import type { TimingPlan, TimingResult } from './timing-entry.js';

const resolver = fileURLToPath(new URL('../cjs/runner/case-resolver.js', import.meta.url));
const timingEntry = fileURLToPath(new URL('../cjs/runner/timing-entry.js', import.meta.url));

/** What the measuring of one benchmark tells and needs. */
export interface CaseWork {
  readonly settings: RunSettings;
  readonly signal?: AbortSignal | undefined;
  /** A child of this kind was started, or a pass of it is done, counted from 1. */
  onStep(kind: string, pass?: number): void;
  /** A child is gone after so many milliseconds. */
  onSpent(kind: string, milliseconds: number): void;
  now(): number;
}

export interface MemoryPart {
  /** With a peak wherever the settings need one. */
  readonly blob: MemoryFigures;
  readonly notes: Readonly<Record<string, unknown>>;
}

/** Undefined if the run takes no memory passes. Errors: those of measureSubject; NOT_MEASURED. */
export async function measureMemoryOf(planned: PlannedCase, work: CaseWork): Promise<MemoryPart | undefined> {
  const { memory } = work.settings;
  if (memory === undefined) return undefined;
  const outcome = await measureSubject(
    subjectOf(planned),
    subjectOptions(planned, memory, work),
    hostOf(work),
  );
  return {
    blob: blobOf(planned, outcome, work.settings.needsPeak),
    notes: Object.assign({}, ...outcome.notes),
  };
}

/**
 * The stacks of one more pass, in a child of its own: of the pass with the index of the reported one, the first of those
 * with the lowest peak; and samples of what JavaScript allocates, unless its frames are left out. Errors: those of measureMemoryOf, and PROFILE_MISMATCH.
 */
export function captureProfileOf(
  planned: PlannedCase,
  memory: MemorySettings,
  { figures, choice: { js } }: { readonly figures: MemoryFigures; readonly choice: { readonly js: boolean } },
  work: CaseWork,
): Promise<ProfileCapture> {
  const options = subjectOptions(planned, memory, work);
  const passesBefore = reportedPass(figures, options.cold);
  return profileSubject(subjectOf(planned), options, passesBefore, hostOf(work), { js });
}

function hostOf(work: CaseWork): ChildHost {
  const host = realChildHost();
  return {
    ...host,
    environment: work.settings.environment,
    runChild: (request) => timed(work, request, host.runChild),
    runExtra: (request) => timed(work, request, host.runExtra),
  };
}

function subjectOptions(planned: PlannedCase, memory: MemorySettings, work: CaseWork): SubjectOptions {
  const { nodeFlags, execPath, timeoutMs } = work.settings;
  const { options } = planned.description;
  return {
    ...memorySettingsOf(options, memory),
    nodeFlags,
    execPath,
    // WHY: its standard output is not read, because a function that prints would open a pipe, which is memory of the window.
    output: planned.origin.kind === 'bench' ? 'tail' : 'ignore',
    ...(planned.origin.kind === 'load' && { loads: true }),
    timeoutMs: options.timeoutMs ?? timeoutMs,
    onProgress: ({ step, passes }) => work.onStep(step, passes),
    ...defined({ signal: work.signal }),
  };
}

/** What the memory children load, and how they call it. */
function subjectOf({ file, url, description, origin }: PlannedCase): IsolatedSubject {
  const exported = (exportName: string, args: readonly unknown[]): Loadable => ({
    url,
    name: file,
    exportName,
    args,
  });
  if (origin.kind !== 'export') {
    const action = exported(description.localId, []);
    return { action, argumentBytes: 0, ...(origin.kind === 'bench' && { resolver }) };
  }
  const { name, args, setup } = origin;
  return {
    action: exported(name, args),
    argumentBytes: argumentBytes(args, name),
    ...defined({ setup: setup === undefined ? undefined : exported(setup, args) }),
  };
}

function blobOf(
  { id, file, description }: PlannedCase,
  { result }: IsolatedOutcome,
  needsPeak: boolean,
): MemoryFigures {
  const figures: MemoryFigures = result.toBlob();
  if (needsPeak && !isMemoryBlob(figures)) {
    throw new BenchmemError(
      'NOT_MEASURED',
      `${id} has no peak: this runtime shows no JavaScript heap, and a run file needs one`,
      'use a Node.js that benchmem knows, or --no-memory',
    );
  }
  const { source, options } = description;
  const limits = limitsOf(options);
  const { failOn = [] } = options;
  return {
    ...figures,
    ...(failOn.length > 0 && { fail_on: [...failOn] }),
    ...defined({ limits: notEmpty(limits), source: source && { file, line: source.line } }),
  };
}

/** A child that will take times, started while memory is measured: then its start takes no time of its own. */
export type TimingChild = WaitingChild<TimingPlan, TimingResult>;

/** Undefined if the run takes no times, or takes them at once. Throws CHILD_NOT_STARTED. */
export function prepareTimeOf(planned: PlannedCase, work: CaseWork): TimingChild | undefined {
  if (work.settings.memory === undefined) return undefined;
  const request = timingRequest(planned, work);
  return request && startAhead(request);
}

/**
 * Undefined if the run takes no times; in the child that was prepared, if any. Errors: the action's, SETUP_FAILED,
 * TEARDOWN_FAILED, CHILD_*, ABORTED.
 */
export async function measureTimeOf(
  planned: PlannedCase,
  work: CaseWork,
  prepared?: TimingChild,
): Promise<TimingResult | undefined> {
  const request = timingRequest(planned, work);
  if (request === undefined) return undefined;
  const run = prepared === undefined ? runPlan<TimingPlan, TimingResult> : prepared.run;
  return (await timed(work, request, run)).result;
}

function timingRequest(planned: PlannedCase, work: CaseWork): ChildRequest<TimingPlan> | undefined {
  const { timing, execPath, timeoutMs } = work.settings;
  if (timing === undefined) return undefined;
  const { options } = planned.description;
  const { action, setup } = subjectOf(planned);
  const plan: TimingPlan = {
    benchmem: 'plan',
    kind: 'timing',
    origin: planned.origin.kind,
    action,
    ...defined({ setup }),
    rule: timingRuleOf(options, timing),
  };
  return {
    plan,
    world: plainWorld(work.settings),
    output: 'tail',
    entry: timingEntry,
    execPath,
    timeoutMs: options.timeoutMs ?? timeoutMs,
    signal: work.signal,
  };
}

async function timed<Plan extends AnyPlan, Outcome>(
  work: CaseWork,
  request: ChildRequest<Plan>,
  run: (request: ChildRequest<Plan>) => Promise<Outcome>,
): Promise<Outcome> {
  const startedMs = work.now();
  work.onStep(request.plan.kind);
  try {
    return await run(request);
  } finally {
    work.onSpent(request.plan.kind, work.now() - startedMs);
  }
}

/** The benchmark as the run file holds it. */
export function toRunBenchmark(
  { id, description, origin }: PlannedCase,
  settings: RunSettings,
  memory: MemoryPart | undefined,
  timed: TimingResult | undefined,
): RunBenchmark {
  const { name, group, params, param, options } = description;
  const {
    extraInfo,
    customGroups,
    tags,
    formerly,
    failOn,
    only,
    skip,
    group: _group,
    profile: _profile,
    ...plain
  } = options;
  return {
    group,
    name,
    fullname: id,
    params: params === null ? null : { ...params },
    param,
    extra_info: {
      ...extraInfo,
      ...memory?.notes,
      ...timed?.notes,
      ...defined({
        custom_groups: customGroups && notEmpty({ ...customGroups }),
        marks: tags && [...tags],
        formerly: formerly && [...formerIdsOfCase(id, formerly)],
        pytest_park_name_parts: namePartsOf(id, settings),
        benchmem: memory?.blob as MemoryBlob | undefined,
      }),
    },
    options: {
      ...(settings.timing && timingRuleOf(options, settings.timing)),
      ...(origin.kind === 'bench' ? plain : exportOptions(origin, settings)),
    },
    ...defined({
      stats: timed && {
        ...timingStats(timed.timing.data, timed.timing.iterations),
        data: [...timed.timing.data],
      },
    }),
  };
}

/** For other readers of the file; undefined if no postfix is configured, or the name has none. */
function namePartsOf(id: string, { postfixes }: RunSettings): Record<string, unknown> | undefined {
  if (postfixes === undefined || postfixes.length === 0) return undefined;
  return storedParts(partsOfName(id, knownPostfixes(postfixes)));
}

/** How an exported function, or a loading, was measured: nothing else in the file says it. */
function exportOptions(origin: CaseOrigin, { memory }: RunSettings): Record<string, unknown> {
  return {
    ...(memory !== undefined && { attached: false, ...memory }),
    ...(origin.kind === 'load' && { loads: true }),
    ...(origin.kind === 'export' && defined({ setup: origin.setup })),
  };
}
