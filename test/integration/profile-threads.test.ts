// Exact: profiles of windows in which workers begin, work and end beside libuv's pool. Their self-check holds at the drain and
// after collections, and they have what the window has.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import type { ThreadsReport } from './profile-threads-child.js';

const file = bundleEntry('test/integration/profile-threads-child.ts');

describe('a profile of workers and the pool', () => {
  it.each(['attached', 'jemalloc', 'system'])('has what its window has, in %s mode', async (mode) => {
    const report = (await runMeasured({ mode, file, plan: { windows: 4 } })) as ThreadsReport;
    expect(report.discrepancies).toEqual([]);
    expect(report.allocations).toBeGreaterThan(4 * 1000);
    // The main thread, three workers, and some of the pool.
    expect(report.threads).toBeGreaterThan(4);
    expect(report.stacks).toBeGreaterThan(100);
  });
});
