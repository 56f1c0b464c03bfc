// One try of one test: its body inside a window, the verdict on its limits, and the line in the spool.
// INVARIANT: whatever the body threw is thrown again; it is not judged then.
import type { Sample } from '../engine/result/sample.js';
import type { WindowCapture } from '../engine/window/profiling.js';
import { type TestReading, TestWindow } from '../engine/window/test-window.js';
import { BenchmemError } from '../errors.js';
import { atFrames, type CallerFrames } from '../limits/caller-frames.js';
import { leakError, limitError } from '../limits/memory-limit-error.js';
import { abandonOpenBodies } from '../limits/open-bodies.js';
import { type LimitOutcome, onLimitOutcome } from '../limits/outcomes.js';
import { judgeReading } from '../limits/sites.js';
import { defined, isThenable } from '../shapes.js';
import { checkLeaks, type LeakCheck } from './leak-check.js';
import type { TestPlan } from './plan.js';
import { noteProcess, type ProcessTests, type RunnerFacts } from './process-tests.js';
import type { TestRecord } from './record.js';
import { sizesIn } from './sizes.js';
import { innerFigures, type KnownFacts, type Measured, toRecord } from './test-record.js';

export interface PlannedTest {
  readonly runner: RunnerFacts;
  readonly id: string;
  /** From the project's root. */
  readonly file: string;
  readonly line?: number | undefined;
  /** Which try; 0 is the first. */
  readonly retry: number;
  readonly includes?: KnownFacts['includes'] | undefined;
  readonly plan: TestPlan;
  /** The limits stand at the test itself, and are not those of all tests: then it fails where nothing can be measured. */
  readonly isOwn: boolean;
  /** It passes if its body throws. */
  readonly isToFail?: boolean | undefined;
  /** Other tests may run at the same time. */
  readonly isConcurrent: boolean;
  /** Frames of the line that defines the test. */
  readonly madeAt?: CallerFrames | undefined;
  /** Told what the spool is told, whether there is one or not. */
  readonly onRecord?: ((record: TestRecord) => void) | undefined;
  /** Before each further call of the body. */
  readonly beforeCall?: (() => void) | undefined;
  /** Why the body cannot be called again from outside, where its leaks were to be looked for. */
  readonly leakUnchecked?: string | undefined;
}

type Ended = { readonly value: unknown } | { readonly error: unknown };

const nothing: Measured = { limits: {}, breaches: [] };

export class TestRun {
  readonly #tests: ProcessTests;
  readonly #test: PlannedTest;
  readonly #order: number;
  readonly #outcomes: LimitOutcome[] = [];
  #inside: Sample | undefined;
  #window: TestWindow | undefined;
  #stop: (() => void)[] = [];
  readonly #leakSearch = new AbortController();
  #isOver = false;

  /** The test begins: the spool names it before anything runs. Throws CANNOT_WRITE. */
  constructor(tests: ProcessTests, test: PlannedTest) {
    this.#tests = tests;
    this.#test = test;
    tests.begun += 1;
    this.#order = tests.begun;
    const { spool } = tests;
    if (spool === undefined) return;
    noteProcess(tests, test.runner);
    spool.write({ started: test.id, pid: process.pid, order: this.#order });
  }

  /** What the body answers. Throws what it threw, MEMORY_LIMIT, and what keeps a limit from being judged. */
  async run(body: () => unknown): Promise<unknown> {
    try {
      return await this.#run(body);
    } catch (error) {
      if (!this.#isOver) this.#end(unmeasuredBy(error), true);
      throw error;
    }
  }

  async #run(body: () => unknown): Promise<unknown> {
    if (this.#test.isConcurrent) this.#stop.push(await this.#tests.company.alone());
    if (this.#isOver) return this.#stopAll();
    try {
      const { sizes, profile } = this.#test.plan;
      const takesStacks = sizes || profile !== undefined;
      this.#stop.push(onLimitOutcome((outcome) => void this.#outcomes.push(outcome), takesStacks));
      this.#window = await this.#prepared();
    } catch (error) {
      return this.#unmeasured(error, body);
    }
    // The runner gave it up while it waited for its turn.
    if (this.#isOver) return this.#window.discard();
    const ended = await callInside(this.#window, body);
    if ('unopened' in ended) return this.#unmeasured(ended.unopened, body);
    if (this.#isOver) return answerOf(ended);
    return this.#judge(this.#window, ended, body);
  }

  /** The runner gave the test up while its body still runs: nothing of it stays open. */
  abandon(reason: string): void {
    if (this.#isOver) return;
    this.#window?.discard();
    this.#leakSearch.abort();
    // A wrapper inside has the process, and would keep it.
    if (!this.#test.isConcurrent) abandonOpenBodies();
    this.#end({ ...(innerFigures(this.#outcomes) ?? nothing), reason }, true);
  }

  readonly #noteInside = (sample: Sample): void => {
    if (levelOf(sample) > levelOf(this.#inside ?? {})) this.#inside = sample;
  };

  #prepared(): Promise<TestWindow> {
    const { tier, threads, profiled } = this.#test.plan;
    return TestWindow.prepare({ tier, threads, profiled, yields: true, measured: this.#noteInside });
  }

  async #judge(window: TestWindow, ended: Ended, body: () => unknown): Promise<unknown> {
    let reading: TestReading | undefined;
    let failure: unknown;
    try {
      if (!window.gaveWay) reading = await window.finish();
    } catch (error) {
      failure = error;
    }
    if (this.#isOver) return answerOf(ended);
    if (window.gaveWay) return this.#judgeInner(ended);
    if (reading === undefined) throw failure;
    if ('error' in ended) return this.#close({ ...(await this.#measured(reading)), breaches: [] }, ended);
    const measured = await this.#measured(reading);
    if (measured.breaches.length > 0)
      return this.#close(measured, { error: this.#limitError(measured, reading.sample) });
    if (this.#test.plan.leaks === undefined) return this.#close(measured, ended);
    return this.#judgeLeaks(measured, ended, body);
  }

  async #measured(reading: TestReading): Promise<Measured> {
    const { limits } = this.#test.plan;
    const { sample, tier, settleMs, objects, profile } = reading;
    const { breaches, named } = await judgeReading(limits, reading);
    const measured = { sample, tier, settleMs, objects, sites: named, limits, breaches };
    return { ...measured, ...(await this.#stacksOf(profile, breaches.length > 0)) };
  }

  /** How large the allocations were, and the profile if it is one that is kept. */
  async #stacksOf(
    capture: WindowCapture | undefined,
    isOver: boolean,
  ): Promise<Pick<Measured, 'sizes' | 'profile'>> {
    if (capture === undefined) return {};
    const { id, plan } = this.#test;
    const kept = plan.profile && this.#tests.profiles.keep({ id, capture, isOver }, plan.profile);
    return { sizes: sizesIn(capture.reading), profile: await kept };
  }

  // A limit inside the test takes the place of the test's own, whether it passed or not.
  async #judgeInner(ended: Ended): Promise<unknown> {
    const inner = innerFigures(this.#outcomes);
    if (inner !== undefined) {
      const stacks = await this.#stacksOf(inner.capture, inner.breaches.length > 0);
      return this.#close({ ...inner, ...stacks, ...this.#leftAlone() }, ended);
    }
    const reason = 'a measurement inside the test took its window';
    const isLost = this.#test.isOwn && !('error' in ended);
    const sample = this.#inside;
    const none = { ...nothing, ...this.#leftAlone() };
    const measured = sample === undefined ? { ...none, reason } : { ...none, sample, inner: true };
    return this.#close(measured, isLost ? { error: this.#lostLimit(reason) } : ended);
  }

  #leftAlone(): Pick<Measured, 'leakUnchecked'> {
    return this.#test.plan.leaks === undefined ? {} : { leakUnchecked: 'they measure by themselves' };
  }

  // WHY: it follows a pass of its own, because the first call's failure is the test's, and a test that measures by itself is not
  // repeated.
  async #judgeLeaks(measured: Measured, ended: Ended, body: () => unknown): Promise<unknown> {
    const { beforeCall, plan } = this.#test;
    let check: LeakCheck;
    try {
      check = await checkLeaks({ body, beforeCall, plan, signal: this.#leakSearch.signal });
    } catch (error) {
      if (this.#isOver) return answerOf(ended);
      const leakUnchecked = `its body cannot be repeated: ${messageOf(error)}`;
      return this.#close({ ...measured, leakUnchecked }, this.#test.isOwn ? { error } : ended);
    }
    const { leak, breaches, keepers } = check;
    const all = { ...measured, ...check, limits: { ...measured.limits, ...plan.leaks } };
    if (breaches.length === 0) return this.#close(all, ended);
    return this.#close(all, { error: this.#atTest(leakError(breaches, leak, { keepers })) });
  }

  // Where nothing can be measured, a limit of the test fails it: it could never be passed.
  async #unmeasured(error: unknown, body: () => unknown): Promise<unknown> {
    const { plan, isOwn } = this.#test;
    const measured = unmeasuredBy(error);
    if (isOwn || Object.keys(plan.limits).length > 0) return this.#close(measured, { error });
    return this.#close(measured, await called(body));
  }

  /** The record is written, and the body's answer or the error handed on. */
  #close(measured: Measured, ended: Ended): unknown {
    if (!this.#isOver) this.#end(measured, 'error' in ended);
    return answerOf(ended);
  }

  #end(measured: Measured, failed: boolean): void {
    this.#isOver = true;
    this.#stopAll();
    const { spool } = this.#tests;
    const { runner, id, file, line, retry, includes, isToFail, onRecord } = this.#test;
    if (spool === undefined && onRecord === undefined) return;
    const known: KnownFacts = {
      runner: runner.name,
      runner_version: runner.version,
      file,
      pid: process.pid,
      order: this.#order,
      retry,
      worker_rss_bytes: process.resourceUsage().maxRSS * 1024,
      ...defined({ line, includes }),
    };
    const { leakUnchecked, plan } = this.#test;
    const whole = { leakUnchecked, nativeFrames: plan.nativeFrames, ...measured };
    const record = toRecord(id, known, whole, { failed, isToFail: isToFail === true });
    onRecord?.(record);
    spool?.write(record);
  }

  #stopAll(): void {
    for (const stop of this.#stop.splice(0)) stop();
  }

  #limitError({ breaches, sites, objects }: Measured, sample: Sample): Error {
    const error = limitError({ breaches, sample, ...defined({ sites, objects }) });
    const { includes } = this.#test;
    if (includes !== undefined) error.message += `\n  note: the window holds the test's ${includes} too`;
    return this.#atTest(error);
  }

  #lostLimit(reason: string): BenchmemError {
    const hint = 'limit that measurement instead, or take it out of the test';
    const error = new BenchmemError(
      'NOT_MEASURED',
      `the limit of this test cannot be judged, because ${reason}`,
      hint,
    );
    return this.#atTest(error);
  }

  // WHY: frames are left out if the line is unknown, because those of this package say nothing to the user.
  #atTest<E extends Error>(error: E): E {
    return atFrames(error, this.#test.madeAt ?? {});
  }
}

// WHY: this is a function of its own, because nothing may stand between the opening and the body, nor between the body and the
// end.
async function callInside(
  window: TestWindow,
  body: () => unknown,
): Promise<Ended | { readonly unopened: unknown }> {
  isThenable(undefined);
  let value: unknown;
  try {
    window.open();
  } catch (error) {
    return { unopened: error };
  }
  try {
    value = body();
    if (isThenable(value)) value = await value;
  } catch (error) {
    window.end();
    return { error };
  }
  window.end();
  return { value };
}

async function called(body: () => unknown): Promise<Ended> {
  try {
    return { value: await body() };
  } catch (error) {
    return { error };
  }
}

function levelOf(sample: Sample): number {
  return sample.peak_bytes ?? sample.native_peak_bytes ?? -1;
}

function answerOf(ended: Ended): unknown {
  if ('error' in ended) throw ended.error;
  return ended.value;
}

function unmeasuredBy(error: unknown): Measured {
  return { ...nothing, reason: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
