// A program in a process of its own, with all that it prints kept as text. Judges nothing.
import { type ChildProcess, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';

export interface Ended {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CollectedProcess {
  readonly child: ChildProcess;
  /** What it has printed until now. */
  readonly texts: { readonly stdout: string; readonly stderr: string };
  /** Rejects where it could not be started. */
  readonly ended: Promise<Ended>;
}

export function startCollected(
  program: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
): CollectedProcess {
  const child = spawn(program, args, options);
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  return { child, texts, ended };
}
