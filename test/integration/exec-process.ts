// `benchmem exec` and the plain program beside it, as processes: starts, talks, waits. Judges nothing.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProcessHeader, Snapshot } from '../../src/exec/snapshot.js';
import { bin } from '../support/cli-process.js';
import { type CollectedProcess, startCollected } from '../support/collected-process.js';

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/exec/${name}`, import.meta.url));

export interface Running extends Pick<CollectedProcess, 'child' | 'ended'> {
  /** Resolves with the first match of what it printed. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

export interface ExecReport {
  readonly exit_code?: number;
  readonly signal?: string;
  readonly processes: ReadonlyArray<
    Omit<ProcessHeader, 'kind'> & {
      readonly verdict: { readonly kind: string; readonly sentence: string };
      readonly snapshots: readonly Snapshot[];
    }
  >;
}

const { FORCE_COLOR, COLUMNS, NODE_OPTIONS, VITEST, ...inherited } = process.env;
const environment = { ...inherited, NO_COLOR: '1' };

export function startPlain(command: readonly string[], cwd?: string, env: NodeJS.ProcessEnv = {}): Running {
  const [program = '', ...args] = command;
  const { child, texts, ended } = startCollected(program, args, { cwd, env: { ...environment, ...env } });
  const printed = async (pattern: RegExp) => {
    for (;;) {
      const match = pattern.exec(texts.stdout);
      if (match !== null) return match;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended: ${texts.stderr}`);
      await sleep(10);
    }
  };
  return { child, ended, printed };
}

/** `node` runs the command line itself: the observed program brings its own. */
export function startExec(
  options: readonly string[],
  command: readonly string[],
  { cwd, ...env }: { readonly cwd?: string | undefined; readonly TMPDIR?: string } = {},
): Running {
  return startPlain([process.execPath, bin, 'exec', ...options, '--', ...command], cwd, env);
}

export function readReport(file: string): ExecReport {
  return JSON.parse(readFileSync(file, 'utf8')) as ExecReport;
}

/** Waits until the report of a running program satisfies this. */
export async function reportWith(
  file: string,
  running: Running,
  holds: (report: ExecReport) => boolean,
): Promise<ExecReport> {
  for (;;) {
    if (existsSync(file)) {
      const report = readReport(file);
      if (holds(report)) return report;
    }
    if (running.child.exitCode !== null || running.child.signalCode !== null)
      throw new Error(`ended: ${(await running.ended).stderr}`);
    await sleep(20);
  }
}
