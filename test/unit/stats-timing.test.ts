// Statistics of timed rounds: against a second, plainer implementation of the same definitions, and by hand.
import { describe, expect, it } from 'vitest';
import { timingStats } from '../../src/stats/timing-stats.js';

/** Median of the lower or upper half; of an odd number, the mean of the answers with and without the middle value. */
function quartile(sorted: readonly number[], upper: boolean): number {
  const middle = sorted.length / 2;
  const half = (size: number) => plainMedian(upper ? sorted.slice(-size) : sorted.slice(0, size));
  if (sorted.length === 1) return sorted[0] as number;
  return (half(Math.floor(middle)) + half(Math.ceil(middle))) / 2;
}

function plainMedian(sorted: readonly number[]): number {
  const pair = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return pair.reduce((sum, index) => sum + (sorted[index] as number), 0) / 2;
}

function plainStats(data: readonly number[]) {
  const sorted = [...data].sort((a, b) => a - b);
  const total = data.reduce((sum, value) => sum + value, 0);
  const mean = total / data.length;
  const squares = data.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [q1, q3] = [quartile(sorted, false), quartile(sorted, true)];
  const fence = 1.5 * (q3 - q1);
  const beyond = (low: number, high: number) => data.filter((value) => value < low || value > high).length;
  const stddev = data.length === 1 ? 0 : Math.sqrt(squares / (data.length - 1));
  const above = sorted.filter((value) => value > q3 + fence);
  return {
    min: sorted[0] as number,
    max: sorted.at(-1) as number,
    mean,
    stddev,
    median: plainMedian(sorted),
    q1,
    q3,
    iqr: q3 - q1,
    ld15iqr: sorted.filter((value) => value >= q1 - fence)[0] as number,
    hd15iqr: above[0] ?? (sorted.at(-1) as number),
    stddev_outliers: beyond(mean - stddev, mean + stddev),
    iqr_outliers: beyond(q1 - fence, q3 + fence),
    ops: data.length / total,
    total,
  };
}

/** Numbers that look random and are the same in every run. */
function scattered(length: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    const value = 1 + (state % 1000) / 1000;
    return state % 17 === 0 ? value * 9 : value;
  });
}

describe('statistics of rounds', () => {
  it.each(Array.from({ length: 24 }, (_, index) => index + 1))('of %i, as defined', (length) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const data = scattered(length, seed * 7919);
      const got = timingStats(data, 3);
      for (const [name, value] of Object.entries(plainStats(data))) {
        expect(got[name as keyof typeof got], name).toBeCloseTo(value, 9);
      }
      expect(got).toMatchObject({
        rounds: length,
        iterations: 3,
        data,
        outliers: `${got.stddev_outliers};${got.iqr_outliers}`,
      });
    }
  });

  // Worked by hand. Quartiles of five: 0.25 * 1 + 0.75 * 2 and 0.75 * 4 + 0.25 * 100; fences -39.75 and 70.25.
  it.each([
    { data: [4, 1, 100, 3, 2], q1: 1.75, q3: 28, iqr_outliers: 1, ld15iqr: 1, hd15iqr: 100, outliers: '1;1' },
    // Seven: 0.75 * 2 + 0.25 * 3 and 0.25 * 5 + 0.75 * 6.
    {
      data: [1, 2, 3, 4, 5, 6, 7],
      q1: 2.25,
      q3: 5.75,
      iqr_outliers: 0,
      ld15iqr: 1,
      hd15iqr: 7,
      outliers: '2;0',
    },
    // Six: the medians of the halves.
    { data: [1, 2, 3, 4, 5, 6], q1: 2, q3: 5, iqr_outliers: 0, ld15iqr: 1, hd15iqr: 6, outliers: '2;0' },
    // An outlier above: the lowest value beyond the fence at 4.25.
    { data: [2, 2, 2, 3, 3, 9], q1: 2, q3: 3, iqr_outliers: 1, ld15iqr: 2, hd15iqr: 9, outliers: '1;1' },
  ])('of $data', ({ data, ...expected }) => {
    expect(timingStats(data, 1)).toMatchObject(expected);
  });

  it('of one round has no spread', () => {
    expect(timingStats([0.5], 8)).toEqual({
      ...{ min: 0.5, max: 0.5, mean: 0.5, median: 0.5, q1: 0.5, q3: 0.5, ld15iqr: 0.5, hd15iqr: 0.5 },
      ...{ stddev: 0, iqr: 0, iqr_outliers: 0, stddev_outliers: 0, outliers: '0;0' },
      ...{ rounds: 1, iterations: 8, ops: 2, total: 0.5, data: [0.5] },
    });
  });

  it('of rounds that took no time has no ops, and nothing that is not finite', () => {
    const stats = timingStats([0, 0, 0], 1);
    expect(stats.ops).toBe(0);
    expect(
      Object.values(stats).filter((value) => typeof value === 'number' && !Number.isFinite(value)),
    ).toEqual([]);
  });

  it('does not sort the caller’s data', () => {
    const data = [3, 1, 2];
    expect(timingStats(data, 1).data).toEqual([3, 1, 2]);
    expect(data).toEqual([3, 1, 2]);
  });

  it.each([[[]], [[1, Number.NaN]], [[Number.POSITIVE_INFINITY]]])('refuses %j', (data) => {
    expect(() => timingStats(data, 1)).toThrow(RangeError);
  });
});
