// The face of the attached tests' addon (test/addons/completeness) and what their measured children have in common.
// For children: must not import anything that a plain Node process does not have.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { NativeBinding, NativeReading, WindowToken } from '../../src/native/contract.js';

type TextAction = (text: string) => number;
type NumberAction = (number: number) => number;
type PlainAction = () => number;

/** See the headers beside the addon's source for what each does and returns. */
export interface CompletenessAddon {
  readonly mark: NumberAction;
  readonly marked: NumberAction;
  readonly copyTexts: NumberAction;
  readonly readLines: TextAction;
  readonly printTexts: NumberAction;
  readonly operators: NumberAction;
  readonly keepSmall: NumberAction;
  readonly releaseSmall: PlainAction;
  readonly failingNew: PlainAction;
  readonly mallocFamily: NumberAction;
  readonly convertText: TextAction;
  readonly openLibrary: TextAction;
  readonly callLibrary: NumberAction;
  readonly libraryAddress: PlainAction;
  readonly closeLibrary: PlainAction;
  readonly startThreads: NumberAction;
  readonly stopThreads: PlainAction;
  readonly forkChildren: NumberAction;
  readonly saveSlots: PlainAction;
  readonly changedSlots: TextAction;
  readonly slotsInto: TextAction;
}

export interface ChildPlan {
  /** Module that exports loadBinding(): NativeBinding. */
  readonly load: string;
  readonly addon: string;
  /** The folder of the libraries that the tests load. */
  readonly libraries: string;
}

export interface ChildTools {
  readonly plan: ChildPlan;
  readonly binding: NativeBinding;
  readonly addon: CompletenessAddon;
}

export async function loadTools(): Promise<ChildTools> {
  const plan = JSON.parse(process.argv[2] ?? '') as ChildPlan;
  const module = (await import(pathToFileURL(plan.load).href)) as { loadBinding: () => NativeBinding };
  const addon = createRequire(import.meta.url)(plan.addon) as CompletenessAddon;
  return { plan, binding: module.loadBinding(), addon };
}

export const allocationsOf = (reading: NativeReading): number =>
  reading.program.allocations + reading.engine.allocations;

/** What the attached hooks and the counter preloaded under them made of the same stretch of code. */
export interface Comparison {
  readonly attached: number;
  readonly counted: number;
  /** Allocations by the counter while the window was opened and while it was drained: the tool's own. */
  readonly ownAllocations: number;
  readonly result: number;
}

/** Runs `action` in a window, between marks of the preloaded counter. */
export async function compare(
  tools: ChildTools,
  action: () => number | Promise<number>,
): Promise<Comparison> {
  const { addon, binding } = tools;
  addon.mark(0);
  const token: WindowToken = binding.openWindow({ threads: 'all' });
  addon.mark(1);
  const pending = action();
  const result = typeof pending === 'number' ? pending : await pending;
  addon.mark(2);
  binding.drainWindow(token);
  addon.mark(3);
  const attached = allocationsOf(binding.closeWindow(token));
  const between = (from: number, to: number) => addon.marked(to) - addon.marked(from);
  return { attached, counted: between(1, 2), ownAllocations: between(0, 1) + between(2, 3), result };
}

/**
 * As compare(), again where something allocated at the very edges of the window: V8 may, once in a while. What the
 * tool itself allocated there would do so every time.
 */
export async function compareBetweenQuietEdges(
  tools: ChildTools,
  action: () => number | Promise<number>,
): Promise<Comparison> {
  let comparison = await compare(tools, action);
  for (let again = 0; again < 5 && comparison.ownAllocations > 0; again += 1) {
    comparison = await compare(tools, action);
  }
  return comparison;
}

export function errorCode(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}

export const report = (value: unknown): void => console.log(JSON.stringify(value));
