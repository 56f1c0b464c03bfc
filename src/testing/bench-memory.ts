// The memory of one benchmark of a test runner, measured in this process: the pass that peaked lowest.
import { measureMemory } from '../engine/measure.js';
import type { Sample } from '../engine/result/sample.js';

export interface BenchHooks {
  readonly beforeAll?: (() => unknown) | undefined;
  readonly beforeEach?: (() => unknown) | undefined;
  readonly afterEach?: (() => unknown) | undefined;
  readonly afterAll?: (() => unknown) | undefined;
}

/** Bytes, and counts where named so. What the hooks need is in no figure. Throws what the action and the hooks throw. */
export async function benchMemory(action: () => unknown, hooks: BenchHooks = {}): Promise<Sample> {
  const { beforeAll, beforeEach, afterEach, afterAll } = hooks;
  let isFirst = true;
  const setup = async () => {
    if (!isFirst) await afterEach?.();
    isFirst = false;
    await beforeEach?.();
  };
  await beforeAll?.();
  try {
    const result = await measureMemory(() => action(), { setup });
    await afterEach?.();
    return result.representative;
  } finally {
    await afterAll?.();
  }
}
