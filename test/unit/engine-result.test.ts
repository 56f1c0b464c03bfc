// MemoryResult: headlines, the representative pass, and the way to plain data and back.
import { describe, expect, it } from 'vitest';
import { noFacts } from '../../src/engine/result/facts.js';
import type { ResultParts } from '../../src/engine/result/fields.js';
import { MemoryResult } from '../../src/engine/result/memory-result.js';
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

const samples = [full(120), full(100), full(100, { allocations: 150 })];

const parts: ResultParts = {
  environment: {
    mode: 'preloaded',
    allocator: { name: 'jemalloc', version: '5.3.0' },
    node: '20.0.0',
    v8: '11.3',
    platform: 'linux',
    arch: 'x64',
    libc: 'glibc 2.36',
    cpu: 'some',
    cpu_count: 2,
    ram_bytes: 1e9,
    flags: { peak: ['--predictable'], accounting: [] },
    node_options: '--no-warnings',
    private_allocators: { MIMALLOC_PURGE_DELAY: '0' },
    engine_split: 'symbols',
    older_sizes: 'requested, else usable',
  },
  warnings: [
    { code: 'LARGE_ARGUMENTS', subject: 'args', message: 'm', hint: 'h', bytes: 3, objects: ['/a.so'] },
  ],
  by_shared_object: [{ object: '/a.so', source: 'program', allocations: 1, total_bytes: 2 }],
  child_processes: 0,
  near_live: { slack_bytes: 262_144, forced_gcs: 12 },
  unaligned: { rss_bytes: [5000, 4000], objects: [7] },
  object_kinds: [{ kind: 'Object', objects: 7, bytes: 280 }],
  object_sites: {
    interval_bytes: 1,
    total_bytes: 9,
    sites: [{ function: 'f', file: '/a.js', line: 3, bytes: 9 }],
  },
  private_mappings: [{ object: '/b.so', allocator: 'mimalloc', grown_bytes: 1, resident_bytes: 2 }],
};

describe('a result', () => {
  const result = new MemoryResult(samples, parts);

  it('has the lowest of every metric as its headline', () => {
    expect([result.peakBytes, result.allocations, result.totalBytes]).toEqual([100, 150, 880]);
    expect([result.peakBytesMax, result.repeats]).toEqual([120, 3]);
    expect(result.native).toEqual({ peakBytes: 99, totalBytes: 780 });
    expect(result.js).toEqual({ peakBytes: 20, totalBytes: 100 });
    expect(result.engine).toEqual({ peakBytes: 5, totalBytes: 6, allocations: 7 });
  });

  it('has the first pass with the lowest peak as its representative', () => {
    expect(result.representative).toBe(samples[1]);
  });

  it('has no figure that was not measured', () => {
    const result = new MemoryResult(samples, { ...parts, unaligned: {} });
    expect([result.retainedBytes, result.rssBytes, result.mappedPeakBytes]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(result.series('rss_bytes')).toBeUndefined();
  });

  it('has no series that a pass lacks', () => {
    const [first, ...rest] = samples;
    const partial = new MemoryResult([{ ...first, retained_bytes: -4 }, ...rest], parts);
    expect(partial.series('retained_bytes')).toBeUndefined();
    const whole = new MemoryResult([{ ...first, retained_bytes: -4 }], parts);
    expect(whole.retainedBytes).toBe(-4);
  });

  it('holds at least one pass', () => {
    expect(() => new MemoryResult([], parts)).toThrow(RangeError);
  });

  it('says what is missing where a figure that must be there is not', () => {
    const lame = new MemoryResult([{ native_peak_bytes: 3 }], parts);
    expect(() => lame.peakBytes).toThrow(expect.objectContaining({ code: 'NOT_MEASURED' }));
    expect(lame.representative).toEqual({ native_peak_bytes: 3 });
  });
});

describe('plain data', () => {
  const result = new MemoryResult(samples, parts);
  const blob = result.toBlob();

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
    const back = MemoryResult.fromBlob(JSON.parse(JSON.stringify(new MemoryResult(samples, parts))));
    expect({ ...back }).toEqual({ ...result });
    expect(back.toBlob()).toEqual(blob);
  });

  it('loses nothing that the file holds, whether this version knows it or not', () => {
    const later = {
      ...blob,
      limits: { maxPeak: 5 },
      unaligned: { ...blob.unaligned, later_bytes: [1] },
      later: { a_b: [1] },
    };
    expect(MemoryResult.fromBlob(later).toBlob()).toEqual(later);
    expect(MemoryResult.fromBlob(later).privateMappings).toEqual([
      { object: '/b.so', allocator: 'mimalloc', grownBytes: 1, residentBytes: 2 },
    ]);
  });

  it('has in the API the names of the API, and names that are data unchanged', () => {
    expect(result.environment).toMatchObject({
      cpuCount: 2,
      nodeOptions: '--no-warnings',
      privateAllocators: { MIMALLOC_PURGE_DELAY: '0' },
    });
    expect(result.nearLive).toEqual({ slackBytes: 262_144, forcedCollections: 12 });
    expect(result.objectSites).toMatchObject({ intervalBytes: 1, totalBytes: 9 });
  });

  it('is nobody else’s: a change of it changes no result', () => {
    const mine = result.toBlob();
    mine.peak_bytes?.push(1);
    Object.assign(mine.environment ?? {}, { node: 'x' });
    expect(result.toBlob()).toEqual(blob);
  });

  it('of another writer has no environment, and says so when asked', () => {
    const foreign = { peak_bytes: [30, 10], allocations: [1, 2], total_bytes: [40, 40] };
    const result = MemoryResult.fromBlob(foreign);
    expect([result.peakBytes, result.peakBytesMax, result.allocations]).toEqual([10, 30, 1]);
    expect(() => result.environment).toThrow(expect.objectContaining({ code: 'NOT_MEASURED' }));
    expect(result.toBlob()).toEqual({ ...foreign, warnings: [], by_shared_object: [] });
  });

  it.each([
    ['is not an object', 3, /not an object/],
    ['is a list', [], /not an object/],
    ['has no series', { environment: blob.environment }, /no series/],
    ['has an empty series', { ...blob, peak_bytes: [] }, /peak_bytes/],
    ['has a text in a series', { ...blob, allocations: [1, 'x', 3] }, /allocations/],
    [
      'has series of two lengths',
      { ...blob, allocations: [1] },
      /allocations and peak_bytes differ in length/,
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
    ['has a count that is not a number', { ...blob, child_processes: Number.NaN }, /child_processes/],
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
    const { environment, ...rest } = new MemoryResult(samples, parts).toBlob();
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
  const facts = { ...noFacts, child_processes: 0 };
  const clean = { description, passes: 3, facts, argumentBytes: 1024 * 1024 };

  it.each([
    ['nothing where nothing is odd', {}, []],
    ['arguments over 1 MiB', { argumentBytes: 1024 * 1024 + 1 }, ['LARGE_ARGUMENTS']],
    ['programs that were started', { facts: { ...facts, child_processes: 1 } }, ['CHILD_PROCESSES']],
    ['a heap that does not rest', { facts: { ...facts, undrained: 1 } }, ['NOT_DRAINED']],
    ['passes that were void', { facts: { ...facts, void_passes: 1 } }, ['VOID_PASS']],
    ["an addon's isolates that stand", { facts: { ...facts, embedded_standing: 1 } }, ['UNDRAINED_ISOLATE']],
    ['workers that did not answer', { facts: { ...facts, unread_isolates: 2 } }, ['WORKERS_UNREAD']],
    ['a strange end', { strangeEnds: ['peak child ended by SIGSEGV'] }, ['CHILD_END']],
    [
      'no symbols',
      { description: { ...description, engineSplit: 'approximate' } },
      ['ENGINE_SPLIT_APPROXIMATE'],
    ],
    ['no JavaScript heap', { description: { ...description, jsHeapUnsupported: 'why' } }, ['NO_JS_HEAP']],
  ] as const)('name %s', (_what, found, codes) => {
    const warnings = warningsFor({ ...clean, ...found });
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    for (const { message, hint } of warnings) expect([message, hint]).not.toContain('');
  });
});
