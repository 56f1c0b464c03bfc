// The formula of a gate over random pairs: what an allowance may change, and that it agrees with plainer ones.
import { describe, expect, it } from 'vitest';
import { type GateLimit, type Move, passedBy } from '../../src/compare/gate/limits.js';
import { metricNamed } from '../../src/stats/metrics.js';
import { randomFrom } from './compare-support.js';

const random = randomFrom(20261129);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const metric = metricNamed('retained');
if (metric === undefined) throw new Error('there is no metric retained');

function limitOf(limit: number, allowance?: number, onChange = false): GateLimit {
  const rest = { ...(allowance !== undefined && { allowance }), ...(onChange && { onChange }) };
  return { field: 'retained', metric: metric as GateLimit['metric'], limit, percent: true, ...rest };
}

// Small, equal, negative, tiny and huge ones: where rounding and signs could decide.
function value(): number {
  const size = pick([0, 1, 100, 1024, 5 * 2 ** 20, 1e15, 1e-9, 1e300, random(), random() * 1e6, 110, 111]);
  return random() < 0.15 ? -size : size;
}

const amount = () => Math.abs(value());
const percent = () => pick([0, 0.1, 1, 5, 10, 10.1, 33.3, 100, 1000, random() * 50]);

function sample(): { readonly limit: number; readonly move: Move } {
  const from = value();
  // Often near the limit itself.
  const limit = percent();
  const to =
    random() < 0.4 ? from * (1 + limit / 100) * (1 + (random() - 0.5) * pick([0, 1e-15, 0.1])) : value();
  return { limit, move: { from, to, resolution: random() < 0.5 ? 0 : pick([1, 1024, 32768]) } };
}

const rounds = 20_000;

function samples(check: (limit: number, move: Move) => boolean): number {
  let counted = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { limit, move } = sample();
    if (check(limit, move)) counted += 1;
  }
  return counted;
}

describe.each([false, true])('a percentage (of changes: %s)', (onChange) => {
  it('with an allowance, or a coarser resolution, never trips where it did not without', () => {
    const tripped = samples((limit, move) => {
      const plain = passedBy(limitOf(limit, undefined, onChange), move);
      const [less, more] = [amount(), amount()].sort((a, b) => a - b);
      const little = passedBy(limitOf(limit, less, onChange), move);
      const much = passedBy(limitOf(limit, more, onChange), move);
      if (little !== undefined) expect(plain, JSON.stringify({ limit, less, move })).toBe(little);
      if (much !== undefined) expect(little, JSON.stringify({ limit, less, more, move })).toBe(much);
      const coarser = passedBy(limitOf(limit, undefined, onChange), {
        ...move,
        resolution: move.resolution * 2,
      });
      if (coarser !== undefined) expect(plain).toBe(coarser);
      return much !== undefined;
    });
    expect(tripped).toBeGreaterThan(rounds / 20);
  });

  it('goes on tripping where the head grows further', () => {
    const tripped = samples((limit, move) => {
      const threshold = limitOf(limit, random() < 0.5 ? amount() : undefined, onChange);
      if (passedBy(threshold, move) !== 'growth') return false;
      expect(passedBy(threshold, { ...move, to: move.to + amount() })).toBe('growth');
      return true;
    });
    expect(tripped).toBeGreaterThan(rounds / 20);
  });

  it('of a change trips where one of growth does', () => {
    samples((limit, move) => {
      if (passedBy(limitOf(limit), move) !== undefined)
        expect(passedBy(limitOf(limit, undefined, true), move)).toBe('growth');
      return true;
    });
  });
});

// The definition in whole numbers: |h - b| * 1000 > b * permille + max(allowance, r) * 1000, without any rounding.
function exactly(permille: bigint, allowance: bigint, from: bigint, to: bigint, resolution: bigint) {
  const atLeast0 = (number: bigint) => (number > 0n ? number : 0n);
  const [b, h] = [atLeast0(from), atLeast0(to)];
  const bound = b * permille + (allowance > resolution ? allowance : resolution) * 1000n;
  if ((h - b) * 1000n > bound) return 'growth';
  return (b - h) * 1000n > bound ? 'fall' : undefined;
}

describe('the formula', () => {
  it('agrees with the definition in whole numbers, at the limit itself too', () => {
    const met = { growth: 0, fall: 0, none: 0 };
    for (let round = 0; round < rounds; round += 1) {
      // WHY: these are the percentages, because a double holds their share of such bases exactly, so that an equal pair is equal.
      const permille = pick([0, 125, 250, 500, 1000, 2500]);
      const from = Math.floor(random() * 1000) * 8 - 400;
      const resolution = pick([0, 0, 8, 64]);
      const allowance = pick([0, 8, 100]);
      const at = Math.max(from, 0) * (permille / 1000) + Math.max(allowance, resolution);
      const to =
        pick([from, 0, Math.max(from, 0) + at, from - at]) + pick([-1, 0, 1, Math.floor(random() * 9000)]);
      const answer = passedBy(limitOf(permille / 10, allowance, true), { from, to, resolution });
      const whole = [permille, allowance, from, to, resolution].map(BigInt);
      expect(answer, JSON.stringify({ permille, allowance, from, to, resolution })).toBe(
        exactly(...(whole as [bigint, bigint, bigint, bigint, bigint])),
      );
      met[answer ?? 'none'] += 1;
    }
    for (const count of Object.values(met)) expect(count).toBeGreaterThan(rounds / 20);
  });

  it('lets exactly the limit and its allowance through, at whole percentages too', () => {
    for (const limit of [5, 7, 14, 28, 29, 55, 57, 58])
      for (const from of [100, 700, 1000, 1_000_000])
        for (const allowance of [1, 16, 1024]) {
          const to = from + (from * limit) / 100 + allowance;
          const passed = [to, to + 1].map((each) =>
            passedBy(limitOf(limit, allowance), { from, to: each, resolution: 0 }),
          );
          expect([limit, from, allowance, ...passed]).toEqual([limit, from, allowance, undefined, 'growth']);
        }
  });

  it('without resolution and allowance is the plain percentage to the last bit', () => {
    const tripped = samples((limit, { from, to }) => {
      if (from <= 0) return false;
      const trips = ((to - from) / from) * 100 > limit;
      for (const allowance of [undefined, 0])
        expect(passedBy(limitOf(limit, allowance), { from, to, resolution: 0 })).toBe(
          trips ? 'growth' : undefined,
        );
      return trips;
    });
    expect(tripped).toBeGreaterThan(rounds / 20);
  });
});
