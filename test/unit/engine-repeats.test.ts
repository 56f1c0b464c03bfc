// The sampling loop, as scripted series and what it must answer.
import { describe, expect, it } from 'vitest';
import { defaultLoopRule, type LoopRule, SamplingLoop } from '../../src/engine/window/repeats.js';

interface Case {
  readonly what: string;
  readonly rule?: Partial<LoopRule>;
  /** Peaks in order; the last one repeats. */
  readonly peaks: readonly number[];
  readonly passMs?: number;
  readonly passes: number;
}

const falling = Array.from({ length: 50 }, (_, index) => 50 - index);

const cases: readonly Case[] = [
  { what: 'steady code takes three passes', peaks: [7], passes: 3 },
  { what: 'a late lowest peak resets the patience', peaks: [20, 22, 15, 16, 17], passes: 5 },
  { what: 'an equal peak is stale', peaks: [20, 22, 20, 10], passes: 3 },
  { what: 'a peak that keeps falling stops at the most passes', peaks: falling, passes: 10 },
  { what: 'one pass where one is asked for', rule: { repeats: 1 }, peaks: [7], passes: 1 },
  { what: 'repeats ignore patience and the most passes', rule: { repeats: 12 }, peaks: [7], passes: 12 },
  { what: 'repeats ignore the time', rule: { repeats: 3, maxTimeMs: 1 }, peaks: [7], passMs: 9, passes: 3 },
  { what: 'the time stops it', rule: { maxTimeMs: 25 }, peaks: falling, passMs: 10, passes: 3 },
  {
    what: 'the least passes come before the time',
    rule: { maxTimeMs: 0 },
    peaks: falling,
    passMs: 1,
    passes: 2,
  },
  {
    what: 'the time is not exceeded by reaching it',
    rule: { maxTimeMs: 20 },
    peaks: falling,
    passMs: 10,
    passes: 3,
  },
  { what: 'the least passes come before the most', rule: { maxPasses: 1 }, peaks: falling, passes: 2 },
  { what: 'the least passes come before the patience', rule: { minPasses: 5 }, peaks: [7], passes: 5 },
  { what: 'a patience of one', rule: { patience: 1 }, peaks: [7], passes: 2 },
  { what: 'no patience at all', rule: { minPasses: 1, patience: 0 }, peaks: [3, 2, 1], passes: 1 },
  { what: 'more patience waits longer', rule: { patience: 4 }, peaks: [5, 6, 6, 6, 4, 6], passes: 9 },
];

describe('the sampling loop', () => {
  it.each(cases)('$what', ({ rule, peaks, passMs = 0, passes }) => {
    let nowMs = 1000;
    const loop = new SamplingLoop({ ...defaultLoopRule, ...rule }, () => nowMs);
    let taken = 0;
    let another = true;
    while (another && taken < 100) {
      const peak = peaks[Math.min(taken, peaks.length - 1)] as number;
      taken += 1;
      nowMs += passMs;
      another = loop.wantsAnother(peak);
    }
    expect(taken).toBe(passes);
  });
});
