// measureMemory, measurePeak and openWindow in a plain process: right numbers, and what misuse and accidents do.
// After each accident the next measurement gives the exact figures of a known action.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import { builtIndex } from '../support/built-api.js';

const file = bundleEntry('test/integration/measure-child.ts');
const exact = [100, 5_000_000, 5_000_000];

const run = (scenario: string, env: Readonly<Record<string, string>> = {}) =>
  runMeasured({ file, plan: { api: builtIndex, scenario }, env }) as Promise<unknown>;

describe('a measurement', () => {
  it('is exact', async () => {
    expect(await run('probe')).toEqual(exact);
  });

  it('shows in peak what no collection saw, on the calling thread and on the pool', async () => {
    const { sync, async, current } = (await run('peaks')) as Record<'sync' | 'async' | 'current', number>;
    for (const peak of [sync, async]) expect(Math.abs(peak / 134_217_728 - 1)).toBeLessThan(0.01);
    expect(current).toBeLessThan(1_000_000);
  });

  it('of many calls shows what builds up, and drops each result', async () => {
    const [built, peak, dropped, retained] = (await run('calls')) as number[];
    expect([built, peak, dropped]).toEqual([10, 1_000_000, 10]);
    expect(Math.abs(retained as number)).toBeLessThan(19_000);
  });

  it('knows what is retained: a leak, nothing for a replaced cache, nothing for a clean action', async () => {
    const [leak = [], replaced = [], clean = []] = (await run('retained')) as number[][];
    expect([leak.length, replaced.length, clean.length]).toEqual([2, 2, 2]);
    for (const bytes of leak) expect(Math.abs(bytes - 1_000_000)).toBeLessThan(16_384);
    for (const bytes of [...replaced, ...clean]) expect(Math.abs(bytes)).toBeLessThan(16_384);
  });

  it('may be a span that is no callback', async () => {
    const { sample, after } = (await run('span')) as { sample: Record<string, number>; after: unknown };
    expect(sample.native_peak_bytes).toBeGreaterThanOrEqual(500_000);
    expect(sample.native_peak_bytes).toBeLessThan(520_000);
    expect(sample.retained_bytes).toBeGreaterThan(490_000);
    expect(after).toEqual(exact);
  });

  it('without settling is exact too', async () => {
    expect(await run('settleOff')).toEqual([100, 5_000_000, 'absent']);
  });

  it('works in a worker, where the addon is loaded again', async () => {
    expect(await run('worker')).toEqual(['WINDOW_OPEN', exact, exact]);
  });
});

describe('an accident', () => {
  it('an action that throws or rejects: its own error', async () => {
    expect(await run('failures')).toEqual([true, exact, true, exact]);
  });

  it('a nested measurement', async () => {
    expect(await run('nested')).toEqual([expect.objectContaining({ code: 'WINDOW_OPEN' }), 1, exact]);
  });

  it('a concurrent measurement', async () => {
    expect(await run('concurrent')).toEqual([
      'fulfilled',
      expect.objectContaining({ code: 'WINDOW_OPEN' }),
      exact,
    ]);
  });

  it('programs started inside the window', async () => {
    expect(await run('programs')).toEqual([true, true, exact]);
  });

  it('hooks taken out and put in again under load', async () => {
    expect(await run('reinstall')).toEqual([[100, 5_000_000], exact]);
  });

  it('hooks taken out while a window is open', async () => {
    expect(await run('uninstallWithWindow')).toEqual([
      expect.objectContaining({ code: 'WINDOW_OPEN' }),
      exact,
    ]);
  });

  it('a window left open at the exit', async () => {
    expect(await run('leftOpen')).toBe(10);
  });

  it('process.exit inside a window, with busy workers', async () => {
    expect(await run('exitInside')).toBe(2);
  });

  it('a platform that is not supported', async () => {
    const outcomes = await run('unsupported', { BENCHMEM_SIMULATE_UNSUPPORTED: '1' });
    const refusal = {
      code: 'UNSUPPORTED_RUNTIME',
      message: expect.stringMatching(/simulated/),
      hint: expect.stringMatching(/./),
    };
    expect(outcomes).toEqual([refusal, refusal]);
  });
});
