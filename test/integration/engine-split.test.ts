// Engine and program: the same 300 Buffers are the same program allocations whatever V8 compiles meanwhile.
// The other Node versions run in `npm test -- node-matrix`.
import { expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import type { EngineSplitReport } from './engine-split-child.js';

it.each(['attached', 'jemalloc', 'system'])(
  '300 Buffers are 300 program allocations in %s mode',
  async (mode) => {
    const file = bundleEntry('test/integration/engine-split-child.ts');
    const { program, engine, split } = (await runMeasured({ file, mode })) as EngineSplitReport;
    expect(split).toBe('symbols');
    expect(program.allocations).toBeGreaterThanOrEqual(300);
    expect(program.allocations).toBeLessThanOrEqual(303);
    expect(program.totalBytes).toBeGreaterThanOrEqual(3_000_000);
    expect(program.totalBytes).toBeLessThanOrEqual(3_030_000);
    // Else V8 did next to nothing meanwhile, and the test would prove nothing.
    expect(engine.allocations).toBeGreaterThan(300);
  },
);
