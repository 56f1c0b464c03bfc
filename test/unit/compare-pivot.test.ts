// Ids without the pivot's token, and the series that its values become.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { foldId } from '../../src/compare/fold-id.js';
import type { Scalar } from '../../src/runfile/dims.js';
import { run } from './compare-support.js';

describe('an id without its token', () => {
  it.each<[string, string, Scalar, string | undefined]>([
    ['m::b[v1-10]', 'v', 'v1', 'm::b[10]'],
    ['m::b[10-v1]', 'v', 'v1', 'm::b[10]'],
    ['m::b[v1]', 'v', 'v1', 'm::b'],
    ['m::b[n=1,v=v1]', 'v', 'v1', 'm::b[n=1]'],
    ['m::b[a::v1-x]', 'v', 'x', 'm::b[a::v1]'],
    ['m::b[10.0]', 'n', 10, 'm::b'],
    ['m::b[1e-05-x]', 'n', 0.00001, 'm::b[x]'],
    ['m::b[1e+16]', 'n', 1e16, 'm::b'],
    ['m::b[x--1]', 'n', -1, 'm::b[x]'],
    ['m::b[True-x]', 'on', true, 'm::b[x]'],
    ['m::b[true]', 'on', true, 'm::b'],
    ['m::b[old]', 'v', 'v1', undefined],
    ['m::b[v10]', 'v', 'v1', undefined],
    ['m::v1', 'v', 'v1', undefined],
    ['m::b[v1]::c', 'v', 'v1', undefined],
  ])('%s along %s = %s', (id, name, value, folded) => {
    expect(foldId(id, name, value, undefined)).toBe(folded);
  });

  it('keeps the token of another parameter that has the same value', () => {
    expect(foldId('m::b[2]', 'cores', 2, { size: 2 })).toBeUndefined();
    expect(foldId('m::b[2-2]', 'cores', 2, { size: 2 })).toBe('m::b[2]');
    expect(foldId('m::b[2]', 'size', 2, { size: 2 })).toBe('m::b');
    expect(foldId('m::b[2]', 'cores', 2, { size: 3 })).toBe('m::b');
    expect(foldId('m::b[1-1-x]', 'b', 1, { a: 1, b: 1, c: 'x' })).toBe('m::b[1-x]');
  });
});

describe('the series of a pivot', () => {
  const compared = (pivot: string) =>
    compareRuns(
      [
        run('r', [
          { id: 'm::b[z]', peak: [1], params: { v: 'z' } },
          { id: 'm::solo', peak: [2] },
          { id: 'm::b[1]', peak: [3], params: { v: 1 } },
          { id: 'm::c[1]', peak: [4], params: { v: '1' } },
          { id: 'm::b[true]', peak: [5], params: { v: true } },
        ]),
      ],
      planComparison({ pivot }),
    );

  it('stand in order of first appearance, keep their type, and end with the benchmarks that have none', () => {
    expect(compared('param:v').series).toEqual(['z', '1', '"1"', 'true', '—']);
    expect(compared('v').series).toEqual(compared('param:v').series);
  });

  it('pair by the id that is left', () => {
    const { compared: series } = compared('v');
    expect(series.map(({ entries }) => [...entries.keys()])).toEqual([
      ['m::b'],
      ['m::b'],
      ['m::c'],
      ['m::b'],
      ['m::solo'],
    ]);
  });
});
