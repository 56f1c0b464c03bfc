// One measuring child of one pass kind, on any Node of the matrix: for tests that need neither the other child nor the
// result that both make up. Judges nothing.
import { pathToFileURL } from 'node:url';
import type { ResultMessage } from '../../src/engine/child/protocol.js';
import { defaultLoopRule } from '../../src/engine/window/repeats.js';
import { builtChildren } from './built-api.js';

export interface ChildRun {
  readonly kind: 'peak' | 'accounting';
  readonly execPath: string;
  readonly module: string;
  readonly name: string;
  /** The action's arguments, after what setup answers. */
  readonly args?: readonly unknown[];
  /** An export that runs before each pass, outside the window. */
  readonly setup?: string;
  readonly repeats: number;
  /** 1 unless given. */
  readonly warmup?: number;
}

export async function childOnNode(run: ChildRun): Promise<ResultMessage> {
  const { kind, execPath, module, setup, repeats, warmup = 1 } = run;
  const loadable = (exportName: string, args: readonly unknown[] = []) => ({
    url: pathToFileURL(module).href,
    name: module,
    exportName,
    args,
  });
  const library = builtChildren.preloadEntry(builtChildren.preloadLibraryPath());
  try {
    const { result } = await builtChildren.runChild({
      plan: {
        benchmem: 'plan',
        kind,
        action: loadable(run.name, run.args),
        ...(setup !== undefined && { setup: loadable(setup) }),
        warmup,
        calls: 1,
        threads: 'all',
        settle: true,
        loop: { ...defaultLoopRule, repeats },
      },
      world: builtChildren.childWorld({
        kind,
        allocator: 'jemalloc',
        preloadLibrary: library.path,
        threadModule: builtChildren.threadModule,
        environment: process.env,
        userFlags: [],
      }),
      output: 'ignore',
      execPath,
    });
    return result;
  } finally {
    library.dispose();
  }
}
