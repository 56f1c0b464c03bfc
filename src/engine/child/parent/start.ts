// What a measuring child is asked, and its start as a process. Listens to nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchmemError } from '../../../errors.js';
import { withStreams } from '../../../files/system-error.js';
import type { AnyPlan, ChildPlan, ProgressMessage } from '../protocol.js';
import { notStarted } from './failure.js';
import { waitsForDebugger } from './foreign-preload.js';
import type { ChildWorld } from './node-flags.js';

export interface ChildRequest<Plan extends AnyPlan = ChildPlan> {
  readonly plan: Plan;
  readonly world: ChildWorld;
  /** Where standard output and error go; `ignore` keeps the error's tail only, `tail` that of both. */
  readonly output: 'ignore' | 'inherit' | 'tail';
  /** An open file that standard output goes to, instead. */
  readonly stdout?: number;
  /** The child's main module; the measuring one unless given. */
  readonly entry?: string;
  /** The node to start; this process's own unless given. */
  readonly execPath?: string | undefined;
  /** Kills a preloaded child that has not said a word by then, unless it waits for a debugger; a minute unless given. */
  readonly silenceMs?: number | undefined;
  /** Kills the child after so many milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ProgressMessage) => void) | undefined;
}

// WHY: it is the CommonJS twin, because that is loaded without a turn of the event loop, so that the heap is the same in every
// run.
const entry = fileURLToPath(new URL('../../../cjs/engine/child/inside/entry.js', import.meta.url));

/** What `-r` loads into each thread of a preloaded child. */
export const threadModule = fileURLToPath(
  new URL('../../../cjs/engine/child/inside/observed-thread.js', import.meta.url),
);

/** Throws CHILD_NOT_STARTED, UNSUPPORTED_RUNTIME. */
export function startChild(request: ChildRequest<AnyPlan>): ChildProcess {
  const { plan, world, output, execPath = process.execPath } = request;
  try {
    const child = spawn(execPath, [...(world.execArgv ?? world.flags), request.entry ?? entry], {
      // WHY: the value is undefined, because node hands NODE_V8_COVERAGE on to children if it is only missing here.
      env: { ...world.environment, NODE_V8_COVERAGE: undefined },
      stdio: ['ignore', request.stdout ?? (output === 'tail' ? 'pipe' : output), 'pipe', 'pipe'],
    });
    return withStreams(child);
  } catch (cause) {
    if (cause instanceof BenchmemError) throw cause;
    throw notStarted(plan.kind, cause);
  }
}

/**
 * True for a child that is given up where it says nothing.
 * WHY: only a preload library makes us wait for that, because a plain node that does not start is no concern of ours.
 */
export function mustSpeak({ world: { environment, execArgv, flags } }: ChildRequest<AnyPlan>): boolean {
  return (
    environment.LD_PRELOAD !== undefined && !waitsForDebugger(execArgv ?? flags, environment.NODE_OPTIONS)
  );
}

/** How long it may say nothing. */
export function silenceOf({ silenceMs = 60_000 }: ChildRequest<AnyPlan>): number {
  return silenceMs;
}
