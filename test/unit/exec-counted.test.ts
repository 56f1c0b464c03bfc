// The snapshots that count: those of the running program, without its start, and without those in which it lets go at its end.
import { describe, expect, it } from 'vitest';
import { countedSnapshots } from '../../src/exec/counted.js';
import { verdictOf } from '../../src/exec/verdict.js';
import { type Levels, record } from './exec-support/hand-made-series.js';

const counted = (...levels: Levels[]) => countedSnapshots(record(...levels).snapshots);
const leak: readonly Levels[] = [10, 20, 30, 40, 50, 60].map((native, index) => ({
  native,
  collected: 4,
  turns: index * 4,
  allocated: index * 10,
}));
const kindAfter = (...last: Levels[]) => verdictOf(record(...leak, ...last)).kind;
const exit: Levels = { kind: 'exit', native: 0, turns: 22, allocated: 50 };

describe('the snapshots that count', () => {
  it('are those of the running program, without its start and its end', () => {
    const kinds = (...levels: Levels[]) => counted(...levels).map(({ kind }) => kind);
    expect(kinds({}, {}, { kind: 'exit' })).toEqual(['interval', 'interval']);
    expect(kinds({ kind: 'signal' }, { kind: 'death' })).toEqual(['signal', 'death']);
    expect(kinds({ kind: 'exit' })).toEqual([]);
  });
});

describe('a snapshot in which everything was let go', () => {
  const gone: Levels = { native: 1, collected: 4, turns: 21, allocated: 50 };

  it('is of the end, if the loop had nothing to wait for', () => {
    expect(kindAfter({ ...gone, ends: true }, exit)).toBe('native-leak');
  });

  it('is of the end, if the loop never turned again', () => {
    expect(kindAfter({ ...gone, turns: 22 }, exit)).toBe('native-leak');
  });

  it('is of an orderly shutdown, if the loop waited for something', () => {
    expect(kindAfter(gone, exit)).toBe('released');
  });

  it('is of an orderly shutdown, if the loop turned on', () => {
    expect(kindAfter({ ...gone, ends: true }, { ...exit, turns: 24 })).toBe('released');
  });

  it('is of a running program, if that worked on', () => {
    expect(kindAfter({ ...gone, ends: true }, { ...exit, allocated: 55 })).toBe('released');
  });

  it('is of a running program, if that did not come to its end', () => {
    expect(kindAfter({ ...gone, ends: true })).toBe('released');
    expect(kindAfter({ ...gone, ends: true }, { ...exit, kind: 'death' })).toBe('released');
  });
});

describe('a program that waits in one call to its end', () => {
  it('is judged by all snapshots, because an end takes no third of a run', () => {
    const waiting = Array.from({ length: 8 }, (): Levels => ({ ends: true, turns: 0, allocated: 5 }));
    expect(counted(...waiting, { kind: 'exit', turns: 0, allocated: 5 })).toHaveLength(8);
  });
});

describe('a program that computes from its start to its end', () => {
  const computing = (level: (index: number) => Levels) =>
    Array.from({ length: 8 }, (_, index): Levels => ({ ends: true, turns: 0, ...level(index) }));

  it('is judged by all snapshots while it allocates', () => {
    const levels = computing((index) => ({ js: index * 10, allocated: index * 10 }));
    expect(counted(...levels, { kind: 'exit', turns: 1, allocated: 90 })).toHaveLength(8);
  });

  it('is judged by all snapshots while it grows', () => {
    const levels = computing((index) => ({ own: index * 10, allocated: 5 }));
    expect(counted(...levels, { kind: 'exit', turns: 0, allocated: 5, own: 75 })).toHaveLength(8);
  });
});
