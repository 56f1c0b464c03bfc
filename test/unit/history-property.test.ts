// Random pairs of runs: what holds for every analysis, whatever the runs hold and in whichever order.
import { describe, expect, it } from 'vitest';
import { type Analysis, analyze } from '../../src/history/analysis.js';
import type { Row } from '../../src/history/rows.js';
import { type Bench, randomFrom, run } from './compare-support.js';
import { optionsOf } from './history-support.js';

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const variants = ['', '_orig', '_new', 'New', '-ref', '_orig_new'];

function randomRun(random: Random): Bench[] {
  const ids = ['m::a', 'm::g::b', 'n::a', 'c'].flatMap((id) => variants.map((variant) => id + variant));
  const benches = ids.flatMap((id) =>
    [undefined, 1, 2, 'x'].flatMap((n): Bench[] => {
      if (random() < 0.7) return [];
      const amount = () => pick(random, [0, 1, 10, 101, 4096, Math.floor(random() * 1e6)]);
      const isTimed = random() < 0.8;
      return [
        {
          id: n === undefined ? id : `${id}[${n}]`,
          ...(n !== undefined && { params: { n, impl: pick(random, ['x', 'y']) } }),
          ...(random() < 0.5 && { group: pick(random, ['one', 'two']) }),
          ...(isTimed && { time: Array.from({ length: 1 + Math.floor(random() * 8) }, amount) }),
          ...((!isTimed || random() < 0.5) && {
            peak: [amount(), amount()],
            blob: { retained_bytes: [amount() - 100, amount() - 100] },
          }),
        },
      ];
    }),
  );
  return [...benches, { id: 'm::always', time: [1], peak: [1] }];
}

const shuffled = <T>(random: Random, list: readonly T[]): T[] =>
  list
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);

const options = optionsOf({ original: ['orig'], reference: ['new'], groupBy: ['group', 'param:n'] }, [
  'time',
  'peak',
  'retained',
]);

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

function pairOf(seed: number): { random: Random; from: Bench[]; to: Bench[] } {
  const random = randomFrom(seed);
  return { random, from: randomRun(random), to: randomRun(random) };
}

const rowsIn = ({ rows, groups, pairs }: Analysis): Row[] => [
  ...rows,
  ...groups.flatMap((group) => group.rows),
  ...(pairs?.rows ?? []),
];

const opposite = { improved: 'regressed', regressed: 'improved', unchanged: 'unchanged' } as const;

describe.each(seeds)('two random runs, seed %i', (seed) => {
  it('swapping the roles negates every delta and turns every verdict', () => {
    const { from, to } = pairOf(seed);
    const there = analyze(run('from', from), run('to', to), options);
    const back = analyze(run('to', to), run('from', from), options);
    const byKey = new Map(back.rows.map((row) => [row.key, row]));
    expect(byKey.size).toBe(there.rows.length);
    for (const row of there.rows) {
      const other = byKey.get(row.key);
      for (const { metric, stats, verdict } of row.metrics) {
        const mirrored = other?.metrics.find((each) => each.metric === metric);
        if (stats === undefined) expect(mirrored?.stats).toBeUndefined();
        else expect(stats.mean.delta).toBe(-(mirrored?.stats?.mean.delta ?? Number.NaN) + 0);
        // A base that is not positive has no percentage, and with one the least change that counts is not the same both ways.
        if (verdict !== undefined) expect(mirrored?.verdict).toBe(opposite[verdict]);
      }
    }
  });

  it('the counts of every table add up', () => {
    const { from, to } = pairOf(seed);
    const analysis = analyze(run('from', from), run('to', to), options);
    const tables = [analysis, ...analysis.groups, ...(analysis.pairs === undefined ? [] : [analysis.pairs])];
    for (const { overall } of tables) {
      for (const each of overall) {
        expect(each.improved + each.regressed + each.unchanged).toBe(each.compared);
        expect(each.compared + each.new + each.removed).toBe(each.count);
        expect(each.withinNoise).toBeLessThanOrEqual(each.improved + each.regressed);
      }
    }
    const cases = (rows: readonly Row[], side: 'reference' | 'candidate') =>
      rows.flatMap((row) => row[side].map(({ id }) => id)).sort();
    expect(cases(analysis.rows, 'reference')).toEqual(from.map(({ id }) => id).sort());
    const grouped = analysis.groups.flatMap(({ rows }) => rows);
    expect(cases(grouped, 'candidate')).toEqual(to.map(({ id }) => id).sort());
  });

  it('the order of the benchmarks changes nothing', () => {
    const { random, from, to } = pairOf(seed);
    const figures = (analysis: Analysis) =>
      rowsIn(analysis).map(({ key, status, compared, metrics }) => ({
        key,
        status,
        compared,
        metrics: metrics.map(({ metric, verdict, withinNoise, stats }) => ({
          metric: metric.name,
          verdict,
          withinNoise,
          median: stats?.median,
        })),
      }));
    const other = analyze(run('from', shuffled(random, from)), run('to', shuffled(random, to)), options);
    expect(figures(other)).toEqual(figures(analyze(run('from', from), run('to', to), options)));
  });

  it('variants never pair across runs', () => {
    const { from, to } = pairOf(seed);
    const analysis = analyze(run('from', from), run('to', to), options);
    for (const row of [...analysis.rows, ...analysis.groups.flatMap(({ rows }) => rows)]) {
      const postfixes = new Set([...row.reference, ...row.candidate].map(({ parts }) => parts.postfix));
      expect(postfixes.size).toBe(1);
    }
    for (const row of analysis.pairs?.rows ?? []) {
      expect(new Set(row.reference.map(({ parts }) => parts.postfix))).toEqual(new Set(['orig']));
      expect(new Set(row.candidate.map(({ parts }) => parts.postfix))).toEqual(new Set(['new']));
    }
  });
});
