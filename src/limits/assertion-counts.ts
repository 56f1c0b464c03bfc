// How many assertions a test has made, as its runner counts them: a body that is called many times counts as one call.
import type { BodyCall } from './body.js';

interface Expect {
  getState(): { readonly assertionCalls?: number };
  setState(state: { assertionCalls: number }): void;
}

/** Takes the counts as they are now; the answer puts them back. Nothing if no runner counts. */
export function keepAssertionCounts({ args }: BodyCall): () => void {
  const kept = expectsOf(args[0]).map((expect) => ({
    expect,
    assertionCalls: expect.getState().assertionCalls ?? 0,
  }));
  return () => {
    for (const { expect, assertionCalls } of kept) expect.setState({ assertionCalls });
  };
}

// Jest's and vitest's global one, vitest's where it is imported, and the one of vitest's context.
function expectsOf(context: unknown): Expect[] {
  const holder = globalThis as unknown as Record<PropertyKey, unknown>;
  const own =
    context === null || context === undefined ? undefined : (context as { expect?: unknown }).expect;
  const found = [holder.expect, holder[Symbol.for('expect-global')], own];
  return [...new Set(found)].filter(isExpect);
}

function isExpect(value: unknown): value is Expect {
  const { getState, setState } = (value ?? {}) as Partial<Expect>;
  return typeof getState === 'function' && typeof setState === 'function';
}
