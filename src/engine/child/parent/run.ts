// The parent's side of one measuring child: listens, ends it, and turns its end into a result or an error.
// INVARIANT: the child is gone when the promise settles, whatever it did.
import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import { withStacks } from '../../../error-text.js';
import type { BenchmemError } from '../../../errors.js';
import { findAddon } from '../../../native/load.js';
import { defined } from '../../../shapes.js';
import { withSourcePlaces } from '../../modules/source-places.js';
import { timerLimitMs } from '../../shared-options.js';
import { abortedError } from '../../window/aborted.js';
import { FrameReader, toFrame } from '../frames.js';
import {
  type AnyPlan,
  type AnyResult,
  type ChildPlan,
  channelDescriptor,
  type FailureMessage,
  isChildMessage,
  type ProgressMessage,
  type ResultMessage,
} from '../protocol.js';
import { bindToUs, unbind } from './bound-children.js';
import { engineSymbolsOf, keepEngineSymbols } from './engine-symbols.js';
import { notStarted, reportedFailure, timedOut, unreportedEnd } from './failure.js';
import { saidNothing } from './foreign-preload.js';
import { type ChildRequest, mustSpeak, silenceOf, startChild } from './start.js';
import { TextTail } from './text-tail.js';

export interface ChildOutcome<Result extends AnyResult = ResultMessage> {
  readonly result: Result;
  /** How the process ended after it had reported, where that was not as it should: e.g. `SIGSEGV`. */
  readonly strangeEnd?: string;
}

/** Starts a child with this plan; resolves when it has reported and is gone. */
export type RunChild = (request: ChildRequest) => Promise<ChildOutcome>;

const tailBytes = 4096;
// How long a child may take to end once it has reported, and its streams to close once it has ended.
const endGraceMs = 5000;
const streamGraceMs = 500;
// A child gives a promise up by itself when the time is up. How much later it is killed where it does not.
const timeoutGraceMs = 3000;

/** Errors: CHILD_*, ACTION_FAILED, SETUP_FAILED, ABORTED, and whatever the child could not load or open. */
export const runChild: RunChild = async (request) => {
  const { execPath } = request;
  const addon = request.plan.addon ?? findAddon();
  const plan = { ...request.plan, addon, engineSymbols: engineSymbolsOf(execPath) };
  const outcome = await runPlan<ChildPlan, ResultMessage>({ ...request, plan });
  keepEngineSymbols(outcome.result.engineSymbols, execPath);
  return outcome;
};

/** Like `runChild`, for a child of another kind: its entry says what it answers. */
export async function runPlan<Plan extends AnyPlan, Result extends AnyResult>(
  request: ChildRequest<Plan>,
): Promise<ChildOutcome<Result>> {
  return new ChildRun<Result>(request).give(request);
}

/** A child that was started ahead, and loads nothing of the user's until it gets its plan. */
export interface WaitingChild<Plan extends AnyPlan, Result extends AnyResult> {
  /** Settles once it has nothing more to do before its plan, or is gone. */
  readonly ready: Promise<void>;
  /** Like `runPlan`; once. What the request says of the process was decided at its start. */
  run(request: ChildRequest<Plan>): Promise<ChildOutcome<Result>>;
  /** Ends it; harmless once it is gone. */
  dispose(): void;
}

/** Starts a child ahead of its plan; `plan` of the request names its kind only. Throws CHILD_NOT_STARTED. */
export function startAhead<Plan extends AnyPlan, Result extends AnyResult>(
  request: ChildRequest<AnyPlan>,
): WaitingChild<Plan, Result> {
  const child = new ChildRun<Result>(request);
  // Whoever gives it a plan is told; nobody else asks.
  child.outcome.catch(() => {});
  return { ready: child.ready, run: (given) => child.give(given), dispose: () => child.dispose() };
}

class ChildRun<Result extends AnyResult> {
  readonly outcome: Promise<ChildOutcome<Result>>;
  /** Settles at the child's first word, or at its end. */
  readonly ready: Promise<void>;
  #request: ChildRequest<AnyPlan>;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  readonly #frames = new FrameReader();
  readonly #tail = new TextTail(tailBytes);
  #isReady!: () => void;
  #resolve!: (outcome: ChildOutcome<Result>) => void;
  #reject!: (error: unknown) => void;
  #report: Result | FailureMessage | undefined;
  #end: { readonly code: number | null; readonly signal: string | null } | undefined;
  #channelClosed = false;
  // Standard output, where it is read, and standard error.
  #openOutputs = 0;
  #timer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #timedOut = false;
  // Until the child's first word.
  #silence: NodeJS.Timeout | undefined;
  #saidNothing = false;
  #isSettled = false;

  constructor(request: ChildRequest<AnyPlan>) {
    this.#request = request;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.#child = startChild(request);
    this.#channel = this.#child.stdio[channelDescriptor] as Duplex;
    this.#listen();
    bindToUs(this.#child);
    request.signal?.addEventListener('abort', this.#kill, { once: true });
    if (mustSpeak(request)) this.#silence = setTimeout(() => this.#endSilence(), silenceOf(request));
  }

  /** Hands the plan over; once. */
  give(request: ChildRequest<AnyPlan>): Promise<ChildOutcome<Result>> {
    if (this.#isSettled) return this.outcome;
    this.#request = request;
    const { timeoutMs } = request;
    if (timeoutMs !== undefined) {
      // WHY: a timer for longer than its limit fires at once.
      const deadlineMs = Math.min(timeoutMs + timeoutGraceMs, timerLimitMs - 1);
      this.#deadline = setTimeout(() => this.#giveUp(), deadlineMs);
    }
    this.#channel.write(toFrame({ ...request.plan, ...defined({ timeoutMs }) }));
    return this.outcome;
  }

  dispose(): void {
    this.#kill();
  }

  #listen(): void {
    const child = this.#child;
    child.on('error', (error) => {
      if (child.pid === undefined)
        this.#settle(() => this.#reject(notStarted(this.#request.plan.kind, error)));
    });
    this.#channel.on('data', (chunk: Buffer) => this.#receive(chunk));
    // A channel that breaks is the end of the child, which is told by its exit.
    this.#channel.on('error', () => {});
    this.#channel.on('close', () => {
      this.#channelClosed = true;
      this.#finishWhenQuiet();
    });
    child.on('exit', (code, signal) => {
      this.#end = { code, signal };
      this.#after(streamGraceMs, () => this.#finish());
      this.#finishWhenQuiet();
    });
    child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk));
    child.stdout?.on('data', (chunk: Buffer) => this.#tail.push(chunk));
    for (const output of [child.stdout, child.stderr]) {
      if (output === null) continue;
      this.#openOutputs += 1;
      output.on('close', () => {
        this.#openOutputs -= 1;
        this.#finishWhenQuiet();
      });
    }
  }

  #hear(chunk: Buffer): void {
    this.#tail.push(chunk);
    if (this.#request.output === 'inherit') process.stderr.write(chunk);
  }

  #receive(chunk: Buffer): void {
    clearTimeout(this.#silence);
    this.#isReady();
    for (const message of this.#messagesIn(chunk)) this.#take(message);
  }

  #messagesIn(chunk: Buffer): unknown[] {
    try {
      return this.#frames.push(chunk);
    } catch {
      // Bytes of somebody else: what follows cannot be read either. The child's end tells the rest.
      this.#channel.destroy();
      return [];
    }
  }

  #take(message: unknown): void {
    if (!isChildMessage(message)) return;
    if (message.benchmem === 'progress') {
      this.#tell(message);
      return;
    }
    this.#report = message as Result | FailureMessage;
    clearTimeout(this.#deadline);
    this.#after(endGraceMs, this.#kill);
  }

  // What the listener throws ends the measurement, and is its error.
  #tell(progress: ProgressMessage): void {
    try {
      this.#request.onProgress?.(progress);
    } catch (error) {
      this.#kill();
      this.#settle(() => this.#reject(error));
    }
  }

  // A process that the child started may hold its streams open: then the grace after the exit decides.
  #finishWhenQuiet(): void {
    if (this.#end !== undefined && this.#channelClosed && this.#openOutputs === 0) this.#finish();
  }

  #finish(): void {
    const report = this.#report;
    const { signal } = this.#request;
    this.#settle(() => {
      if (report?.benchmem === 'result') this.#resolve({ result: report as Result, ...this.#strangeEnd() });
      else if (signal?.aborted === true) this.#reject(abortedError(signal));
      else if (this.#saidNothing) this.#reject(this.#silenceError());
      else if (this.#timedOut) this.#reject(timedOut(this.#childEnd(), this.#request.timeoutMs ?? 0));
      else if (report !== undefined)
        this.#reject(reportedFailure(locatedReport(report as FailureMessage), this.#childEnd()));
      else this.#reject(unreportedEnd(this.#childEnd()));
    });
  }

  #settle(answer: () => void): void {
    this.#isSettled = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    clearTimeout(this.#silence);
    this.#isReady();
    unbind(this.#child);
    this.#request.signal?.removeEventListener('abort', this.#kill);
    this.#child.stderr?.destroy();
    this.#child.stdout?.destroy();
    this.#channel.destroy();
    answer();
  }

  #strangeEnd(): { strangeEnd?: string } {
    const { code, signal } = this.#end ?? { code: null, signal: null };
    if (signal !== null) return { strangeEnd: signal };
    return code === 0 ? {} : { strangeEnd: `exit code ${code}` };
  }

  #childEnd() {
    const { code, signal } = this.#end ?? { code: null, signal: null };
    return {
      step: this.#request.plan.kind,
      tail: withSourcePlaces(this.#tail.toString()),
      ...defined({ exitCode: code ?? undefined, signal: signal ?? undefined }),
    };
  }

  readonly #kill = (): void => {
    this.#child.kill('SIGKILL');
  };

  #endSilence(): void {
    this.#saidNothing = true;
    this.#kill();
  }

  #silenceError(): BenchmemError {
    const { plan, world } = this.#request;
    return saidNothing(plan.kind, silenceOf(this.#request), world.userPreload);
  }

  #giveUp(): void {
    this.#timedOut = true;
    this.#kill();
  }

  #after(milliseconds: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, milliseconds);
  }
}

function locatedReport(report: FailureMessage): FailureMessage {
  const { cause } = report;
  return cause === undefined ? report : { ...report, cause: withStacks(cause, withSourcePlaces) };
}
