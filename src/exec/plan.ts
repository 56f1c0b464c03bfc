// What `benchmem exec` tells the agent in the program's environment, and that environment. Pure.
import { delimiter } from 'node:path';

export const planVariable = 'BENCHMEM_EXEC';

/** Variables that lead the program to the agent and the preload library. */
const borrowed = ['LD_PRELOAD', 'BENCHMEM_ALLOCATOR', 'NODE_OPTIONS'] as const;

export interface AgentPlan {
  /** Where each process writes `<pid>.jsonl`. */
  readonly folder: string;
  /** 0: no snapshot by the clock. */
  readonly intervalMs: number;
  /** 0: no snapshot on a signal. */
  readonly signalNumber: number;
  /** Full collections are asked for at snapshots. */
  readonly collect: boolean;
  /** The programs that a process starts are reported too. */
  readonly follow: boolean;
  /** The addon's file: the agent runs before anything that could resolve packages. */
  readonly addon: string;
  /** The borrowed variables as the user has them; null: not set. */
  readonly before: Readonly<Record<string, string | null>>;
}

export interface LaunchRequest {
  readonly folder: string;
  readonly intervalMs: number;
  readonly signalNumber: number;
  readonly collect: boolean;
  readonly follow: boolean;
  readonly allocator: 'system' | 'jemalloc';
  readonly preloadLibrary: string;
  readonly agent: string;
  readonly addon: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The environment that the command is started with. */
export function launchEnvironment(request: LaunchRequest): Record<string, string | undefined> {
  const { environment, folder, intervalMs, signalNumber, collect, follow, addon } = request;
  const before = Object.fromEntries(borrowed.map((name) => [name, environment[name] ?? null]));
  const plan: AgentPlan = { folder, intervalMs, signalNumber, collect, follow, addon, before };
  return {
    ...environment,
    LD_PRELOAD: [request.preloadLibrary, environment.LD_PRELOAD].filter(Boolean).join(delimiter),
    BENCHMEM_ALLOCATOR: request.allocator,
    NODE_OPTIONS: [`--require ${quoted(request.agent)}`, environment.NODE_OPTIONS].filter(Boolean).join(' '),
    [planVariable]: JSON.stringify(plan),
  };
}

/** The plan in the variable's text; undefined if there is none. */
export function readPlan(text: string | undefined): AgentPlan | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as AgentPlan);
}

// As NODE_OPTIONS reads it: double quotes, within them a backslash before a quote or a backslash.
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, '\\$&')}"`;
}
