// Figures derived from stored series: headlines, parts that add up, spreads, shares.
import { describe, expect, it } from 'vitest';
import {
  formatShare,
  formatSpread,
  fragmentation,
  headline,
  objectShares,
  partAt,
  passesOf,
  seriesOf,
  spreadOf,
} from '../../src/cli/text/figures.js';
import type { MemoryFigures } from '../../src/runfile/schema.js';
import { holdsAllGarbage } from '../../src/runfile/table.js';

const figures: MemoryFigures = {
  peak_bytes: [120, 100, 110],
  native_at_peak_bytes: [20, 70, 10],
  js_at_peak_bytes: [100, 30, 100],
  allocations: [7, 8, 6],
  total_bytes: [1000, 1000, 1000],
  unaligned: { objects: [5] },
};

describe('a headline', () => {
  it('is the minimum over the passes', () => {
    expect([headline(figures, 'peak_bytes'), headline(figures, 'allocations')]).toEqual([100, 6]);
  });
  it('is absent where nothing was measured', () => {
    expect(headline(figures, 'rss_bytes')).toBeUndefined();
    expect(partAt(figures, 'peak_bytes', 'mapped_other_at_peak_bytes')).toBeUndefined();
    expect(partAt({}, 'peak_bytes', 'js_at_peak_bytes')).toBeUndefined();
    expect(spreadOf(figures, 'rss_bytes')).toBeUndefined();
  });
  it('may stand in a series of another length', () => {
    expect([headline(figures, 'objects'), seriesOf(figures, 'objects')]).toEqual([5, [5]]);
    expect(passesOf(figures)).toBe(3);
  });
  it('has parts of the same pass, which add up', () => {
    const parts = (['native_at_peak_bytes', 'js_at_peak_bytes'] as const).map((part) =>
      partAt(figures, 'peak_bytes', part),
    );
    expect(parts).toEqual([70, 30]);
  });
});

describe('a spread', () => {
  it.each([
    ['peak_bytes', [100, 100], '='],
    ['peak_bytes', [1000, 1013], '+1.3%'],
    ['peak_bytes', [1_000_000, 1_000_001], '<0.1%'],
    ['peak_bytes', [10, 250], '25×'],
    ['peak_bytes', [0, 2048], '+2 KiB'],
    ['allocations', [0, 3], '+3'],
    ['retained_bytes', [100, 200], '+100 B'],
    ['retained_bytes', [-100, 200], '+300 B'],
  ] as const)('of %s %j is %s', (field, series, text) => {
    const spread = spreadOf({ [field]: [...series] }, field);
    expect(spread && formatSpread(field, spread)).toBe(text);
  });
});

describe('shares of shared objects', () => {
  const entry = (object: string, total_bytes: number, source: 'program' | 'engine' = 'program') => ({
    object,
    source,
    allocations: 1,
    total_bytes,
  });
  const shares = (entries: ReturnType<typeof entry>[], top: number) =>
    objectShares({ by_shared_object: entries }, top).map(({ label, bytes, percent }) => [
      label,
      bytes,
      percent,
    ]);

  it('shows the largest, sums the rest, and keeps the engine apart', () => {
    const entries = [
      entry('/a/one.so', 10),
      entry('', 50),
      entry('/a/two.so', 30),
      entry('/a/three.so', 5),
      entry('/a/four.so', 5),
      entry('', 900, 'engine'),
    ];
    expect(shares(entries, 2)).toEqual([
      ['node', 50, 50],
      ['two.so', 30, 30],
      ['3 others', 20, 20],
      ['V8 itself', 900, undefined],
    ]);
  });
  it('never sums a single one', () => {
    expect(shares([entry('/a', 2), entry('/b', 1)], 1)).toHaveLength(2);
  });
  it('tells files of the same name apart', () => {
    expect(
      shares([entry('/x/a/lib.so', 2), entry('/x/b/lib.so', 1), entry('/x/other.so', 1)], 5).map(
        ([label]) => label,
      ),
    ).toEqual(['a/lib.so', 'b/lib.so', 'other.so']);
  });
  it('has no percentage of nothing', () => {
    expect(shares([entry('/a', 0)], 5)).toEqual([['a', 0, undefined]]);
    expect(shares([], 5)).toEqual([]);
  });
  it('never reads 0% for something', () => {
    expect([0, 0.2, 0.99, 1, 99.6].map(formatShare)).toEqual(['0%', '<1%', '<1%', '1%', '100%']);
  });
});

describe('what the allocator held', () => {
  it('is related to what was in use at that instant', () => {
    const mapped = { mapped_peak_bytes: [400, 300], requested_at_mapped_peak_bytes: [100, 200] };
    expect(fragmentation(mapped)).toBe(1.5);
    expect(fragmentation({ mapped_peak_bytes: [300], requested_at_mapped_peak_bytes: [0] })).toBeUndefined();
    expect(fragmentation({ mapped_peak_bytes: [300] })).toBeUndefined();
  });
});

describe('garbage in the peak', () => {
  const near = (forced_gcs: number) => ({ near_live: { slack_bytes: 1, forced_gcs } });
  it('is all of it where none was forced out and some was made', () => {
    expect(holdsAllGarbage({ ...near(0), js_total_bytes: [5] })).toBe(true);
    expect(holdsAllGarbage({ ...near(2), js_total_bytes: [5] })).toBe(false);
    expect(holdsAllGarbage({ ...near(0), js_total_bytes: [0] })).toBe(false);
    expect(holdsAllGarbage({ ...near(0), js_total_bytes: [0, 5] })).toBe(true);
    expect(holdsAllGarbage({ ...near(0) })).toBe(false);
    expect(holdsAllGarbage({ js_total_bytes: [5] })).toBeUndefined();
  });
});
