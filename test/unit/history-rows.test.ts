// Rows of an analysis, worked out by hand: which cases enter, what is averaged, and what has no percentage.
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/history/analysis.js';
import { type Bench, run } from './compare-support.js';
import { optionsOf } from './history-support.js';

const of = (id: string, n: number, seconds: number, more: Partial<Bench> = {}): Bench => ({
  id: `${id}[${n}]`,
  time: [seconds],
  params: { n },
  ...more,
});
const analysed = (from: readonly Bench[], to: readonly Bench[], options = optionsOf()) =>
  analyze(run('from', from), run('to', to), options);

describe('a row', () => {
  it('is of the cases that stand in both runs; others are counted', () => {
    const { rows, warnings } = analysed(
      [of('m::a', 1, 1), of('m::a', 2, 3)],
      [of('m::a', 1, 2), of('m::a', 2, 6), of('m::a', 1000, 500)],
    );
    const [row] = rows;
    expect([row?.compared, row?.members, row?.metrics[0]?.stats?.mean]).toMatchObject([
      2,
      3,
      { reference: 2, candidate: 4, pct: 100, speedup: 0.5 },
    ]);
    expect(warnings).toEqual([]);
  });

  it('is of all cases where none stands in both, with a warning', () => {
    const { rows, warnings } = analysed([of('m::a', 1, 1)], [of('m::a', 2, 3)]);
    expect([rows[0]?.status, rows[0]?.compared, rows[0]?.metrics[0]?.stats?.mean.pct]).toEqual([
      'both',
      0,
      200,
    ]);
    expect(warnings.map(({ code, subject }) => [code, subject])).toEqual([['DIFFERENT_PARAMS', 'a']]);
  });

  it('averages over a param that is excluded, and has a row per value of a distinct one', () => {
    const on = (device: string, n: number, seconds: number): Bench => ({
      id: `m::a[${device}-${n}]`,
      time: [seconds],
      params: { device, n },
    });
    const from = [on('cpu', 1, 1), on('cpu', 2, 10)];
    const to = [on('gpu', 1, 2), on('gpu', 2, 30)];
    const { rows, warnings } = analysed(from, to, optionsOf({ excludeParams: ['device'] }));
    expect([rows[0]?.compared, rows[0]?.metrics[0]?.stats?.mean]).toMatchObject([
      2,
      { reference: 5.5, candidate: 16 },
    ]);
    expect(warnings).toEqual([]);
    const distinct = analysed(from, to, optionsOf({ distinctParams: ['n'] })).rows;
    expect(distinct.map(({ key, metrics }) => [key, metrics[0]?.stats?.mean.pct])).toEqual([
      ['m::a||n=1', 100],
      ['m::a||n=2', 200],
    ]);
  });

  it('has no percentage from nothing, and regressed if it grew', () => {
    const { rows, overall } = analysed(
      [
        { id: 'm::a', peak: [0] },
        { id: 'm::b', peak: [10] },
        { id: 'm::c', peak: [0] },
      ],
      [
        { id: 'm::a', peak: [5] },
        { id: 'm::b', peak: [11] },
        { id: 'm::c', peak: [0] },
      ],
    );
    expect(rows.map(({ metrics }) => [metrics[0]?.verdict, metrics[0]?.stats?.mean.pct])).toEqual([
      ['regressed', null],
      ['regressed', 10],
      ['unchanged', null],
    ]);
    expect(overall[0]).toMatchObject({
      compared: 3,
      regressed: 2,
      unchanged: 1,
      noPercentage: 2,
      averagePct: 10,
    });
  });

  it('takes the median of medians, and headlines of memory', () => {
    const passes = (id: string, values: readonly number[]): Bench => ({ id, peak: values, params: { id } });
    const { rows } = analysed(
      [passes('m::a[x]', [10, 30]), passes('m::a[y]', [20, 90]), passes('m::a[z]', [60, 61])],
      [passes('m::a[x]', [20, 30]), passes('m::a[y]', [40, 90]), passes('m::a[z]', [90, 91])],
    );
    expect(rows[0]?.metrics[0]?.stats).toMatchObject({
      mean: { reference: 30, candidate: 50 },
      median: { reference: 20, candidate: 40 },
      min: { reference: 30, candidate: 50 },
    });
  });
});

describe('within noise', () => {
  const noise = (from: Bench, to: Bench, metric: string) =>
    analysed([from], [to], optionsOf({}, [metric])).rows[0]?.metrics[0]?.withinNoise;
  const rounds = (seconds: number, spread: number) =>
    Array.from({ length: 20 }, (_, at) => seconds * (1 + ((at % 5) - 2) * spread));

  it.each<[string, readonly number[], readonly number[], boolean]>([
    ['a time below the threshold', [1], [1.009], true],
    ['a time above it, of which no rounds say more', [1], [1.02], false],
    ['a time whose rounds overlap', rounds(1, 0.1), rounds(1.03, 0.1), true],
    ['a time whose rounds do not', rounds(1, 0.001), rounds(1.03, 0.001), false],
    ['nothing that is unchanged', [1], [1], false],
  ])('is %s', (_, from, to, expected) => {
    expect(noise({ id: 'm::a', time: from }, { id: 'm::a', time: to }, 'time')).toBe(expected);
  });

  it('is memory within its resolution, and no other', () => {
    const kept = (bytes: number): Bench => ({
      id: 'm::a',
      peak: [1],
      blob: { retained_bytes: [bytes] },
    });
    expect(noise(kept(0), kept(20_000), 'retained')).toBe(true);
    expect(noise(kept(0), kept(50_000), 'retained')).toBe(false);
    expect(noise({ id: 'm::a', peak: [1000] }, { id: 'm::a', peak: [1001] }, 'peak')).toBe(false);
  });
});
