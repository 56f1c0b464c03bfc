// A measurement in this process: our own code warmed, the action warmed, then passes until the loop has enough.
// Knows nothing of options, children or results.
import { BenchmemError } from '../../errors.js';
import type { NativeBinding } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import { isLevel, retainedPasses } from '../../stats/retained.js';
import type { Host } from '../host.js';
import { joinFacts, type PassFacts } from '../result/facts.js';
import { retainedResolutionOf } from '../result/resolution.js';
import { countsAllocations, isNearLive, type Sample } from '../result/sample.js';
import { refuseAborted, unlessAborted } from './aborted.js';
import { installHooks } from './hooks.js';
import { type Pass, type PassTask, takePass } from './pass.js';
import { type LoopRule, SamplingLoop } from './repeats.js';
import { closeWindow, discardWindow, openWindow, Span } from './span.js';
import { startTimeLimit, type TimeLimit } from './time-limit.js';

export interface PassesTask extends PassTask {
  /** Rounds of setup and action before the first pass, which no figure counts. */
  readonly warmup: number;
  readonly loop: LoopRule;
  /** For a promise of one round; none unless given. */
  readonly timeoutMs?: number | undefined;
  /** Takes further passes where the first ones retain too differently to say what stays. */
  readonly seeksRetained?: boolean | undefined;
  /** No code of the user runs between two passes: no set-up, and nothing of theirs is told. */
  readonly isUntouchedBetween?: boolean | undefined;
  /** Told after each pass, outside every window; awaited. */
  readonly onPass?: ((passes: number, pass: Pass) => void | Promise<void>) | undefined;
}

/** Rounds, however many of them. */
type RoundsTask = Omit<PassesTask, 'loop'>;

export interface Passes {
  readonly samples: readonly Sample[];
  /** What these passes retained and the further ones that were taken for it; absent if none was. Bytes. */
  readonly retained?: readonly number[];
  /** Those of all passes; how garbage was kept small is of the first pass with the lowest peak. */
  readonly facts: PassFacts;
}

/** Takes the passes. Errors of setup and action come back unchanged; native ones are typed; ABORTED. */
export async function takePasses(host: Host, task: PassesTask): Promise<Passes> {
  installHooks(host.binding);
  refuseAborted(task.signal);
  await warmOwnCode(host, task);
  await warmAction(host, task);
  return collect(host, task);
}

/**
 * Takes `before` passes and a last one that keeps the stack of every native allocation; answers that one. So a child of
 * its own profiles the pass of the same index as the one that is reported. Errors as for `takePasses`, and PROFILE_MISMATCH.
 */
export async function takeProfiledPass(host: Host, task: PassesTask, before: number): Promise<Pass> {
  installHooks(host.binding);
  refuseAborted(task.signal);
  await warmOwnCode(host, task);
  await warmAction(host, task);
  for (let taken = 0; taken < before; taken += 1) await takeNext(host, task, taken);
  return takeNext(host, { ...task, profiled: true }, before);
}

export interface PhasesTask extends RoundsTask {
  /** How many calls each phase makes. */
  readonly phases: readonly number[];
  /** Told at rest: before the first phase, between two, after the last; false ends it there. */
  readonly onRest: () => boolean;
}

/**
 * Takes warm passes of so many calls each, and is at rest before and after each; answers what each retained, in bytes. Errors as
 * for `takePasses`.
 */
export async function takePhases(host: Host, task: PhasesTask): Promise<readonly (number | undefined)[]> {
  installHooks(host.binding);
  await warmOwnCode(host, task);
  await warmAction(host, task);
  const retained: (number | undefined)[] = [];
  for (const calls of task.phases) {
    if (!task.onRest()) return retained;
    const { sample } = await takeNext(host, { ...task, calls }, retained.length);
    retained.push(sample.retained_bytes);
  }
  task.onRest();
  return retained;
}

async function collect(host: Host, task: PassesTask): Promise<Passes> {
  const loop = new SamplingLoop(task.loop, host.now);
  const samples: Sample[] = [];
  let facts: PassFacts | undefined;
  let lowest: Pass | undefined;
  let pass: Pass | undefined;
  for (;;) {
    pass = await takeNext(host, { ...task, isResting: leavesAtRest(task, pass) }, samples.length);
    facts = facts === undefined ? pass.facts : joinFacts(facts, pass.facts);
    if (lowest === undefined || pass.loopPeakBytes < lowest.loopPeakBytes) lowest = pass;
    samples.push(pass.sample);
    if (!loop.wantsAnother(pass.loopPeakBytes)) break;
  }
  facts = { ...facts, ...defined({ near_live: lowest.facts.near_live }) };
  const passes = { samples, facts };
  return task.seeksRetained === true && !loop.isOverTime() ? seekRetained(host, task, passes) : passes;
}

// WHY: an asynchronous action never does, because what it left to happen may happen now.
function leavesAtRest({ isUntouchedBetween }: PassesTask, pass: Pass | undefined): boolean {
  return isUntouchedBetween === true && pass !== undefined && !pass.facts.yields && pass.isStill;
}

async function takeNext(host: Host, task: RoundsTask, taken: number): Promise<Pass> {
  const pass = await takeValid(host, task, taken);
  await task.onPass?.(taken + 1, pass);
  return pass;
}

const mostVoidPasses = 3;

// WHY: a first pass without warm-up is not taken again, because a first call would become a second one.
async function takeValid(host: Host, task: RoundsTask, taken: number): Promise<Pass> {
  const most = taken === 0 && task.warmup === 0 ? 0 : mostVoidPasses;
  const wantsObjects = taken === 0 && !isNearLive(task.kind);
  for (let voided = 0; voided <= most; voided += 1) {
    refuseAborted(task.signal);
    const pass = await limited(task, ({ signal }) =>
      takePass(host, { ...task, signal, isResting: task.isResting === true && voided === 0 }, wantsObjects),
    );
    refuseAborted(task.signal);
    if (!pass.isVoid) return { ...pass, facts: { ...pass.facts, void_passes: voided } };
  }
  throw new BenchmemError(
    'VOID_PASSES',
    `the JavaScript total came out below zero in ${most === 0 ? 'the first pass' : `${most + 1} passes running`}`,
    'V8 changed what it counts as used meanwhile; measure again',
  );
}

// WHY: only what is retained needs more passes, because the other figures have as many as the peak, which is lowest after a few.
async function seekRetained(host: Host, task: PassesTask, { samples, facts }: Passes): Promise<Passes> {
  const retained = samples.flatMap(({ retained_bytes: bytes }) => bytes ?? []);
  const resolution = retainedResolutionOf(facts.yields);
  const isKnown = retained.length < samples.length || isLevel(retained, resolution);
  if (isKnown || retained.length >= retainedPasses) return { samples, facts };
  let joined = facts;
  while (retained.length < retainedPasses) {
    const { sample, facts: found } = await takeNext(host, task, retained.length);
    joined = joinFacts(joined, found);
    retained.push(sample.retained_bytes ?? Number.NaN);
  }
  return { samples, facts: joined, retained };
}

// WHY: the calls run in windows that nobody reads, because what a pass frees of an earlier round is counted as it was requested,
// which is known of blocks that some window saw.
async function warmAction(host: Host, task: RoundsTask): Promise<void> {
  const { kind, threads, warmup, setup, action, args, signal, quick } = task;
  const needsWindow = countsAllocations(kind, quick);
  for (let round = 0; round < warmup; round += 1) {
    refuseAborted(signal);
    const token = needsWindow ? openWindow(host.binding, { threads, assumesResident: true }) : undefined;
    try {
      await limited(task, ({ signal }) => unlessAborted(runOnce(setup, action, args), signal));
    } catch (error) {
      if (token !== undefined) discardWindow(host.binding, token);
      throw error;
    }
    if (token !== undefined) closeWindow(host.binding, token);
  }
}

async function limited<T>(
  { timeoutMs, signal }: RoundsTask,
  round: (limit: TimeLimit) => Promise<T>,
): Promise<T> {
  const limit = startTimeLimit(timeoutMs, signal);
  try {
    return await round(limit);
  } finally {
    limit.end();
  }
}

async function runOnce(
  setup: PassTask['setup'],
  action: PassTask['action'],
  args: PassTask['args'],
): Promise<void> {
  const prepared = setup === undefined ? args : [await setup(), ...args];
  await Reflect.apply(action, undefined, prepared);
}

const warmed = new WeakSet<NativeBinding>();
const quickSpans = 20;
// Enough that nothing of ours is compiled anew between the passes that count: then each comes to rest in 2 rounds.
const rehearsals = 16;

/**
 * Rehearses empty windows and passes once per process, so that code, feedback and caches of our own exist before the
 * first window that counts.
 */
async function warmOwnCode(host: Host, { kind, threads, settle, startedProcesses }: PassTask): Promise<void> {
  if (warmed.has(host.binding)) return;
  const empty = { action: doNothing, args: [], calls: 2 };
  for (let round = 0; round < quickSpans; round += 1) {
    const span = new Span(host.binding, empty);
    span.run({ threads, assumesResident: true });
    host.binding.closeWindow(span.token);
  }
  const pass: PassTask = { ...empty, kind, threads, settle, startedProcesses, rehearsal: true };
  for (let round = 0; round < rehearsals; round += 1) {
    await takePass(host, pass, true);
    await takePass(host, { ...pass, action: resolveNothing, setup: doNothing }, true);
  }
  warmed.add(host.binding);
}

function doNothing(): undefined {
  return undefined;
}

async function resolveNothing(): Promise<void> {
  await null;
}
