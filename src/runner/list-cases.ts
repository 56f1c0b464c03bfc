// Finds out what bench files define without loading them into this process: a child for each.
import { fileURLToPath } from 'node:url';
import { runPlan } from '../engine/child/parent/run.js';
import { childWorld } from '../engine/child/parent/world.js';
import { type ImportableModules, makeImportable } from '../engine/modules/importable.js';
import type { CaseDescription } from './cases.js';
import type { BenchFile } from './discover.js';
import type { ListPlan, ListResult } from './list-entry.js';

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

/** A bench file that can be imported, and what it defines. */
export interface LoadedFile {
  readonly file: BenchFile;
  /** What children import. */
  readonly url: string;
  readonly cases: readonly CaseDescription[];
  dispose(): void;
}

/** Errors: those of transforming and importing, INVALID_OPTION, DUPLICATE_BENCHMARK, CHILD_*, ABORTED. */
export async function loadBenchFile(file: BenchFile, settings: ChildSettings): Promise<LoadedFile> {
  const modules = await makeImportable([file.path], settings.execPath !== undefined);
  try {
    const url = modules.urlOf(file.path);
    const cases = await listCases(file, url, settings);
    return { file, url, cases, dispose: () => modules.dispose() };
  } catch (error) {
    (modules as ImportableModules).dispose();
    throw error;
  }
}

async function listCases(
  { label }: BenchFile,
  url: string,
  { environment, nodeFlags, execPath, timeoutMs, signal }: ChildSettings,
): Promise<readonly CaseDescription[]> {
  const plan: ListPlan = { benchmem: 'plan', kind: 'load', url, name: label };
  const world = plainWorld({ environment, nodeFlags });
  const { result } = await runPlan<ListPlan, ListResult>({
    plan,
    // WHY source maps: the lines of definitions are those of the TypeScript that the user wrote.
    world: { ...world, execArgv: [...(world.execArgv ?? world.flags), '--enable-source-maps'] },
    output: 'tail',
    entry,
    execPath,
    timeoutMs,
    signal,
  });
  return result.cases;
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
