// The trend of a series: kinds of programs under many seeds, and each rule with a series by hand and a counter-example.
import { describe, expect, it } from 'vitest';
import { type Point, type TrendKind, trendOf } from '../../src/exec/trend.js';
import { kinds, mebibyte, seriesOf } from './exec-support/generated-series.js';

const seeds = Array.from({ length: 400 }, (_, seed) => seed + 1);

/** How many of the seeds answer each kind. */
function answers(kind: string, noise: number, counts: readonly [number, number]): Map<string, number> {
  const found = new Map<string, number>();
  for (const seed of seeds) {
    const answer = trendOf(seriesOf(kind, seed, noise, counts))?.kind ?? 'none';
    found.set(answer, (found.get(answer) ?? 0) + 1);
  }
  return found;
}

const share = (found: Map<string, number>, ...wanted: readonly TrendKind[]) =>
  wanted.reduce((sum, kind) => sum + (found.get(kind) ?? 0), 0) / seeds.length;

const leaks = ['leak', 'leak behind a start', 'leak in many steps'];
const others = Object.keys(kinds).filter((kind) => !leaks.includes(kind));
// How much of the growth the levels swing by, and how many seeds may be answered wrongly: chance has to lose.
const settings = [
  { title: 'without noise', noise: 0, counts: [30, 120] as const, found: 0.99, wrong: 0.005 },
  { title: 'with few points', noise: 0, counts: [9, 20] as const, found: 0.98, wrong: 0.04 },
  { title: 'with little noise', noise: 0.05, counts: [20, 120] as const, found: 0.9, wrong: 0.01 },
  {
    title: 'that swing by half of their growth',
    noise: 0.5,
    counts: [40, 200] as const,
    found: 0.8,
    wrong: 0.2,
  },
];

describe.each(settings)('kinds of programs, $title', ({ noise, counts, found, wrong }) => {
  it.each(leaks)('%s is found', (kind) => {
    expect(share(answers(kind, noise, counts), 'growing')).toBeGreaterThanOrEqual(found);
  });

  it('what is released at the end is found', () => {
    expect(share(answers('release at the end', noise, counts), 'released')).toBeGreaterThanOrEqual(found);
  });

  it.each(others)('%s is not a leak', (kind) => {
    expect(share(answers(kind, noise, counts), 'growing')).toBeLessThanOrEqual(wrong);
  });
});

describe('levels that only swing', () => {
  it.each(['still', 'steady garbage', 'burst', 'steady load that ends', 'saw tooth'])('%s', (kind) => {
    expect(share(answers(kind, 0.5, [40, 200]), 'growing')).toBeLessThanOrEqual(0.005);
  });
});

describe('few points', () => {
  it('of a straight line are enough from four on', () => {
    for (const count of [4, 5, 6, 8]) {
      expect([count, share(answers('leak', 0, [count, count]), 'growing') > 0.99]).toEqual([count, true]);
    }
    expect(answers('leak', 0, [3, 3]).get('none')).toBe(seeds.length);
  });

  it('of garbage are no leak', () => {
    expect(share(answers('steady garbage', 0, [4, 8]), 'growing')).toBeLessThanOrEqual(0.01);
  });
});

const at = (levels: readonly number[]): Point[] =>
  levels.map((level, index) => ({ ms: index * 1000, bytes: level * mebibyte }));

describe('each rule has a series and a counter-example', () => {
  const rules: ReadonlyArray<readonly [rule: string, levels: readonly number[], kind: TrendKind]> = [
    ['2 MiB have moved', [1, 1.8, 2.5, 3.2, 4], 'growing'],
    ['less has not', [1, 1.4, 1.8, 2.3, 2.8], 'steady'],
    ['a twentieth of the start has moved', [100, 102, 104, 106, 108], 'growing'],
    ['less has not, of a large one', [100, 101, 102, 103, 104], 'steady'],
    [
      'a rise of half of the tooth counts',
      [0, 20, 4, 24, 8, 28, 12, 32, 16, 36, 20, 40, 24, 44, 28, 48, 32, 52, 36, 56],
      'growing',
    ],
    ['one of less does not', [0, 60, 1, 61, 2, 62, 3, 63, 4, 64, 5, 65], 'steady'],
    ['the pace is kept', [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 99], 'growing'],
    ['the pace is lost', [0, 16, 31, 44, 55, 64, 72, 79, 85, 90, 94], 'slowing'],
    ['the rise ended', [0, 20, 40, 60, 80, 90, 92, 92, 92, 92, 92], 'levelled'],
    ['the start is no pace', [0, 50, 51, 54, 57, 60, 63, 66, 69, 72, 75], 'growing'],
    ['two steps are no pace', [10, 10, 10, 10, 30, 30, 30, 30, 50, 50, 50], 'recent'],
    ['many steps are', [10, 10, 20, 20, 30, 30, 40, 40, 50, 50, 60, 60], 'growing'],
    ['it began only late', [10, 10, 10, 10, 10, 10, 10, 10, 20, 30, 40], 'recent'],
    ['it began late and goes on', [10, 10, 10, 10, 10, 10, 10, 10, 15, 20, 25, 30, 35, 40], 'late'],
    ['late and at once is no pace', [10, 10, 10, 10, 10, 10, 10, 10, 10, 25, 40, 40, 40, 40], 'recent'],
    ['it rose late and stopped', [9, 9, 9, 9, 9, 9, 9, 9, 20, 30, 40, 50, 60, 60, 60, 60], 'slowing'],
    ['it rose late and goes on', [9, 9, 9, 9, 9, 9, 9, 9, 20, 30, 40, 50, 60, 70, 80, 90], 'growing'],
    ['few points rise in each stretch', [10, 20, 32, 40, 53, 60], 'growing'],
    ['a start rises in some of few', [0, 0, 0, 3, 11, 17], 'recent'],
    ['and not in the last of few', [0, 0, 6, 14, 20, 20], 'levelled'],
    ['it fell at the end', [5, 15, 25, 35, 45, 55, 65, 5, 4], 'released'],
    ['it grew late and fell at the end', [5, 5, 5, 5, 5, 5, 6, 15, 25, 35, 45, 55, 5, 4, 4], 'released'],
    ['it came at once and fell at the end', [5, 5, 5, 5, 5, 5, 5, 5, 55, 55, 55, 5, 4, 4], 'steady'],
    ['it fell by less than half', [5, 15, 25, 35, 45, 55, 65, 40, 39], 'steady'],
    ['it fell long before the end', [5, 25, 45, 65, 5, 5, 5, 5, 5, 5], 'steady'],
  ];
  it.each(rules)('%s', (_rule, levels, kind) => {
    expect(trendOf(at(levels))?.kind).toBe(kind);
  });
});
