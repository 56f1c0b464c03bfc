// Paces on a machine that others use too: by the clock, by the time that the program had for itself, and by its CPU time. Each
// rule with a counter-example that differs in the clock alone.
import { describe, expect, it } from 'vitest';
import { programTimes } from '../../src/exec/program-time.js';
import { verdictOf } from '../../src/exec/verdict.js';
import { type Levels, record, snapshot } from './exec-support/hand-made-series.js';

const each = (levels: readonly number[], make: (level: number, index: number) => Levels) => levels.map(make);
// WHY: there is wasm memory and nothing is allocated, because no other measure of work may help.
const kindOf = (levels: readonly Levels[]) =>
  verdictOf(record(...levels.map((level) => ({ allocated: 5, ...level })))).kind;

const leak = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
const slower = (index: number) => 1 + index + index * index;
const cache = [10, 30, 44, 54, 61, 66, 70, 73, 75, 76];

const rules: ReadonlyArray<readonly [name: string, levels: readonly Levels[], kind: string]> = [
  [
    'a leak that slows down with its machine',
    each(leak, (buffers, at) => ({ buffers, seconds: slower(at), waited: at * at })),
    'mapped-growth',
  ],
  [
    'the same, and its program was never kept waiting',
    each(leak, (buffers, at) => ({ buffers, seconds: slower(at), waited: 0 })),
    'slowing',
  ],
  [
    'the same, and nobody says what it waited for',
    each(leak, (buffers, at) => ({ buffers, seconds: slower(at) })),
    'slowing',
  ],
  [
    'a leak that comes with the CPU time that its program uses',
    each(leak, (buffers, at) => ({ buffers, seconds: slower(at), cpu: at / 10 })),
    'mapped-growth',
  ],
  [
    'a cache that fills while its program uses as much CPU time as ever',
    each(cache, (buffers, at) => ({ buffers, cpu: at / 10, waited: 0 })),
    'slowing',
  ],
  [
    'a cache that fills on a busy machine',
    each(cache, (buffers, at) => ({ buffers, cpu: at / 10, waited: at * 0.6 })),
    'slowing',
  ],
  [
    'a compiler, which keeps less and less of what it allocates, whatever CPU time it takes',
    each(leak, (js, at) => ({ js, collected: js, allocated: 10 + at * 10 + at * at * 8, cpu: at / 10 })),
    'slowing',
  ],
  [
    'a pace of which six tenths are left, on a busy machine',
    each([0, 10, 20, 30, 40, 50, 60, 66, 72, 78, 84], (buffers, at) => ({ buffers, waited: at * 0.3 })),
    'mapped-growth',
  ],
  [
    'a pace of which six tenths are left, on one that is not',
    each([0, 10, 20, 30, 40, 50, 60, 66, 72, 78, 84], (buffers, at) => ({ buffers, waited: at * 0.2 })),
    'slowing',
  ],
  [
    'a cache that was full before its program had a processor again',
    each([...leak, 110, 110, 110, 110, 110], (buffers, at) => ({
      buffers,
      seconds: at < 10 ? at + 1 : 10 + (at - 9) / 4,
      waited: Math.min(at, 9) * 0.8,
    })),
    'slowing',
  ],
  [
    'a load that was over by the time of its program, and not by the clock',
    each([10, 10, 10, 30, 50, 70, 90, 92, 92, 92, 92, 92, 92, 92], (buffers, at) => ({
      buffers,
      seconds: at < 8 ? 1 + at * 4 : 29 + at - 7,
      waited: Math.min(at, 7) * 3.8,
    })),
    'steady',
  ],
  [
    'growth that pauses for as long at the end of a program that had its processors',
    each([...leak, 110, 110, 110, 110, 110], (buffers, at) => ({
      buffers,
      seconds: at < 10 ? at + 1 : 10 + (at - 9) / 4,
      waited: 0,
    })),
    'mapped-growth',
  ],
  [
    'a leak that began late by the clock, because its program had no processor before',
    each([10, 10, 10, 10, 10, 10, 10, 10, 10, 20, 30, 40, 50, 60], (buffers, at) => ({
      buffers,
      waited: Math.min(at, 8),
    })),
    'mapped-growth',
  ],
  [
    'the same, and its program could have run',
    each([10, 10, 10, 10, 10, 10, 10, 10, 10, 20, 30, 40, 50, 60], (buffers) => ({ buffers, waited: 0 })),
    'late',
  ],
  [
    'objects whose last collection took the program a fifth of its time',
    each([10, 20, 30, 40, 50, 60, 70, 80, 80, 81, 82], (js, at) => ({
      js,
      ...(at < 9 && { collected: js }),
      allocated: js,
      seconds: at < 8 ? at + 1 : at + 3,
    })),
    'js-growth',
  ],
];

describe('the pace of growth', () => {
  it.each(rules)('%s', (_name, levels, kind) => {
    expect(kindOf(levels)).toBe(kind);
  });

  it('is told by the clock, whichever time it was judged by', () => {
    const levels = each(leak, (buffers, at) => ({ buffers, seconds: slower(at), waited: at * at }));
    expect(verdictOf(record(...levels)).sentence).toMatch(/between 1\.0 s and 91\.0 s/);
  });
});

describe("the program's own time", () => {
  it('is the clock less what it waited, and never falls', () => {
    const at = (seconds: number, waited: number) => snapshot({ seconds, waited }, 0);
    const times = programTimes([at(1, 5), at(2, 5), at(3, 7.5), at(4, 7.5)]);
    expect([...times]).toEqual([
      [1000, 0],
      [2000, 1000],
      [3000, 1000],
      [4000, 1000],
    ]);
  });

  it('is the clock where nobody says what it waited', () => {
    expect([...programTimes([1, 2].map((seconds) => snapshot({ seconds }, 0)))]).toEqual([
      [1000, 0],
      [2000, 1000],
    ]);
  });
});
