// Peak is the sum at every instant: memory that is held and given back inside one native call shows in it, on the
// calling thread and on the thread pool, attached and in isolated children, within 1 %.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { MemoryResult } from '../../src/index.js';
import {
  mallocNow,
  mallocOnPool,
  newNow,
  scryptNow,
  scryptOnPool,
} from '../fixtures/measured/peak-actions.mjs';
import { builtApi } from '../support/built-api.js';

const { measureMemory } = builtApi;
const module = fileURLToPath(new URL('../fixtures/measured/peak-actions.mjs', import.meta.url));

// scrypt needs 128 * N * r for its table, 128 * r * p + 256 * r + 64 beside it.
const scryptBytes = 128 * 131_072 * 8;
const probeBytes = 100_000_000;
const cases: readonly {
  action: () => unknown;
  bytes: number;
  allocators: readonly ('jemalloc' | 'system')[];
}[] = [
  { action: scryptNow, bytes: scryptBytes, allocators: ['jemalloc'] },
  { action: scryptOnPool, bytes: scryptBytes, allocators: ['jemalloc'] },
  { action: mallocNow, bytes: probeBytes, allocators: ['jemalloc', 'system'] },
  { action: mallocOnPool, bytes: probeBytes, allocators: ['jemalloc', 'system'] },
  { action: newNow, bytes: probeBytes, allocators: ['jemalloc', 'system'] },
];

function expectPeak(result: MemoryResult, bytes: number): void {
  expect(result.peakBytes).toBeGreaterThanOrEqual(bytes);
  expect(result.peakBytesMax).toBeLessThanOrEqual(bytes * 1.01);
  const { peak_bytes, native_at_peak_bytes, js_at_peak_bytes, mapped_other_at_peak_bytes } =
    result.representative;
  expect(native_at_peak_bytes).toBeGreaterThanOrEqual(bytes);
  const parts = [native_at_peak_bytes, js_at_peak_bytes, mapped_other_at_peak_bytes];
  expect(parts.reduce((sum: number, part) => sum + (part ?? 0), 0)).toBe(peak_bytes);
}

describe.each(cases.map((one) => ({ ...one, name: one.action.name })))('$name', (one) => {
  it('shows in the peak of this process', async () => {
    expectPeak(await measureMemory(one.action, { repeats: 2 }), one.bytes);
  });

  it.each(one.allocators)('shows in the peak of an isolated child with %s', async (allocator) => {
    const action = { module, export: one.name };
    const result = await measureMemory(action, { isolate: true, repeats: 1, allocator });
    expect(result.environment.mode).toBe('preloaded');
    expectPeak(result, one.bytes);
  });
});
