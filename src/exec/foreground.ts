// Starts a command with our streams, as if the user had typed it, and answers how it ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { BenchmemError } from '../errors.js';
import { withStreams } from '../files/system-error.js';
import { relaySignals } from './signal-relay.js';

export interface ForegroundRequest {
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export type ForegroundEnd = { readonly exitCode: number } | { readonly signal: NodeJS.Signals };

export function startInForeground({
  command: [program = '', ...args],
  env,
  cwd,
}: ForegroundRequest): ChildProcess {
  // WHY: our own folder is not named, because a name that is no UTF-8 reaches us changed, and there is no such folder.
  const where = cwd === process.cwd() ? {} : { cwd };
  return withStreams(spawn(program, args, { stdio: 'inherit', env, ...where }));
}

/** Runs it to its end and passes signals on; `example` is what the user may type. Throws COMMAND_NOT_STARTED. */
export async function runInForeground(request: ForegroundRequest, example: string): Promise<ForegroundEnd> {
  const relay = relaySignals();
  try {
    const child = startInForeground(request);
    relay.to(child);
    return await endOf(child, request.command, example);
  } finally {
    relay.stop();
  }
}

/** How it ends. Throws COMMAND_NOT_STARTED. */
export function endOf(
  child: ChildProcess,
  [program = '']: readonly string[],
  example: string,
): Promise<ForegroundEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(notStarted(program, error, example)));
    child.once('exit', (exitCode, signal) =>
      resolve(signal === null ? { exitCode: exitCode ?? 0 } : { signal }),
    );
  });
}

function notStarted(program: string, error: NodeJS.ErrnoException, example: string): BenchmemError {
  const reasons: Record<string, string> = {
    ENOENT: `there is no program ${program}`,
    EACCES: `${program} may not be executed`,
  };
  return new BenchmemError(
    'COMMAND_NOT_STARTED',
    reasons[error.code ?? ''] ?? `${program} could not be started: ${error.message}`,
    `a program on the PATH or a path to one; a script is run by node: ${example}`,
    { cause: error },
  );
}
