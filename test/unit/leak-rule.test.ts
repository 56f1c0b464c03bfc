// The leak rule: each of its conditions has a series that only it clears, and each of its limits has a series.
import { describe, expect, it } from 'vitest';
import {
  conditionsOf,
  isCleared,
  judgeLeak,
  needsThirdStage,
  trendConditionsOf,
} from '../../src/engine/leaks/leak-rule.js';
import {
  allRounds,
  callsOfRound,
  callsUpTo,
  extentOf,
  firstStageRounds,
  type LeakSeries,
  thirdStageRounds,
} from '../../src/engine/leaks/leak-series.js';

const calls = 30;

/** So many bytes a call in every round, and what else a round adds. */
function growing(perCall: number, more: (round: number) => number = () => 0): number[] {
  return Array.from({ length: allRounds }, (_, round) => perCall * callsOfRound(round, calls) + more(round));
}

const none = growing(0);
const sides = (native: readonly number[], js: readonly number[] = none): LeakSeries => ({
  calls,
  native,
  js,
});

describe('a leak', () => {
  it.each([16, 100, 4096])('of %i native bytes a call is found, and read exactly', (bytes) => {
    expect(judgeLeak(sides(growing(bytes)))).toMatchObject({
      isLeak: true,
      perCallBytes: bytes,
      nativeBytes: bytes,
      jsBytes: 0,
    });
  });

  it('of both sides is their sum', () => {
    expect(judgeLeak(sides(growing(100), growing(64)))).toMatchObject({
      perCallBytes: 164,
      nativeBytes: 100,
      jsBytes: 64,
    });
  });

  it('is found below noise that is smaller than itself', () => {
    const noisy = growing(100, (round) => (round % 2 === 0 ? 600 : -600));
    expect(judgeLeak(sides(none, noisy)).isLeak).toBe(true);
  });

  it('of native memory is found where this runtime shows no JavaScript heap, whose bytes are absent then', () => {
    const verdict = judgeLeak({ calls, native: growing(100) });
    expect(verdict).toMatchObject({ isLeak: true, perCallBytes: 100 });
    expect(verdict).not.toHaveProperty('jsBytes');
  });

  it('of one native byte a call is one, and of less than 8 bytes of the JavaScript heap is none', () => {
    expect(judgeLeak(sides(growing(1))).isLeak).toBe(true);
    expect(judgeLeak(sides(none, growing(7))).isLeak).toBe(false);
    expect(judgeLeak(sides(none, growing(8))).isLeak).toBe(true);
  });
});

// What was seen: a server's connections in jest, functions that coverage keeps for each collection, a cache that fills.
const server = [25856, 3464, 1272, 1304, 15784, 7912, 10304, 10440, 11520, 16464, 1376, 7816];
const perReading = new Array<number>(allRounds).fill(2336);
const cacheThatFills = growing(280, (round) => (round < allRounds - 1 ? 0 : -280 * 120));

describe('without its condition', () => {
  it.each([
    ['every round', 'everyRound', cacheThatFills],
    ['even', 'even', server],
    ['in proportion to the calls', 'inProportion', perReading],
  ] as const)('"%s" a series would be a leak that is none', (_, condition, growths) => {
    expect(judgeLeak(sides(none, growths)).isLeak).toBe(false);
    const met = conditionsOf(growths, calls, 8);
    const others = Object.entries(met).filter(([name]) => name !== condition);
    expect(met[condition]).toBe(false);
    // "even" compares the least round, which is the one that did not grow.
    const needed = condition === 'everyRound' ? ['inProportion'] : ['everyRound', 'even', 'inProportion'];
    expect(others.filter(([name, holds]) => needed.includes(name) && !holds)).toEqual([]);
  });

  it('"every round" a body that grew evenly in fewer rounds would be a leak before it was over', () => {
    const cut = growing(100).slice(0, firstStageRounds + 1);
    expect(conditionsOf(cut, calls, 0)).toEqual({ everyRound: false, even: true, inProportion: true });
    expect(judgeLeak(sides(cut, none.slice(0, cut.length))).isLeak).toBe(false);
  });
});

describe('a series', () => {
  it('is cleared as soon as each side has a round that did not grow', () => {
    expect(isCleared(sides([0], [7 * calls]))).toBe(true);
    expect(isCleared(sides([16], [0]))).toBe(false);
    expect(isCleared(sides([16, 0], [0, 5000]))).toBe(true);
    expect(isCleared(sides([0], [8 * calls]))).toBe(false);
    expect(isCleared({ calls, native: [-184] })).toBe(true);
  });

  it('has more calls in the second stage, and a warm-up before the first', () => {
    expect([1, 2, 4, 5, 12].map((rounds) => callsUpTo(rounds, calls))).toEqual([90, 120, 180, 300, 1140]);
    expect([0, 3, 4, 11].map((round) => callsOfRound(round, calls))).toEqual([30, 30, 120, 120]);
  });
});

describe('what was freed of earlier times', () => {
  const renewed = growing(104);

  it('is taken off where it happens in most rounds: a cache that was full before is renewed', () => {
    expect(judgeLeak({ calls, native: renewed, olderFreed: growing(104), js: none }).isLeak).toBe(false);
    expect(isCleared({ calls, native: renewed.slice(0, 2), olderFreed: growing(104).slice(0, 2) })).toBe(
      true,
    );
    expect(judgeLeak({ calls, native: renewed, olderFreed: growing(88), js: none })).toMatchObject({
      isLeak: true,
      nativeBytes: 16,
    });
  });

  it('is taken off together with what V8 frees of it', () => {
    const series = { calls, native: growing(124), olderFreed: growing(104), engine: growing(-36), js: none };
    expect(judgeLeak(series).isLeak).toBe(false);
  });

  it('is left in where it happens now and then: a block of 184 bytes hides no leak of a few bytes', () => {
    const nowAndThen = none.map((_, round) => (round === 0 || round === 7 ? 184 : 0));
    expect(judgeLeak({ calls, native: growing(4), olderFreed: nowAndThen, js: none })).toMatchObject({
      isLeak: true,
      nativeBytes: 4,
    });
    expect(isCleared({ calls, native: [120], olderFreed: [184] })).toBe(false);
  });
});

describe('noise', () => {
  it('is a heap that shrank, or that only looked like a leak', () => {
    const shrank = judgeLeak(sides([0, 0, 0], [24656, 3472, -6000]));
    expect(shrank).toMatchObject({ isLeak: false, noisy: true, noisyFloorBytes: Math.round(30656 / 30) });
    expect(judgeLeak(sides(none, server))).toMatchObject({ noisy: true, noisyFloorBytes: 205 });
  });

  it('is not a heap that came to rest, nor one that leaks', () => {
    const still = judgeLeak(sides([0, 0, 0], [16672, 13000, 0]));
    expect(still.noisy).toBe(false);
    expect(still).not.toHaveProperty('noisyFloorBytes');
    expect(judgeLeak(sides(none, growing(100))).noisy).toBe(false);
  });
});

describe('a restless heap', () => {
  const many = 100;
  /** Growths of twelve rounds, from the levels that they lead to. */
  const rounds = (levelAt: (round: number) => number) =>
    Array.from({ length: thirdStageRounds }, (_, at) => levelAt(at + 1) - (at === 0 ? 0 : levelAt(at)));
  const toAndFro = (round: number) => (round % 4 === 1 ? 12_000 : 0);
  const leaking = rounds((round) => 80 * many * round + toAndFro(round));
  const restless = (restlessJs: readonly number[]): LeakSeries => ({
    calls: many,
    native: [0],
    js: [-4000],
    restlessJs,
  });

  it('leaks where it stands higher in each third of twelve rounds, whatever single rounds do', () => {
    expect(leaking.some((bytes) => bytes < 0)).toBe(true);
    expect(judgeLeak(restless(leaking))).toEqual({
      isLeak: true,
      perCallBytes: 80,
      nativeBytes: 0,
      jsBytes: 80,
      noisy: true,
    });
    expect(extentOf(restless(leaking))).toEqual({ rounds: 13, calls: 300 + 12 * many });
  });

  it('adds to what leaks natively', () => {
    const native = Array.from({ length: allRounds }, (_, round) => 16 * callsOfRound(round, many));
    const js = native.map((_, round) => (round === 3 ? -4000 : 4000));
    expect(judgeLeak({ calls: many, native, js, restlessJs: leaking })).toMatchObject({
      perCallBytes: 96,
      nativeBytes: 16,
      jsBytes: 80,
    });
  });

  it.each([
    ['ordered', rounds((round) => 20 * many * round + toAndFro(round))],
    ['steady', rounds((round) => (round <= 6 ? 80 * many * round : 80 * many * (6 + (round - 6) * 0.3)))],
    ['enough', rounds((round) => 7 * many * round)],
  ] as const)('without its condition "%s" would leak where it does not', (condition, growths) => {
    const verdict = judgeLeak(restless(growths));
    expect(verdict).toMatchObject({ isLeak: false, noisy: true });
    const met: Readonly<Record<string, boolean>> = { ...trendConditionsOf(growths, many) };
    expect(Object.keys(met).filter((name) => !met[name])).toEqual([condition]);
    expect(verdict.noisyFloorBytes).toBe(
      Math.round((Math.max(...growths) - Math.min(...growths)) / (4 * many)),
    );
  });

  it('is asked again where calls were raised, and it neither leaks nor came to rest', () => {
    const asked = (js: readonly number[] | undefined, calls = many) =>
      needsThirdStage({ calls, native: [0], ...(js && { js }) });
    expect(asked([-4000])).toBe(true);
    expect(asked([5000, 472])).toBe(true);
    expect(asked([-4000, 0])).toBe(true);
    expect(asked([-4000], calls)).toBe(false);
    expect(asked([5000, 0])).toBe(false);
    expect(asked([27_424, 64])).toBe(false);
    expect(asked(undefined)).toBe(false);
    expect(asked(Array.from({ length: allRounds }, (_, round) => 80 * callsOfRound(round, many)))).toBe(
      false,
    );
  });
});
