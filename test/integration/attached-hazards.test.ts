// What a measured process may do to the hooks: fork, start programs, run out of memory, load the addon in a worker,
// end in the middle; and a process in which they must refuse to work.
import { beforeAll, describe, expect, it } from 'vitest';
import type { NativeDescription } from '../../src/native/contract.js';
import type { HazardsReport } from './attached-hazards-child.js';
import { runChild } from './attached-process.js';

const familyCalls = 11;

describe('a process with the hooks in place', () => {
  let report: HazardsReport;
  beforeAll(async () => {
    report = await runChild<HazardsReport>('attached-hazards-child.ts', {
      counter: 'completeness',
      flags: ['--predictable'],
    });
  });

  it('forks inside a window: the children go on, and the parent counts its own calls only', () => {
    expect(report.fork).toEqual({ children: 20, done: 20, parentCounted: familyCalls });
  });

  it('starts a program inside a window', () => {
    expect(report.exec.result).toBe(1e6);
    expect(report.exec.attached).toBe(report.exec.counted);
  });

  it('runs out of memory as without hooks: new handler, bad_alloc, null from nothrow', () => {
    expect(report.failingNew.result).toBe(1);
    expect(report.failingNew.counted).toBeGreaterThan(0); // the exceptions
    expect(report.failingNew.attached).toBe(report.failingNew.counted);
  });

  it('has the bytes counted that operator new was asked for, at least one', () => {
    const scalarAndArray = 40 + 1 + 41 + 42 + 43;
    const aligned = 44 + 45 + 46 + 47 + 3 * 192;
    expect(report.operatorBytes).toBe(scalarAndArray + aligned);
  });

  it('loads the addon again in a worker, which shares the one window and outlives nothing', () => {
    expect(report.worker).toEqual({
      mode: 'attached',
      whileMainMeasures: 'WINDOW_OPEN',
      ownAllocations: familyCalls,
    });
    expect(report.afterWorker).toBe(familyCalls);
  });

  it('ends with a window open and threads allocating', async () => {
    expect(await runChild('attached-end-child.ts')).toEqual({ left: 'open' });
  });
});

interface RefusalReport {
  readonly installed: string;
  readonly opened: string;
  readonly changed: number;
  readonly description: NativeDescription;
}

describe('a process that cannot be measured', () => {
  it('is told why, and left alone', async () => {
    const env = { BENCHMEM_SIMULATE_UNSUPPORTED: '1' };
    const report = await runChild<RefusalReport>('attached-refusal-child.ts', { env });
    expect(report).toMatchObject({
      installed: 'UNSUPPORTED_RUNTIME',
      opened: 'NOT_INSTALLED',
      changed: 0,
      description: {
        mode: 'attached',
        unsupported: expect.stringContaining('BENCHMEM_SIMULATE_UNSUPPORTED'),
      },
    });
  });
});
