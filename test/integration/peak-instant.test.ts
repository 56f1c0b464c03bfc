// Peak is the sum at every instant: memory that is held and given back inside one native call shows in it, on the
// calling thread and on the thread pool, attached and in isolated children, within 1 %.
import { describe, expect, it } from 'vitest';
import { type MemoryResult, measureMemory } from '../../src/index.js';
// @ts-expect-error: a plain module, as a user's would be
import * as actions from './fixtures/peak-actions.mjs';

const module = new URL('./fixtures/peak-actions.mjs', import.meta.url).href;

// scrypt needs 128 * N * r for its table, 128 * r * p + 256 * r + 64 beside it.
const scryptBytes = 128 * 131_072 * 8;
const cases = [
  { name: 'scryptNow', bytes: scryptBytes },
  { name: 'scryptOnPool', bytes: scryptBytes },
  { name: 'mallocNow', bytes: 100_000_000 },
  { name: 'mallocOnPool', bytes: 100_000_000 },
  { name: 'newNow', bytes: 100_000_000 },
] as const;

function expectPeak(result: MemoryResult, bytes: number): void {
  expect(result.peakBytes).toBeGreaterThanOrEqual(bytes);
  expect(result.peakBytesMax).toBeLessThanOrEqual(bytes * 1.01);
  const { peak_bytes, native_at_peak_bytes, js_at_peak_bytes, mapped_other_at_peak_bytes } =
    result.representative;
  expect(native_at_peak_bytes).toBeGreaterThanOrEqual(bytes);
  expect((native_at_peak_bytes ?? 0) + (js_at_peak_bytes ?? 0) + (mapped_other_at_peak_bytes ?? 0)).toBe(
    peak_bytes,
  );
}

describe.each(cases)('$name', ({ name, bytes }) => {
  it('shows in the peak of this process', async () => {
    expectPeak(await measureMemory(actions[name] as () => unknown, { repeats: 2 }), bytes);
  });

  it.each(['jemalloc', 'system'] as const)(
    'shows in the peak of an isolated child with %s',
    async (allocator) => {
      const result = await measureMemory({ module, export: name }, { isolate: true, repeats: 2, allocator });
      expect(result.environment.mode).toBe('preloaded');
      expectPeak(result, bytes);
    },
  );
});
