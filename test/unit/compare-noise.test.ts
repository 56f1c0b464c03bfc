// The noise-aware gate: how often it fails on nothing, what it still sees, and what it needs.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { runGate } from '../../src/compare/gate/verdict.js';
import { medianLowerBound } from '../../src/stats/bootstrap.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { type Bench, randomFrom, run } from './compare-support.js';

function trips(base: Bench, head: Bench, limit: string, confidence: number | undefined): boolean {
  const { compared } = compareRuns([run('base', [base]), run('head', [head])], planComparison({}));
  return runGate(compared, {
    thresholds: [parseThreshold(limit)],
    ...(confidence === undefined ? {} : { confidence }),
  }).tripped;
}

// Times as benchmarks give them: a floor and a tail, 5 % around the middle.
function rounds(random: () => number, count: number, scale: number): number[] {
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return scale * (1 + 0.05 * normal);
  });
}

describe('over 1,000 simulated pairs of 30 rounds at 5 % variation', () => {
  const random = randomFrom(20260101);
  const count = (scale: number) => {
    let tripped = 0;
    for (let index = 0; index < 1000; index += 1) {
      const base = { id: 'b', time: rounds(random, 30, 1) };
      const head = { id: 'b', time: rounds(random, 30, scale) };
      if (trips(base, head, 'time:5%', 0.95)) tripped += 1;
    }
    return tripped;
  };

  it('fails at most 5 % where nothing changed', () => {
    expect(count(1)).toBeLessThanOrEqual(50);
  }, 120_000);

  it('catches at least 95 % of a slow-down by a fifth', () => {
    expect(count(1.2)).toBeGreaterThanOrEqual(950);
  }, 120_000);
});

describe('the bound', () => {
  const options = { confidence: 0.95 };

  it('of constant series is exact', () => {
    expect(medianLowerBound([2, 2, 2], [3, 3], 'ratio', options)).toBe(1.5);
    expect(medianLowerBound([2, 2, 2], [3, 3], 'difference', options)).toBe(1);
  });

  it('lies below the contrast of the medians, rises with less confidence, and is the same each time', () => {
    const random = randomFrom(7);
    const [base, head] = [rounds(random, 30, 1), rounds(random, 31, 1.2)];
    const bounds = [0.99, 0.95, 0.5].map((confidence) =>
      medianLowerBound(base, head, 'ratio', { confidence }),
    );
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
    expect(bounds[0]).toBeLessThan(bounds[2] as number);
    expect(medianLowerBound(base, head, 'ratio', options)).toBe(bounds[1]);
    expect(medianLowerBound([...base].reverse(), head, 'ratio', options)).toBe(bounds[1]);
  });

  it('is not a number of confidence where a base may be zero', () => {
    expect(medianLowerBound([0, 0, 0, 1], [5, 5], 'ratio', options)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('--confidence', () => {
  const steady = [1, 1.01, 1.02, 1.03, 1.04, 1.05];
  const shifted = steady.map((value) => value * 1.5);
  const lucky = [0.5, ...steady.slice(1)];

  it('trips only where headline and bound both pass', () => {
    expect(trips({ id: 'b', time: steady }, { id: 'b', time: shifted }, 'time:5%', 0.95)).toBe(true);
    expect(trips({ id: 'b', time: lucky }, { id: 'b', time: steady }, 'time:5%', undefined)).toBe(true);
    expect(trips({ id: 'b', time: lucky }, { id: 'b', time: steady }, 'time:5%', 0.95)).toBe(false);
    expect(
      trips({ id: 'b', time: steady }, { id: 'b', time: [0.9, ...shifted.slice(1)] }, 'time:5%', 0.95),
    ).toBe(false);
  });

  it('bounds the difference for absolute limits', () => {
    expect(trips({ id: 'b', time: steady }, { id: 'b', time: shifted }, 'time:400ms', 0.95)).toBe(true);
    expect(trips({ id: 'b', time: lucky }, { id: 'b', time: steady }, 'time:400ms', undefined)).toBe(true);
    expect(trips({ id: 'b', time: lucky }, { id: 'b', time: steady }, 'time:400ms', 0.95)).toBe(false);
  });

  it('leaves a constant series of enough values to the plain rule', () => {
    const six = (peak: number) => ({ id: 'b', peak: Array.from({ length: 6 }, () => peak) });
    expect(trips(six(10), six(12), 'peak:10%', 0.95)).toBe(true);
    expect(trips(six(10), six(11), 'peak:10%', 0.95)).toBe(false);
  });

  it.each<[string, Bench, Bench, string]>([
    ['five rounds', { id: 'b', time: steady.slice(1) }, { id: 'b', time: shifted }, 'time:5%'],
    ['one round', { id: 'b', time: [1] }, { id: 'b', time: [2] }, 'time:5%'],
    ['constant passes', { id: 'b', peak: [10, 10] }, { id: 'b', peak: [12, 12] }, 'peak:10%'],
    [
      'five constant passes of a head that is no worse',
      { id: 'b', peak: [9, 9, 9, 9, 9, 9] },
      { id: 'b', peak: [9, 9, 9, 9, 9] },
      'peak:5%',
    ],
    ['three passes that vary', { id: 'b', peak: [1, 2, 3] }, { id: 'b', peak: [9, 9, 9] }, 'peak:5%'],
  ])('refuses %s, naming the ids', (_what, base, head, limit) => {
    expect(() => trips(base, head, limit, 0.95)).toThrow(
      /at least 6 values a side; (time|peak) has fewer in b$/,
    );
  });

  it('refuses times without their rounds', () => {
    const { compared } = compareRuns(
      ['base', 'head'].map((label) => {
        const timed = run(label, [{ id: 'b', time: steady }]);
        const [only] = timed.file.benchmarks;
        const { data: _data, ...stats } = only?.stats ?? { data: [] };
        return { ...timed, file: { ...timed.file, benchmarks: [{ ...only, stats }] } } as typeof timed;
      }),
      planComparison({}),
    );
    const gate = () => runGate(compared, { thresholds: [parseThreshold('time:5%')], confidence: 0.95 });
    expect(gate).toThrow(/raw rounds/);
  });
});
