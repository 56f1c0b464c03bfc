// WebAssembly memory, resizable and growable buffers: exact to the byte in the peak, in isolated children and attached.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import type { MemoryResult } from '../../src/index.js';
import { blockBytes, bytesOf } from '../fixtures/measured/other-memory-actions.mjs';
import { builtApi } from '../support/built-api.js';
import { measureOnNode } from '../support/isolated-on-node.js';

const module = fileURLToPath(new URL('../fixtures/measured/other-memory-actions.mjs', import.meta.url));
const modes = [
  { mode: 'preloaded', options: { isolate: true } },
  { mode: 'attached', options: { isolate: true, attached: true } },
] as const;

function expectExact({ samples }: MemoryResult, bytes: number): void {
  for (const sample of samples) {
    const {
      peak_bytes = Number.NaN,
      native_at_peak_bytes,
      js_at_peak_bytes,
      mapped_other_at_peak_bytes,
    } = sample;
    expect(mapped_other_at_peak_bytes).toBe(bytes);
    const parts = [native_at_peak_bytes, js_at_peak_bytes, mapped_other_at_peak_bytes];
    expect(parts.reduce((sum: number, part) => sum + (part ?? Number.NaN), 0)).toBe(peak_bytes);
    expect(peak_bytes - bytes).toBeLessThan(Math.max(bytes * 0.02, 16_384));
  }
}

describe.each(modes)('$mode', ({ mode, options }) => {
  it.each(Object.entries(bytesOf))('%s is %d bytes of the peak', async (name, bytes) => {
    const result = await builtApi.measureMemory({ module, export: name }, { ...options, repeats: 2 });
    expect(result.environment.mode).toBe(mode);
    expectExact(result, bytes);
  });

  it.each([
    ['shrinksAndAllocates', blockBytes, 0],
    ['shrinksAndGrows', 0, blockBytes],
  ])('%s: what was there before makes no peak smaller', async (name, native, mapped) => {
    const setup = { module, export: 'largeBuffer' };
    const result = await builtApi.measureMemory({ module, export: name }, { ...options, setup, repeats: 2 });
    for (const sample of result.samples) {
      expect(sample.mapped_other_at_peak_bytes).toBe(mapped);
      const { native_at_peak_bytes = Number.NaN, peak_bytes = Number.NaN } = sample;
      expect(
        [native_at_peak_bytes - native, peak_bytes - native - mapped].every(
          (rest) => rest >= 0 && rest < 524_288,
        ),
      ).toBe(true);
    }
  });
});

const otherNodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']).filter(
  ({ executable }: { executable: string }) => executable !== process.execPath,
);

describe.each(otherNodes)('preloaded on Node $major', ({ executable }) => {
  it.each(Object.entries(bytesOf))('%s is %d bytes of the peak', async (name, bytes) => {
    expectExact(await measureOnNode({ execPath: executable, module, name, repeats: 1 }), bytes);
  });
});
