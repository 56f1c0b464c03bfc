// Finds out what a file defines or exports without loading it into this process: one child that answers and ends.
import { fileURLToPath } from 'node:url';
import { childWorld } from '../engine/child/parent/node-flags.js';
import { runPlan } from '../engine/child/parent/run.js';
import { makeImportable } from '../engine/modules/importable.js';
import type { NamedFile } from './discover.js';
import type { ListAnswers, ListPlan, ListResult } from './list-entry.js';

const entry = fileURLToPath(new URL('../cjs/runner/list-entry.js', import.meta.url));

/** What every child of a run is started with. */
export interface ChildSettings {
  readonly environment: NodeJS.ProcessEnv;
  /** Node's flags, as the user chose them. */
  readonly nodeFlags: readonly string[];
  /** The node to start; this process's own unless given. */
  readonly execPath?: string | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A file that can be imported, and what was asked about it. */
export interface LoadedFile<Wanted extends keyof ListAnswers> {
  readonly file: NamedFile;
  /** What children import. */
  readonly url: string;
  readonly found: ListAnswers[Wanted];
  dispose(): void;
}

/** Asks a child about a file. */
export type LoadFile<Wanted extends keyof ListAnswers> = (
  file: NamedFile,
  wants: Wanted,
  settings: ChildSettings,
) => Promise<LoadedFile<Wanted>>;

/** Errors: those of transforming and importing, INVALID_OPTION, DUPLICATE_BENCHMARK, CHILD_*, ABORTED. */
export async function loadFile<Wanted extends keyof ListAnswers>(
  file: NamedFile,
  wants: Wanted,
  settings: ChildSettings,
): Promise<LoadedFile<Wanted>> {
  const modules = await makeImportable([file.path], settings.execPath !== undefined);
  try {
    const url = modules.urlOf(file.path);
    const plan: ListPlan<Wanted> = { benchmem: 'plan', kind: 'load', url, name: file.label, wants };
    return { file, url, found: await ask(plan, settings), dispose: () => modules.dispose() };
  } catch (error) {
    modules.dispose();
    throw error;
  }
}

async function ask<Wanted extends keyof ListAnswers>(
  plan: ListPlan<Wanted>,
  { environment, nodeFlags, execPath, timeoutMs, signal }: ChildSettings,
): Promise<ListAnswers[Wanted]> {
  const world = plainWorld({ environment, nodeFlags });
  const { result } = await runPlan<ListPlan<Wanted>, ListResult<Wanted>>({
    plan,
    // WHY: source maps are on, because the lines of definitions are those of the TypeScript that the user wrote.
    world: { ...world, execArgv: [...(world.execArgv ?? world.flags), '--enable-source-maps'] },
    output: 'tail',
    entry,
    execPath,
    timeoutMs,
    signal,
  });
  return result.found;
}

/** A child's world without preload and without flags of ours. */
export function plainWorld({ environment, nodeFlags }: Pick<ChildSettings, 'environment' | 'nodeFlags'>) {
  return childWorld({
    kind: 'attached',
    allocator: 'system',
    preloadLibrary: '',
    threadModule: '',
    environment,
    userFlags: nodeFlags,
  });
}
