// One program without a shell: its exit code and the end of what it wrote. Ends it when it is no longer wanted.
// Interprets nothing that the program says.
import { spawn } from 'node:child_process';
import { TextTail } from '../engine/child/parent/text-tail.js';
import { BenchmemError } from '../errors.js';
import { withStreams } from '../files/system-error.js';

export interface ProgramCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** True for a program that watches its standard input, which closes when this process is gone; else it has none. */
  readonly lifeline?: boolean;
}

export interface ProgramEnd {
  /** Undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** The end of both its streams, in the order in which they arrived. */
  readonly tail: string;
}

/** Runs a program to its end; the seam that tests replace. */
export type RunProgram = (call: ProgramCall) => Promise<ProgramEnd>;

const tailBytes = 8192;

/** Throws CHILD_NOT_STARTED; ABORTED after the signal, once the program has ended. */
export const runProgram: RunProgram = ({ program, args, cwd, env, signal, lifeline = false }) =>
  new Promise((done, failed) => {
    if (signal?.aborted) {
      failed(aborted());
      return;
    }
    // WHY: it has a group of its own, because npm's and run's children must end with it.
    const stdin = lifeline ? 'pipe' : 'ignore';
    const child = withStreams(
      spawn(program, [...args], { cwd, env, stdio: [stdin, 'pipe', 'pipe'], detached: true }),
    );
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGTERM');
      } catch {
        // It has ended already.
      }
    };
    signal?.addEventListener('abort', end, { once: true });
    const tail = new TextTail(tailBytes);
    child.stdout?.on('data', (chunk: Buffer) => tail.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => tail.push(chunk));
    child.once('error', (cause) => {
      signal?.removeEventListener('abort', end);
      failed(
        new BenchmemError(
          'CHILD_NOT_STARTED',
          `${program} cannot be started: ${cause.message}`,
          `check that ${program} is on PATH`,
          { cause },
        ),
      );
    });
    child.once('close', (code, endedBy) => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) failed(aborted());
      else done({ code: code ?? undefined, signal: endedBy ?? undefined, tail: tail.toString() });
    });
  });

function aborted(): BenchmemError {
  return new BenchmemError('ABORTED', 'interrupted', '');
}
