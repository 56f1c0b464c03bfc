// Complete: the attached hooks count the calls that an independent counter, preloaded under them, counts.
import { beforeAll, describe, expect, it } from 'vitest';
import type { NativeDescription } from '../../src/native/contract.js';
import type { Comparison } from './attached-addon.js';
import { runChild } from './attached-process.js';

interface CompleteReport {
  readonly description: NativeDescription;
  readonly comparisons: Readonly<Record<string, Comparison>>;
}

// The least that each kind of work must allocate, so that an empty one does not pass.
const leastAllocations: Readonly<Record<string, number>> = {
  'Buffer.alloc': 50,
  'Buffer.allocUnsafe': 50,
  ArrayBuffer: 50,
  SharedArrayBuffer: 50,
  zlib: 10,
  crypto: 20,
  worker: 1000,
  'dns lookup': 5,
  'dns resolver': 20,
  'child_process.spawnSync': 5,
  'child_process.exec': 10,
  'the libuv pool': 10,
  'strdup and strndup': 50,
  getline: 2,
  'asprintf and open_memstream': 27,
  'operator new and delete': 250,
  'the malloc family': 275,
  threads: 4,
};

describe.each([
  { counter: 'completeness' as const, over: 'an allocator that serves C++ through malloc' },
  { counter: 'operators' as const, over: 'an allocator with operators of its own' },
])('attached mode over $over counts what reaches it', ({ counter }) => {
  let report: CompleteReport;
  beforeAll(async () => {
    // --predictable: no thread of V8's own allocates while the window opens or is drained.
    const flags = ['--predictable'];
    report = await runChild<CompleteReport>('attached-complete-child.ts', { counter, flags });
  });

  it.each(Object.entries(leastAllocations))('by %s', (name, least) => {
    const comparison = report.comparisons[name];
    if (comparison === undefined) throw new Error(`the child did not run ${name}`);
    expect(comparison.counted).toBeGreaterThanOrEqual(least);
    expect(comparison).toEqual({ ...comparison, attached: comparison.counted, ownAllocations: 0 });
  });

  it('in every kind of work that the child knows', () => {
    expect(Object.keys(report.comparisons).sort()).toEqual(Object.keys(leastAllocations).sort());
  });

  it('and names it', () => {
    const allocator = { name: `lib${counter}.so`, version: 'unknown' };
    expect(report.description).toMatchObject({ mode: 'attached', allocator });
    expect(report.description.hookedSlots).toBeGreaterThan(15);
  });
});
