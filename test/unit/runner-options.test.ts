// What a benchmark's own options come to: over the flags of the run, and its ceilings in bytes and counts.
import { describe, expect, it } from 'vitest';
import type { MemoryBlob } from '../../src/runfile/schema.js';
import {
  type CeilingOptions,
  ceilingOf,
  checkBenchOptions,
  type PlainBenchOptions,
} from '../../src/runner/bench-options.js';
import { breachesOf, limitsOf } from '../../src/runner/ceilings.js';
import {
  defaultTiming,
  type MemorySettings,
  memorySettingsOf,
  timingRuleOf,
} from '../../src/runner/settings.js';

describe('the memory settings of a benchmark', () => {
  it.each<[string, PlainBenchOptions, MemorySettings, MemorySettings]>([
    ['are those of the run', {}, { repeats: 3, rss: true }, { repeats: 3, rss: true }],
    ['win over the run', { repeats: 1, warmup: 0 }, { repeats: 3, warmup: 2 }, { repeats: 1, warmup: 0 }],
    [
      'switch off too',
      { rss: false, objects: false },
      { rss: true, objects: true },
      { rss: false, objects: false },
    ],
    ['take rss where a ceiling needs it', { maxRss: '1MiB' }, {}, { rss: true }],
    ['leave rss out where both are said', { maxRss: 1, rss: false }, {}, { rss: false }],
    [
      'leave out what an attached child cannot take',
      { attached: true, calls: 2 },
      { rss: true, rssPasses: 2, objects: true, allocator: 'system', repeats: 2 },
      { attached: true, calls: 2, repeats: 2 },
    ],
    [
      'are preloaded where the benchmark says so',
      { attached: false },
      { attached: true, repeats: 2 },
      { attached: false, repeats: 2 },
    ],
  ])('%s', (_what, own, run, expected) => {
    expect(memorySettingsOf(own, run)).toEqual(expected);
  });

  it('are refused where a ceiling of rss stands beside attached, because such children measure none', () => {
    const error = { code: 'INVALID_OPTION', message: 'maxRss needs other children than attached starts' };
    expect(() => memorySettingsOf({ maxRss: 1 }, { attached: true })).toThrow(expect.objectContaining(error));
    expect(() => checkBenchOptions('b', { maxRss: 1, attached: true })).toThrow(
      expect.objectContaining({ ...error, message: `bench "b": ${error.message}` }),
    );
    expect(memorySettingsOf({ maxRss: 1, attached: false }, { attached: true })).toMatchObject({ rss: true });
    expect(() => checkBenchOptions('b', { maxRss: 1, attached: false })).not.toThrow();
  });
});

describe('the timing rule of a benchmark', () => {
  it('is that of the run, with its own over it', () => {
    expect(timingRuleOf({}, defaultTiming)).toEqual(defaultTiming);
    expect(
      timingRuleOf({ rounds: 2, iterations: 3, warmupRounds: 0, minRounds: 1, repeats: 9 }, defaultTiming),
    ).toEqual({ ...defaultTiming, rounds: 2, iterations: 3, warmupRounds: 0, minRounds: 1 });
  });
});

describe('a ceiling', () => {
  it.each<[unknown, number | undefined]>([
    [0, 0],
    [1500, 1500],
    ['1500', 1500],
    ['1.5KiB', 1536],
    ['2 kB', undefined],
    ['.5KiB', 512],
    ['5.KiB', 5120],
    ['2KB', 2000],
    ['100MiB', 104_857_600],
    ['1GB', 1e9],
    ['1TiB', 2 ** 40],
    [' 7 B ', 7],
    ['', undefined],
    ['-1', undefined],
    [-1, undefined],
    ['1e3', undefined],
    ['5%', undefined],
    ['5%+1KiB', undefined],
    ['1KiB+1KiB', undefined],
    ['1ms', undefined],
    ['1Mi', undefined],
    ['toString', undefined],
    ['1constructor', undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [null, undefined],
    [true, undefined],
  ])('of %j means %j bytes', (value, bytes) => {
    const read = () => ceilingOf('maxPeak', value);
    if (bytes === undefined) expect(read).toThrow(/^maxPeak: /);
    else expect(read()).toBe(bytes);
  });

  it.each<[unknown, number | undefined]>([
    [10, 10],
    ['10', 10],
    ['10KiB', undefined],
    ['1.5', 1.5],
    ['10%', undefined],
    [-1, undefined],
  ])('of %j means a count of %j', (value, count) => {
    const read = () => ceilingOf('maxAllocations', value);
    if (count === undefined) expect(read).toThrow(/^maxAllocations: /);
    else expect(read()).toBe(count);
  });

  const blob = {
    peak_bytes: [100, 300, 200],
    total_bytes: [10, 10, 10],
    allocations: [3, 3, 4],
    retained_bytes: [5, 900, 7],
  } as unknown as MemoryBlob;

  it.each<[string, CeilingOptions, object[]]>([
    [
      'reads the worst pass',
      { maxPeak: 299 },
      [{ name: 'maxPeak', field: 'peak_bytes', limit: 299, worst: 300 }],
    ],
    ['is about what stays, where it is of that', { maxRetained: 7 }, []],
    ['holds when it is reached', { maxPeak: 300, maxAllocations: 4 }, []],
    [
      'is broken by what was not measured',
      { maxRss: '1GiB' },
      [{ name: 'maxRss', field: 'rss_bytes', limit: 2 ** 30, worst: undefined }],
    ],
    [
      'counts allocations',
      { maxAllocations: '3' },
      [{ name: 'maxAllocations', field: 'allocations', limit: 3, worst: 4 }],
    ],
  ])('%s', (_what, options, expected) => {
    expect(breachesOf(options, blob)).toEqual(expected);
  });

  it('is kept in bytes', () => {
    expect(limitsOf({ maxPeak: '1KiB', maxAllocated: '2KB', maxAllocations: 5, maxRetained: 0 })).toEqual({
      ...{ peak_bytes: 1024, total_bytes: 2000, allocations: 5, retained_bytes: 0 },
    });
  });
});

describe('a wrong option', () => {
  it.each<[unknown, RegExp]>([
    [{ repaets: 2 }, /there is no option repaets/],
    [{ repeats: 0 }, /repeats is 0/],
    [{ repeats: '3' }, /repeats is "3"/],
    [{ warmup: 0.5 }, /warmup is 0\.5/],
    [{ maxPeak: '5%' }, /maxPeak is "5%": a ceiling is absolute/],
    [{ maxPeak: '5mib' }, /maxPeak is "5mib": mib is not a unit of peak/],
    [{ maxPeak: -1 }, /maxPeak is -1: it is not a non-negative number/],
    [{ maxAllocations: '1KiB' }, /maxAllocations is "1KiB": allocations is a count/],
    [{ failOn: ['peak:5%', 'paek:5%'] }, /the limit "paek:5%": there is no metric paek/],
    [{ failOn: ['peak:ten'] }, /the limit "peak:ten": ten is not a non-negative decimal/],
    [{ failOn: [5] }, /failOn is \[5\]/],
    [{ failOn: 'peak:5%' }, /failOn is "peak:5%"/],
    [{ timeoutMs: 2 ** 31 }, /timeoutMs is/],
    [{ params: { n: [] } }, /param "n" has no value/],
    [{ params: { n: [{}] } }, /value 1 of param "n" is an object without a label/],
    [{ extraInfo: { benchmem: 1 } }, /extraInfo is/],
    [{ setup: 'x' }, /setup is "x"/],
    [{ constructor: 1 }, /there is no option constructor/],
    [null, /its options are no object/],
  ])('%j is refused, and the benchmark named', (options, message) => {
    expect(() => checkBenchOptions('sort "it"', options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(() => checkBenchOptions('sort "it"', options)).toThrow('bench "sort \\"it\\""');
  });

  it('is followed by the right one', () => {
    expect(() => checkBenchOptions('a', { maxpeak: 1 })).toThrow(
      expect.objectContaining({ hint: 'did you mean maxPeak?' }),
    );
  });
});
