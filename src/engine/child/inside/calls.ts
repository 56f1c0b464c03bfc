// What a measuring child calls: exported functions, or whatever the plan's resolver finds in their place.
// Loads; measures nothing.
import { createRequire } from 'node:module';
import { describeError } from '../../../error-text.js';
import { BenchmemError } from '../../../errors.js';
import type { Loadable } from '../../modules/module-action.js';
import { importModule, loadExport } from '../../modules/module-loader.js';
import type { Call } from '../../window/span.js';
import type { ChildPlan } from '../protocol.js';

export interface ChildCalls {
  readonly action: Call;
  readonly args: readonly unknown[];
  /** Runs before each pass; what it returns is the action's first argument. */
  readonly setup?: (() => unknown) | undefined;
  /** Runs after each pass, outside its window, and once more at the end, however that came. */
  readonly afterPass?: () => void | Promise<void>;
  /** What else the parent gets with the result. */
  readonly notes?: () => Readonly<Record<string, unknown>>;
}

/** What the module that a plan names as its resolver exports as `resolveCalls`. */
export type ResolveCalls = (plan: Pick<ChildPlan, 'action' | 'setup'>) => Promise<ChildCalls>;

/** What a plan says of the calls. */
type CallsPlan = Pick<ChildPlan, 'action' | 'setup' | 'resolver' | 'loads'>;

/** Errors: those of loading a module, or the resolver's own. */
export async function resolveCalls(plan: CallsPlan): Promise<ChildCalls> {
  if (plan.loads === true) return loadingCalls(plan);
  if (plan.resolver === undefined) return exportedCalls(plan);
  const resolver = createRequire(import.meta.url)(plan.resolver) as { resolveCalls: ResolveCalls };
  return resolver.resolveCalls(plan);
}

// The first and only call loads the module: until then nothing of it is in this process.
function loadingCalls({ action: { url, name } }: CallsPlan): ChildCalls {
  return { action: () => importModule(url, name), args: [] };
}

async function exportedCalls(plan: CallsPlan): Promise<ChildCalls> {
  const action = await loadExport(plan.action);
  const setup = plan.setup && preparing(await loadExport(plan.setup), plan.setup);
  return { action, args: plan.action.args, setup };
}

function preparing(setup: Call, { args, name, exportName }: Loadable): () => Promise<unknown> {
  return async () => {
    try {
      return await setup(...args);
    } catch (cause) {
      throw setupFailed(`${exportName} of ${name}`, cause);
    }
  };
}

/** SETUP_FAILED, for a setup called so. */
export function setupFailed(name: string, cause: unknown): BenchmemError {
  return new BenchmemError(
    'SETUP_FAILED',
    `the setup ${name} threw: ${describeError(cause).message}`,
    'see the cause',
    { cause },
  );
}
