// The JS heap's figures against known allocations, in every mode, on the main thread and in workers; and their
// absence where the runtime is unknown. The same ground truths on other Nodes: `npm test -- node-matrix`.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import type { NativeDescription, NativeReading } from '../../src/native/contract.js';
import type { JsHeapPlan } from './js-heap-child.js';
import { jsHeapDiscrepancies } from './js-heap-truth.js';

const file = bundleEntry('test/integration/js-heap-child.ts');
const modes = ['attached', 'jemalloc', 'system'] as const;

interface Run extends Omit<JsHeapPlan, 'load'> {
  readonly mode?: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function run<Result>({ mode = 'attached', flags = ['--predictable'], env = {}, ...plan }: Run) {
  return (await runMeasured({ mode, file, plan, flags, env })) as Result;
}

function sumOfParts(reading: NativeReading): number {
  return reading.sum.nativeAtPeakBytes + (reading.sum.jsAtPeakBytes ?? Number.NaN);
}

describe('bytes allocated on the JS heap', () => {
  it.each(modes)('are those of the ground truths in %s mode', async (mode) => {
    expect(await run({ mode, scenario: 'groundTruth' })).toMatchObject({ discrepancies: [] });
  });

  it.each(['attached', 'jemalloc'])(
    'are those of the ground truths inside a worker in %s mode',
    async (mode) => {
      const plan = { mode, scenario: 'groundTruth', inWorker: true } as const;
      expect(await run(plan)).toMatchObject({ discrepancies: [] });
    },
  );

  it('are seen to be wrong when they are', () => {
    expect(jsHeapDiscrepancies({ objects: 4_000_000, heapNumbers: 1_603_000, closures: 9_602_112 })).toEqual([
      'heapNumbers: expected 1600144 B within 0.1 %, got 1603000',
    ]);
    expect(jsHeapDiscrepancies({})).toHaveLength(3);
  });
});

describe('the combined peak', () => {
  it.each([false, true])(
    'holds the JS heap at the native peak, without a GC (worker: %s)',
    async (inWorker) => {
      const reading = await run<NativeReading>({ scenario: 'refreshAtNativePeak', inWorker });
      expect(reading.sum.peakBytes).toBe(sumOfParts(reading));
      expect(reading.sum.nativeAtPeakBytes).toBeGreaterThan(16 * 1024 * 1024);
      // 10,000 objects of 40 bytes and the array of pointers to them.
      expect(reading.sum.jsAtPeakBytes).toBeGreaterThan(480_000);
      expect(reading.js?.peakBytes).toBeGreaterThanOrEqual(reading.sum.jsAtPeakBytes ?? Number.NaN);
    },
  );

  it('is never lowered by JS memory from before the window', async () => {
    const flags = ['--predictable', '--expose-gc'];
    const reading = await run<NativeReading>({ scenario: 'olderMemoryDropped', flags });
    expect(reading.js?.usedBytes).toBeLessThan((reading.js?.baselineBytes ?? 0) - 19_000_000);
    expect(reading.sum.peakBytes).toBeGreaterThanOrEqual(reading.program.peakBytes);
    expect(reading.program.peakBytes).toBeGreaterThanOrEqual(1_000_000);
    expect(reading.js?.peakBytes).toBeGreaterThanOrEqual(0);
  });

  it('holds what a worker allocates on its own heap, until it exits', async () => {
    const { grow, all, current } = await run<{ grow: number; all: NativeReading; current: NativeReading }>({
      scenario: 'workers',
      flags: [],
    });
    expect(all.sum.jsAtPeakBytes).toBeGreaterThan(0.9 * grow);
    expect(all.sum.jsAtPeakBytes).toBeLessThan(1.9 * grow);
    expect(current.sum.jsAtPeakBytes).toBeLessThan(0.1 * grow);
  });
});

describe('the floor', () => {
  it('is given where a collection preceded the window, and only there', async () => {
    const { withFloor, withoutFloor } = await run<Record<'withFloor' | 'withoutFloor', NativeReading>>({
      scenario: 'floors',
    });
    const { floorBytes = Number.NaN, usedBytes = Number.NaN } = withFloor.js ?? {};
    expect(withFloor.js?.totalBytes).toBeGreaterThan(800_000);
    expect(Math.abs(usedBytes - floorBytes)).toBeLessThan(1024);
    expect(withoutFloor.js).toBeDefined();
    expect(withoutFloor.js).not.toHaveProperty('floorBytes');
  });
});

describe('an unknown V8', () => {
  type Outcome = { readonly description: NativeDescription; readonly reading: NativeReading };
  const scenario = 'describeAndMeasure';

  it.each(modes)('has no JS figures and says why; native ones work in %s mode', async (mode) => {
    const env = { BENCHMEM_SIMULATE_UNKNOWN_V8: '1' };
    const { description, reading } = await run<Outcome>({ mode, scenario, env });
    expect(description.jsHeapUnsupported).toContain('v8::Isolate::GetHeapStatistics');
    expect(reading).not.toHaveProperty('js');
    expect(reading.sum).not.toHaveProperty('jsAtPeakBytes');
    expect(reading.program).toMatchObject({ allocations: 1, totalBytes: 3_000_000, peakBytes: 3_000_000 });
    expect(reading.sum.peakBytes).toBe(3_000_000);
  });

  it('is not found here without the simulation', async () => {
    const { description, reading } = await run<Outcome>({ scenario });
    expect(description).not.toHaveProperty('jsHeapUnsupported');
    expect(reading.program.totalBytes).toBe(3_000_000);
    expect(reading.sum.peakBytes).toBe(sumOfParts(reading));
  });
});
