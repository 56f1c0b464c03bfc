// The headline of `retained` over passes, against series worked out by hand.
import { describe, expect, it } from 'vitest';
import { retainedHeadline, trend } from '../../src/stats/retained.js';

const mebibyte = 1024 * 1024;
const yielding = { resolution: 32 * 1024 };
const bytesOf = (series: readonly number[], rule = yielding) => retainedHeadline(series, rule).bytes;

describe('what stays', () => {
  it('is x where every pass kept x', () => {
    for (const x of [0, 1, 69_500, -5, 2 ** 40]) expect(bytesOf(new Array(8).fill(x))).toBe(x);
  });
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('is nothing where pass %i alone kept a mebibyte', (place) => {
    const series = new Array(8).fill(0);
    series[place] = mebibyte;
    expect(retainedHeadline(series, yielding)).toEqual({ bytes: 0, certain: true, once: mebibyte });
    series[place] = -mebibyte;
    expect(retainedHeadline(series, yielding)).toEqual({ bytes: 0, certain: true, once: -mebibyte });
  });
  it('is the trend of the level, not the lowest or the middle pass', () => {
    const series = [1_300_200, 642_296, 1_953_568, 637_760, 640_128, 3_261_872];
    expect(retainedHeadline(series, yielding)).toEqual({ bytes: 1_295_664, certain: true });
  });
  it('is the median of passes that differ by no more than the resolution', () => {
    expect(retainedHeadline([0, 32_768, 100], yielding)).toEqual({ bytes: 100, certain: true });
    expect(retainedHeadline([0, 32_769, 100], yielding)).toEqual({ bytes: 100, certain: false });
    expect(retainedHeadline([0, 1024, 100], { resolution: 1024 })).toEqual({ bytes: 100, certain: true });
    expect(retainedHeadline([0, 1025, 100], { resolution: 1024 }).certain).toBe(false);
  });
  it('is the median, and uncertain, of fewer than five passes that differ', () => {
    expect(retainedHeadline([81_248, 117_240, 19_264, 50_000], yielding)).toEqual({
      bytes: 65_624,
      certain: false,
    });
    expect(retainedHeadline([mebibyte, 0, 0, 0, 0], yielding)).toEqual({
      bytes: 0,
      certain: true,
      once: mebibyte,
    });
  });
  it('is the median, and uncertain, of passes in processes of their own, however many', () => {
    const series = [mebibyte, 0, 0, 0, 0, 0, 0, 0];
    expect(retainedHeadline(series, { ...yielding, separate: true })).toEqual({ bytes: 0, certain: false });
  });
  it('leaves a pass out only where it holds more than four fifths', () => {
    expect(retainedHeadline([800_000, 50_000, 50_000, 50_000, 50_000], yielding).once).toBeUndefined();
    expect(retainedHeadline([800_001, 50_000, 50_000, 50_000, 50_000], yielding).once).toBe(800_001);
  });
  it('is rounded half to even, below zero too', () => {
    expect(
      [
        [1, 2],
        [2, 3],
        [-1, -2],
        [-2, -3],
        [0, 1],
        [-1, 0],
      ].map((series) => bytesOf(series)),
    ).toEqual([2, 2, -2, -2, 0, 0]);
  });
  it('refuses an empty series and what is not finite', () => {
    expect(() => bytesOf([])).toThrow(RangeError);
    expect(() => bytesOf([1, Number.NaN])).toThrow(RangeError);
  });
});

describe('the trend', () => {
  it.each([
    // Slopes 1, 1.5, 2.
    [[1, 2], 2],
    // Slopes 2, 2.5, 3.
    [[2, 3], 2],
    [[-1, -2], -2],
    [[-2, -3], -2],
    // Slopes 0, 0, 1 / 0, 0.5 / 0.333...: sorted 0, 0, 1/3, 1/2, 1, 1 -> the mean of 1/3 and 1/2.
    [[0, 0, 1], 0],
    [[9, 9, 9, 9, 9], 9],
  ])('of %j is %d', (series, expected) => {
    expect(trend(series)).toBe(expected);
  });
  it('is exact where doubles are not', () => {
    const large = 2 ** 50;
    expect(trend([large + 1, large + 2])).toBe(large + 2);
    expect(trend([large + 2, large + 3])).toBe(large + 2);
  });
});
