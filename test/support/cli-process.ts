// The real command line, bin/benchmem.js, in a process of its own: its output and its exit code. Judges nothing.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/benchmem.js', import.meta.url));

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** `env` comes on top of this process's own, without what would change how the command prints. */
export function startCli(
  argv: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): CliProcess {
  const { FORCE_COLOR, COLUMNS, CI, GITHUB_ACTIONS, ...own } = process.env;
  const child = spawn(process.execPath, [bin, ...argv], { cwd, env: { ...own, COLUMNS: '120', ...env } });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });
  return { child, ended };
}
