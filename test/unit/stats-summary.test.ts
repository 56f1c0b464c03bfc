// Statistics against cases worked by hand.
import { describe, expect, it } from 'vitest';
import {
  indexOfFirstMinimum,
  maximum,
  mean,
  median,
  minimum,
  spreadPercent,
  summarize,
} from '../../src/stats/summary.js';

describe('summarize', () => {
  it.each([
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared distances 9+1+1+1+0+0+4+16 = 32, 32 / 8 = 4
    { series: [9, 2, 4, 5, 4, 7, 4, 5], min: 2, max: 9, mean: 5, median: 4.5, stddev: 2 },
    { series: [7], min: 7, max: 7, mean: 7, median: 7, stddev: 0 },
    { series: [1, 2], min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5 },
    { series: [3, 1, 2], min: 1, max: 3, mean: 2, median: 2, stddev: Math.sqrt(2 / 3) },
    { series: [-4, 4], min: -4, max: 4, mean: 0, median: 0, stddev: 4 },
    { series: [100, 110, 90, 95, 96], min: 90, max: 110, mean: 98.2, median: 96, stddev: Math.sqrt(44.96) },
  ])('of $series', ({ series, ...expected }) => {
    const got = summarize(series);
    expect(got.stddev).toBeCloseTo(expected.stddev, 12);
    expect({ ...got, stddev: 0 }).toEqual({ ...expected, stddev: 0 });
  });

  it('rounds the deviation of halves and quarters once, like that of whole numbers', () => {
    expect(summarize([1023.5, 512.25, 7]).stddev).toBe(414.9867969787312);
    expect(summarize([1347115, 3972586, 2610532.5]).stddev).toBe(1072096.1548920828);
  });

  it('keeps small parts beside large ones', () => {
    expect(mean([1e16, 1, 1, -1e16])).toBe(0.5);
  });

  it('does not change its argument', () => {
    const series = [3, 1, 2];
    median(series);
    expect(series).toEqual([3, 1, 2]);
  });

  it('serves a series longer than an argument list may be', () => {
    const series = Array.from({ length: 300_000 }, (_, index) => index);
    expect([minimum(series), maximum(series)]).toEqual([0, 299_999]);
  });

  it.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses %j', (series) => {
    for (const statistic of [summarize, minimum, maximum, mean, median, indexOfFirstMinimum, spreadPercent]) {
      expect(() => statistic(series)).toThrow(RangeError);
    }
  });
});

describe('indexOfFirstMinimum', () => {
  it('takes the first of equals', () => {
    expect(indexOfFirstMinimum([100, 90, 95, 90])).toBe(1);
  });
});

describe('spreadPercent', () => {
  it('relates the largest to the smallest', () => {
    expect(spreadPercent([110, 100, 105])).toBe(10);
    expect(spreadPercent([5, 5])).toBe(0);
    expect(spreadPercent([0, 0])).toBe(0);
  });

  it('has no percentage of nothing or of a negative value', () => {
    expect(spreadPercent([0, 1])).toBeUndefined();
    expect(spreadPercent([-2, 1])).toBeUndefined();
  });
});
