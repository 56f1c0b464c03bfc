// One table of fields: what writes and what reads a run file go by it, and a metric is added in few places.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { flawInFile, flawInOwn, type partGuards } from '../../src/engine/result/fields.js';
import { sampleFields } from '../../src/engine/result/sample.js';
import { isPlainBenchmark } from '../../src/runfile/plain-benchmark.js';
import { benchmarkSchema } from '../../src/runfile/schema.js';
import { metricNamed } from '../../src/stats/metrics.js';

const source = fileURLToPath(new URL('../../src', import.meta.url));
const series = { peak_bytes: [1, 2], allocations: [1, 1], total_bytes: [3, 4] };

/** A value of the part's shape that is wrong somewhere inside, per part; most are right except for one name. */
const broken: Record<keyof typeof partGuards, unknown> = {
  environment: { node: 20 },
  warnings: [{ code: 'X' }],
  near_live: { slack_bytes: 1 },
  resolution: { retained_bytes: -1 },
  by_shared_object: [{ object: '/a.so', source: 'mine', allocations: 1, total_bytes: 2 }],
  child_processes: 'two',
  object_kinds: [{ kind: 'Object', objects: 1 }],
  object_sites: { interval_bytes: 1, total_bytes: 2, sites: [{ function: 'f' }] },
  retainers: { calls: 6, groups: [] },
  unaligned: { objects: [] },
  cold: 1,
  private_mappings: [{ object: '/a.so', grown_bytes: 1 }],
  profile: { file: 'a.pb.gz' },
};

const benchmark = (blob: unknown) => ({ name: 'b', fullname: 'f::b', extra_info: { benchmem: blob } });

describe('the table of fields', () => {
  it.each(Object.keys(broken))('judges a broken %s alike for every reader', (name) => {
    const blob = { ...series, [name]: broken[name as keyof typeof broken] };
    const flaw = flawInFile(blob);
    expect(flaw?.path[0]).toBe(name);
    expect(flawInOwn({ warnings: [], by_shared_object: [], ...blob })?.path[0]).toBe(name);
    expect(isPlainBenchmark(benchmark(blob))).toBe(false);
    const parsed = v.safeParse(benchmarkSchema, benchmark(blob));
    expect(parsed.issues?.map((issue) => v.getDotPath(issue))).toEqual([
      ['extra_info', 'benchmem', ...(flaw?.path ?? [])].join('.'),
    ]);
  });
  it.each(sampleFields)('knows the series %s in every reader, and its metric', (field) => {
    for (const bad of [[], [1, 'x'], new Array(2), 'x', [1, Number.NaN]]) {
      expect(flawInFile({ ...series, [field]: bad })?.path[0]).toBe(field);
    }
    expect(flawInFile({ ...series, [field]: [1] })?.message).toMatch(/differ in length/);
    expect(metricNamed(field)?.field).toBe(field);
  });
  it('asks more of our own results than of files from elsewhere', () => {
    const blob = { ...series, warnings: [{ code: 'X', message: 'm' }], environment: { node: '20.0.0' } };
    expect(flawInFile(blob)).toBeUndefined();
    expect(flawInOwn({ ...blob, by_shared_object: [] })).toEqual({
      path: ['environment', 'mode'],
      message: 'is missing',
    });
  });
});

// WHY: the commands are left out, because their tables show every metric, and give a few of them words or a row of their own.
describe('a metric without a story of its own', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('cli/'),
  );
  const filesWith = (word: RegExp) =>
    files.filter((file) => word.test(readFileSync(join(source, file), 'utf8')));

  it.each([
    ['requested_at_mapped_peak_bytes', 'requestedAtMappedPeakBytes'],
    ['private_mapped_peak_bytes', 'privateMappedPeakBytes'],
    ['engine_total_bytes', 'engineTotalBytes'],
  ])(
    '%s is named below the commands in the sample, the table of metrics and at most two files that read it',
    (field, camel) => {
      const named = filesWith(new RegExp(`\\b(${field}|${camel})\\b`));
      expect(named).toContain('engine/result/sample.ts');
      expect(named).toContain('stats/metrics.ts');
      expect(named.length, named.join(', ')).toBeLessThanOrEqual(4);
    },
  );
});
