// The real command line, bin/benchmem.js, in a process of its own: its output and its exit code. Judges nothing.
import { fileURLToPath } from 'node:url';
import { type CollectedProcess, startCollected } from './collected-process.js';

export const bin = fileURLToPath(new URL('../../bin/benchmem.js', import.meta.url));

export interface CliWorld {
  readonly cwd: string;
  /** On top of this process's own, without what would change how the command prints. */
  readonly env?: NodeJS.ProcessEnv;
  /** True for a process group of its own. */
  readonly detached?: boolean;
  /** Runs the command line; this process's own by default. */
  readonly node?: string | undefined;
}

export function startCli(
  argv: readonly string[],
  { cwd, env, detached = false, node = process.execPath }: CliWorld,
): CollectedProcess {
  const { FORCE_COLOR, COLUMNS, CI, GITHUB_ACTIONS, ...own } = process.env;
  return startCollected(node, [bin, ...argv], {
    cwd,
    detached,
    env: { ...own, COLUMNS: '120', ...env },
  });
}
