// How large allocations were: the bins of a profile, and the bars that a report has of them.
import { describe, expect, it } from 'vitest';
import { figureNames } from '../../src/profile/model.js';
import { bars } from '../../src/test-report/bars.js';
import { sizesIn } from '../../src/testing/sizes.js';

/** A stack per entry: how many allocations, of how many bytes each. */
function reading(stacks: readonly (readonly [count: number, size: number])[]): { figures: Float64Array } {
  const figures = stacks.flatMap(([count, size]) =>
    figureNames.map((name) => (name === 'allocations' ? count : name === 'bytes' ? count * size : 0)),
  );
  return { figures: Float64Array.from(figures) };
}

const barsOf = (stacks: readonly (readonly [count: number, size: number])[]) =>
  bars(sizesIn(reading(stacks)).map(({ count }) => count));
const one = (sizes: readonly number[]) => sizes.map((size): [number, number] => [1, size]);

describe('sizes', () => {
  const known: readonly (readonly [readonly (readonly [number, number])[], string])[] = [
    [[], ''],
    [one([24, 48, 100, 256, 512, 1024, 65536, 1048576]), '██ ▂▂'],
    [one([1, 1, 1, 1, 1_000_000]), '█   ▂'],
    [one(Array.from({ length: 199 }, (_, at) => at + 1)), '   ▂█'],
    [[[1, 0]], '█'],
    [
      [
        [3, 0],
        [1, 1],
      ],
      '█',
    ],
    [
      [
        [1000, 8],
        [1, 1 << 20],
      ],
      '█    ',
    ],
  ];
  it.each(known)('%j are bars', (stacks, expected) => {
    expect(barsOf(stacks)).toBe(expected);
  });

  it('of one size are in one bin, whatever it is', () => {
    for (const size of [2, 5, 16, 1_000_000]) {
      const counts = sizesIn(reading([[9, size]])).map(({ count }) => count);
      expect([counts.length, counts.filter((count) => count === 9).length]).toEqual([5, 1]);
    }
  });

  it('count every allocation', () => {
    const bins = sizesIn(
      reading([
        [7, 16],
        [5, 4096],
        [2, 3],
        [0, 0],
      ]),
    );
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(14);
  });
});
