// The reader: what it accepts, and the one error that each broken file gets.

import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { isPlainBenchmark } from '../../src/runfile/plain-benchmark.js';
import { parseRunFile, readRunFile } from '../../src/runfile/read.js';
import { benchmarkSchema } from '../../src/runfile/schema.js';

const series = { peak_bytes: [10, 12], allocations: [1, 1], total_bytes: [20, 20] };
const stats = { min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5, rounds: 2 };

function benchmark(blob: unknown = series, rest: object = {}) {
  return { name: 'b', fullname: 'm.js::b', extra_info: { benchmem: blob }, ...rest };
}

function run(benchmarks: unknown, rest: object = {}): string {
  return JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks, ...rest });
}

function errorOf(text: string): BenchmemError {
  try {
    parseRunFile(text, 'run.json');
  } catch (error) {
    if (error instanceof BenchmemError) return error;
    throw error;
  }
  throw new Error(`was accepted: ${text}`);
}

describe('a run file', () => {
  it('is read with everything in it, known or not', () => {
    const blob = { ...series, environment: { mode: 'preloaded', strange: [1] }, custom: 'kept' };
    const read = parseRunFile(
      run([benchmark(blob, { params: { n: 1 }, mine: true })], { mine: 1 }),
      'run.json',
    );
    expect(read.benchmarks).toEqual([benchmark(blob, { params: { n: 1 }, mine: true })]);
    expect(read).toMatchObject({ mine: 1, machine_info: {} });
  });

  it('may come from elsewhere: timed only, nulls, no memory', () => {
    const timed = {
      group: null,
      name: 't',
      fullname: 'm.py::t',
      params: null,
      param: null,
      extra_info: {},
      stats,
    };
    expect(parseRunFile(run([timed]), 'run.json').benchmarks).toEqual([timed]);
  });

  it('may hold bare NaN and Infinity, as Python writes them, but not in strings', () => {
    const text = run([benchmark(series, { note: 'say "NaN, Infinity" \\', stats })])
      .replace('"mean":1.5', '"mean":NaN')
      .replace('"max":2', '"max":-Infinity')
      .replace('"min":1', '"min": Infinity');
    const [read] = parseRunFile(text, 'run.json').benchmarks;
    expect(read?.stats).toMatchObject({
      mean: Number.NaN,
      max: Number.NEGATIVE_INFINITY,
      min: Number.POSITIVE_INFINITY,
    });
    expect(read?.note).toBe('say "NaN, Infinity" \\');
  });

  it('keeps keys that are names elsewhere', () => {
    const text = run([benchmark()]).replace('"name":"b"', '"name":"b","__proto__":{"polluted":true}');
    parseRunFile(text, 'run.json');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a broken file', () => {
  it.each<[string, string, RegExp]>([
    ['is no JSON', '{"benchmarks": [', /^run\.json: is not JSON: /],
    ['is empty', '', /^run\.json: is not JSON: /],
    ['has a byte order mark', `\uFEFF${run([])}`, /^run\.json: begins with a byte order mark$/],
    ['is a list', '[]', /^run\.json: benchmarks is missing$/],
    ['is null', 'null', /^run\.json: must be an object/],
    ['has no benchmarks', '{}', /^run\.json: benchmarks is missing$/],
    ['has benchmarks of another shape', run({}), /^run\.json: benchmarks must be a list$/],
    ['holds a benchmark that is a number', run([7]), /^run\.json: benchmarks\[0\]: must be an object$/],
    ['lacks a fullname', run([{ name: 'b', stats }]), /^run\.json: benchmarks\[0\]: fullname is missing$/],
    [
      'lacks any figure',
      run([{ name: 'b', fullname: 'x' }]),
      /benchmark "x": has neither stats nor extra_info\.benchmem/,
    ],
    ['has an empty series', run([benchmark({ ...series, peak_bytes: [] })]), /peak_bytes is empty/],
    [
      'has a ragged series',
      run([benchmark({ ...series, js_peak_bytes: [1] })]),
      /js_peak_bytes and peak_bytes differ in length/,
    ],
    [
      'lacks a series that every reader needs',
      run([benchmark({ peak_bytes: [1], total_bytes: [1] })]),
      /benchmem\.allocations is missing/,
    ],
    [
      'has text in a series',
      run([benchmark({ ...series, allocations: [1, 'x'] })]),
      /allocations\.1 must be a number/,
    ],
    [
      'has null in a series',
      run([benchmark({ ...series, allocations: [1, null] })]),
      /allocations\.1 must be a number/,
    ],
    ['has NaN in a series', run([benchmark()]).replace('[10,12]', '[10,NaN]'), /peak_bytes\.0?1? must be/],
    [
      'has Infinity in a series',
      run([benchmark()]).replace('[10,12]', '[10,Infinity]'),
      /peak_bytes\.1 must be finite/,
    ],
    [
      'has a series that is a number',
      run([benchmark({ ...series, rss_bytes: 5 })]),
      /rss_bytes must be a list of numbers/,
    ],
    ['names a benchmark twice', run([benchmark(), benchmark()]), /benchmark "m\.js::b" stands there twice/],
    [
      'is of a later schema',
      run([], { benchmem: { schema: 2, complete: true } }),
      /benchmem\.schema must be 1/,
    ],
    [
      'has a negative resolution',
      run([benchmark({ ...series, resolution: { retained_bytes: -1 } })]),
      /resolution\.retained_bytes must not be negative/,
    ],
    [
      'has a resolution that no gate could pass',
      run([benchmark({ ...series, resolution: { retained_bytes: 1e300 } })]),
      /resolution\.retained_bytes must be at most 1048576/,
    ],
    [
      'has an infinite resolution',
      run([benchmark({ ...series, resolution: { peak_bytes: 1 } })]).replace(
        '"peak_bytes":1}',
        '"peak_bytes":Infinity}',
      ),
      /resolution\.peak_bytes must be finite/,
    ],
    [
      'has a resolution in words',
      run([benchmark({ ...series, resolution: { retained_bytes: '1 KiB' } })]),
      /resolution\.retained_bytes must be a number/,
    ],
    ['has a resolution that is a number', run([benchmark({ ...series, resolution: 1024 })]), /resolution/],
    [
      'does not say whether it is complete',
      run([], { benchmem: { schema: 1 } }),
      /benchmem\.complete is missing/,
    ],
  ])('that %s is one clear error', (_what, text, message) => {
    const error = errorOf(text);
    expect(error.code).toBe('BAD_RUN_FILE');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^run\.json: /);
    expect(error.hint).not.toBe('');
  });

  it('names the benchmark where it has a name', () => {
    expect(errorOf(run([benchmark({ ...series, total_bytes: [1] })])).message).toBe(
      'run.json: benchmark "m.js::b": extra_info.benchmem total_bytes and peak_bytes differ in length: one entry per pass',
    );
  });

  it('is told from one that is not there', async () => {
    await expect(readRunFile('/nowhere/run.json')).rejects.toMatchObject({
      code: 'BAD_RUN_FILE',
      message: expect.stringContaining('cannot read /nowhere/run.json: ENOENT'),
    });
  });
});

describe('the quick check', () => {
  const environment = {
    mode: 'preloaded',
    allocator: { name: 'jemalloc' },
    node: '20.1.0',
    flags: { peak: ['--a'] },
  };
  const whole = {
    group: null,
    name: 'b',
    fullname: 'm.js::b',
    params: { n: 1 },
    param: '1',
    options: {},
    stats: { ...stats, data: [1, 2] },
    extra_info: {
      benchmem: {
        ...series,
        environment,
        warnings: [],
        near_live: { slack_bytes: 1, forced_gcs: 0 },
        resolution: { retained_bytes: 1024, peak_bytes: 0 },
        by_shared_object: [{ object: '', source: 'program', allocations: 1, total_bytes: 2 }],
        child_processes: 0,
        object_kinds: [{ kind: 'array', objects: 1, bytes: 16 }],
        object_sites: {
          interval_bytes: 1,
          total_bytes: 16,
          sites: [{ function: 'f', file: 'm.js', line: 1, bytes: 16 }],
        },
        unaligned: { objects: [1] },
      },
    },
  };
  const wrong = [
    undefined,
    null,
    7,
    -1,
    2 ** 20 + 1,
    'x',
    true,
    [],
    [1],
    ['x'],
    {},
    { a: 1 },
    { a: 'x' },
    [{}],
    Number.NaN,
  ];

  /** Every benchmark that differs from `value` in one place. */
  function* variants(value: unknown): Generator<unknown> {
    yield* wrong;
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      for (const inner of variants((value as Record<string, unknown>)[key])) {
        yield Array.isArray(value)
          ? value.map((item, index) => (String(index) === key ? inner : item))
          : { ...value, [key]: inner };
      }
    }
  }

  it('never accepts what the schema refuses, and accepts what most files hold', () => {
    expect(isPlainBenchmark(whole)).toBe(true);
    let refused = 0;
    for (const variant of variants(whole)) {
      const accepted = v.safeParse(benchmarkSchema, variant).success;
      if (!accepted) refused += 1;
      if (isPlainBenchmark(variant)) expect([accepted, variant]).toEqual([true, variant]);
    }
    expect(refused).toBeGreaterThan(200);
  });

  it('leaves out series that another writer gives as null', () => {
    const read = parseRunFile(run([benchmark({ ...series, rss_bytes: null })]), 'run.json');
    expect(read.benchmarks[0]?.extra_info.benchmem).toEqual(series);
  });
});
