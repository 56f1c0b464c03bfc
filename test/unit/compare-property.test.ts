// Random pairs of runs: a regression is reported if and only if the definition says so, whatever the order of benchmarks.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { runGate } from '../../src/compare/gate/verdict.js';
import { comparisonJson } from '../../src/compare/json.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { type Bench, randomFrom, run } from './compare-support.js';

type Random = () => number;
const fields = ['peak', 'allocations', 'time', 'retained'] as const;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const amount = (random: Random) =>
  pick(random, [0, 1, 10, 100, 101, 110, 111, 1024, 1e6, Math.floor(random() * 1000)]);

function randomRun(random: Random): Bench[] {
  const ids = ['m::a', 'm::b', 'm::é', 'm::\u{1F600}', 'm::\uFF5E', 'c', 'd[1::2]'].filter(
    () => random() < 0.8,
  );
  return ids.map((id): Bench => {
    const passes = 1 + Math.floor(random() * 3);
    const series = () => Array.from({ length: passes }, () => amount(random));
    const hasMemory = random() < 0.85;
    return {
      id,
      ...(hasMemory ? { peak: series(), allocations: series() } : { time: [1 + amount(random)] }),
      ...(hasMemory && random() < 0.5
        ? { blob: { retained_bytes: series().map((value) => value - 100) } }
        : {}),
      ...(random() < 0.3 ? { time: [amount(random) / 1000, 5] } : {}),
    };
  });
}

function randomLimit(random: Random): {
  text: string;
  field: (typeof fields)[number];
  limit: number;
  percent: boolean;
  allowance: number;
} {
  const field = pick(random, fields);
  const limit = pick(random, [0, 1, 10, 10.1, 50, 1000]);
  const percent = random() < 0.6;
  const allowance = percent && random() < 0.5 ? pick(random, [0, 1, 100, 5000]) : 0;
  const behind = allowance === 0 ? '' : `+${allowance}`;
  return { text: `${field}:${limit}${percent ? '%' : ''}${behind}`, field, limit, percent, allowance };
}

function middle(series: readonly number[]): number {
  const sorted = [...series].sort((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

// The definition, written down a second time and as plainly as it goes.
function headline(bench: Bench, field: string): number | undefined {
  const blob = bench.blob as { retained_bytes?: number[] } | undefined;
  const series = {
    peak: bench.peak,
    allocations: bench.peak && bench.allocations,
    time: bench.time,
    retained: blob?.retained_bytes,
  }[field];
  if (series === undefined) return undefined;
  // Three passes at most, so the rule for what stays is the median, in whole bytes rounded half to even.
  if (field === 'retained') return halfToEven(middle(series));
  return Math.min(...series);
}

function expectedRegressions(
  base: readonly Bench[],
  head: readonly Bench[],
  limits: ReturnType<typeof randomLimit>[],
) {
  const found: string[] = [];
  for (const { field, limit, percent, allowance } of limits) {
    const slack = Math.max(allowance, field === 'retained' ? 32768 : 0);
    const order = [...base]
      .map(({ id }) => Buffer.from(id))
      .sort(Buffer.compare)
      .map(String);
    for (const id of order) {
      const before = base.find((bench) => bench.id === id);
      const after = head.find((bench) => bench.id === id);
      const from = before && headline(before, field);
      const to = after && headline(after, field);
      if (from === undefined || to === undefined) continue;
      const [b, h] = [Math.max(from, 0), Math.max(to, 0)];
      const grown = slack === 0 && b > 0 ? ((h - b) / b) * 100 > limit : h - b > b * (limit / 100) + slack;
      if (percent ? grown : to - from > limit) found.push(`${field} ${id}`);
    }
  }
  return found;
}

function outcome(base: readonly Bench[], head: readonly Bench[], texts: readonly string[]) {
  const compared = compareRuns(
    [run('base', base), run('head', head)],
    planComparison({ columns: 'peak,allocations,time,retained', stat: 'min', groupBy: '' }),
  );
  const gate = runGate(compared.compared, { thresholds: texts.map((text) => parseThreshold(text)) });
  return { compared, gate, document: comparisonJson(compared, gate, gate.warnings) };
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe('500 random pairs of runs', () => {
  it('report exactly what the definition says, and do not care about the order of benchmarks', () => {
    const random = randomFrom(42);
    let reported = 0;
    let gated = 0;
    for (let round = 0; round < 500; round += 1) {
      const [base, head] = [randomRun(random), randomRun(random)];
      const limits = [randomLimit(random), randomLimit(random)];
      const texts = limits.map(({ text }) => text);
      const answerable = limits.every(({ field }) =>
        base.some((bench) => {
          const other = head.find(({ id }) => id === bench.id);
          return (
            other !== undefined &&
            headline(bench, field) !== undefined &&
            headline(other, field) !== undefined
          );
        }),
      );
      if (base.length === 0 || head.length === 0) continue;
      if (!answerable) {
        expect(() => outcome(base, head, texts)).toThrow(/in common|in both runs/);
        continue;
      }
      gated += 1;
      const first = outcome(base, head, texts);
      const found = first.gate.regressions.map(({ field, id }) => `${field} ${id}`);
      expect(found).toEqual(expectedRegressions(base, head, limits));
      expect(first.gate.tripped).toBe(found.length > 0);
      reported += found.length;
      const again = outcome(shuffled(random, base), shuffled(random, head), texts);
      expect(again.document).toBe(first.document);
      expect(again.compared.csv()).toBe(first.compared.csv());
    }
    // Both outcomes must have been met often.
    expect(gated).toBeGreaterThan(150);
    expect(reported).toBeGreaterThan(150);
  }, 120_000);
});
