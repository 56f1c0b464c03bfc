// MemoryResult: headlines, the representative pass, and the way to plain data and back.
import { describe, expect, it } from 'vitest';
import { MemoryResult } from '../../src/engine/result/memory-result.js';
import type { MemoryResultParts } from '../../src/engine/result/result-parts.js';
import { warningsFor } from '../../src/engine/result/warnings.js';

const full = (peak: number, extra: object = {}) => ({
  peak_bytes: peak,
  native_at_peak_bytes: peak - 1,
  js_at_peak_bytes: 1,
  native_peak_bytes: peak - 1,
  js_peak_bytes: 20,
  total_bytes: 1000 - peak,
  native_total_bytes: 900 - peak,
  js_total_bytes: 100,
  allocations: peak * 2,
  engine_peak_bytes: 5,
  engine_total_bytes: 6,
  engine_allocations: 7,
  ...extra,
});

const parts: MemoryResultParts = {
  samples: [full(120), full(100), full(100, { allocations: 150 })],
  environment: {
    mode: 'preloaded',
    allocator: { name: 'jemalloc', version: '5.3.0' },
    node: '20.0.0',
    v8: '11.3',
    platform: 'linux',
    arch: 'x64',
    libc: 'glibc 2.36',
    cpu: 'some',
    cpuCount: 2,
    ramBytes: 1e9,
    flags: { peak: ['--predictable'], accounting: [] },
    nodeOptions: '--no-warnings',
    engineSplit: 'symbols',
    olderSizes: 'requested, else usable',
  },
  warnings: [
    { code: 'LARGE_ARGUMENTS', subject: 'args', message: 'm', hint: 'h', bytes: 3, objects: ['/a.so'] },
  ],
  bySharedObject: [{ object: '/a.so', source: 'program', allocations: 1, totalBytes: 2 }],
  childProcesses: 0,
  nearLive: { slackBytes: 262_144, forcedCollections: 12 },
  unaligned: { rss_bytes: [5000, 4000], objects: [7] },
  objectKinds: [{ kind: 'Object', objects: 7, bytes: 280 }],
};

describe('a result', () => {
  const result = new MemoryResult(parts);

  it('has the lowest of every metric as its headline', () => {
    expect([result.peakBytes, result.allocations, result.totalBytes]).toEqual([100, 150, 880]);
    expect([result.peakBytesMax, result.repeats]).toEqual([120, 3]);
    expect(result.native).toEqual({ peakBytes: 99, totalBytes: 780 });
    expect(result.js).toEqual({ peakBytes: 20, totalBytes: 100 });
    expect(result.engine).toEqual({ peakBytes: 5, totalBytes: 6, allocations: 7 });
  });

  it('has the first pass with the lowest peak as its representative', () => {
    expect(result.representative).toBe(parts.samples[1]);
  });

  it('has no figure that was not measured', () => {
    const result = new MemoryResult({ ...parts, unaligned: {} });
    expect([result.retainedBytes, result.rssBytes, result.mappedPeakBytes]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(result.series('rss_bytes')).toBeUndefined();
  });

  it('has no series that a pass lacks', () => {
    const [first, ...rest] = parts.samples;
    const partial = new MemoryResult({ ...parts, samples: [{ ...first, retained_bytes: -4 }, ...rest] });
    expect(partial.series('retained_bytes')).toBeUndefined();
    const whole = new MemoryResult({ ...parts, samples: [{ ...first, retained_bytes: -4 }] });
    expect(whole.retainedBytes).toBe(-4);
  });

  it('holds at least one pass', () => {
    expect(() => new MemoryResult({ ...parts, samples: [] })).toThrow(RangeError);
  });

  it('says what is missing where a figure that must be there is not', () => {
    const lame = new MemoryResult({ ...parts, samples: [{ native_peak_bytes: 3 }] });
    expect(() => lame.peakBytes).toThrow(expect.objectContaining({ code: 'NOT_MEASURED' }));
    expect(lame.representative).toEqual({ native_peak_bytes: 3 });
  });
});

describe('plain data', () => {
  const blob = new MemoryResult(parts).toBlob();

  it('is one flat series per field, and what is needed to judge it', () => {
    expect(blob).toMatchObject({
      peak_bytes: [120, 100, 100],
      allocations: [240, 200, 150],
      environment: { mode: 'preloaded', cpu_count: 2, ram_bytes: 1e9, node_options: '--no-warnings' },
      by_shared_object: [{ object: '/a.so', source: 'program', allocations: 1, total_bytes: 2 }],
      child_processes: 0,
      near_live: { slack_bytes: 262_144, forced_gcs: 12 },
    });
    expect(blob).not.toHaveProperty('retained_bytes');
  });

  it('comes back as the same result, through JSON too', () => {
    const back = MemoryResult.fromBlob(JSON.parse(JSON.stringify(new MemoryResult(parts))));
    expect({ ...back }).toEqual({ ...parts });
  });

  it('of another writer has no environment, and says so when asked', () => {
    const foreign = { peak_bytes: [30, 10], allocations: [1, 2], total_bytes: [40, 40] };
    const result = MemoryResult.fromBlob(foreign);
    expect([result.peakBytes, result.peakBytesMax, result.allocations]).toEqual([10, 30, 1]);
    expect(() => result.environment).toThrow(expect.objectContaining({ code: 'NOT_MEASURED' }));
    expect(result.toBlob()).toEqual({ ...foreign, warnings: [], by_shared_object: [] });
  });

  it.each([
    ['is no object', 3, /no object/],
    ['is a list', [], /no object/],
    ['has no series', { environment: blob.environment }, /no series/],
    ['has an empty series', { ...blob, peak_bytes: [] }, /peak_bytes/],
    ['has a text in a series', { ...blob, allocations: [1, 'x', 3] }, /allocations/],
    [
      'has series of two lengths',
      { ...blob, allocations: [1] },
      /allocations has 1 entries, peak_bytes has 3/,
    ],
    ['has an environment of another shape', { ...blob, environment: {} }, /environment/],
    ['has holes in a series', { ...blob, peak_bytes: new Array(3) }, /peak_bytes/],
    [
      'has flags that are no lists',
      { ...blob, environment: { ...blob.environment, flags: { peak: null } } },
      /environment/,
    ],
    [
      'was taken in no known mode',
      { ...blob, environment: { ...blob.environment, mode: 'x' } },
      /environment/,
    ],
    ['names no allocator', { ...blob, environment: { ...blob.environment, allocator: {} } }, /environment/],
    [
      'has a warning about objects that are no list',
      { ...blob, warnings: [{ code: 'A', subject: 'b', message: 'c', hint: 'd', objects: 5 }] },
      /warnings/,
    ],
    [
      'has an object of no source',
      { ...blob, by_shared_object: [{ object: '/a.so', source: 'x', allocations: 1, total_bytes: 2 }] },
      /by_shared_object/,
    ],
    ['has a count that is no number', { ...blob, child_processes: Number.NaN }, /child_processes/],
    ['has warnings of another shape', { ...blob, warnings: [{}] }, /warnings/],
    ['has objects of another shape', { ...blob, by_shared_object: {} }, /by_shared_object/],
    ['says near_live in another shape', { ...blob, near_live: { slack_bytes: 1 } }, /near_live/],
    ['has a text for a count', { ...blob, child_processes: 'two' }, /child_processes/],
  ])('that %s is refused', (_what, broken, message) => {
    expect(() => MemoryResult.fromBlob(broken)).toThrow(expect.objectContaining({ code: 'INVALID_BLOB' }));
    expect(() => MemoryResult.fromBlob(broken)).toThrow(message);
  });
});

describe('the environment of a result', () => {
  it('says what older blocks that were freed count with; one of before that was said does not', () => {
    const { environment, ...rest } = new MemoryResult(parts).toBlob();
    expect(environment).toMatchObject({ older_sizes: 'requested, else usable' });
    const { older_sizes, ...earlier } = environment as NonNullable<typeof environment>;
    expect(MemoryResult.fromBlob({ ...rest, environment: earlier }).environment).not.toHaveProperty(
      'olderSizes',
    );
  });
});

describe('warnings', () => {
  const description = {
    mode: 'preloaded',
    allocator: { name: 'jemalloc', version: '5.3.0' },
    engineSplit: 'symbols',
    engineRuns: 3,
  } as const;
  const clean = { description, passes: 3, undrained: 0, childProcesses: 0, argumentBytes: 1024 * 1024 };

  it.each([
    ['nothing where nothing is odd', {}, []],
    ['arguments over 1 MiB', { argumentBytes: 1024 * 1024 + 1 }, ['LARGE_ARGUMENTS']],
    ['programs that were started', { childProcesses: 1 }, ['CHILD_PROCESSES']],
    ['a heap that does not rest', { undrained: 1 }, ['NOT_DRAINED']],
    ['a strange end', { strangeEnds: ['peak child ended by SIGSEGV'] }, ['CHILD_END']],
    [
      'no symbols',
      { description: { ...description, engineSplit: 'approximate' } },
      ['ENGINE_SPLIT_APPROXIMATE'],
    ],
    ['no JavaScript heap', { description: { ...description, jsHeapUnsupported: 'why' } }, ['NO_JS_HEAP']],
  ] as const)('name %s', (_what, facts, codes) => {
    const warnings = warningsFor({ ...clean, ...facts });
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    for (const { message, hint } of warnings) expect([message, hint]).not.toContain('');
  });
});
