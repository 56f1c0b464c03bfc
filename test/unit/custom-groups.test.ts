// Custom groups, tags and postfixes of a bench file: what the run file holds of them, and the dims that they become.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { dimsOf } from '../../src/runfile/dims.js';
import { checkBenchOptions, type PlainBenchOptions } from '../../src/runner/bench-options.js';
import { refuseOwnFormer } from '../../src/runner/former-cases.js';
import { toRunBenchmark } from '../../src/runner/measure-case.js';
import { run } from './compare-support.js';

function written(id: string, options: PlainBenchOptions, postfixes?: readonly string[]) {
  const description = { localId: id, name: id, group: null, params: null, param: null, options };
  const planned = {
    id: `a.bench.ts::${id}`,
    file: 'a.bench.ts',
    url: '',
    description,
    origin: { kind: 'bench' },
  };
  const settings = { environment: {}, nodeFlags: [], timeoutMs: 1, jobs: 1, needsPeak: true, postfixes };
  return toRunBenchmark(planned as never, settings as never, undefined, undefined);
}

describe('a bench option', () => {
  it.each<[object, RegExp]>([
    [{ customGroups: ['a'] }, /customGroups is \["a"\]/],
    [{ customGroups: { technique: {} } }, /customGroups is/],
    [{ customGroups: { technique: Number.NaN } }, /customGroups is/],
    [{ tags: 'slow' }, /tags is "slow"/],
    [{ tags: ['slow', ''] }, /tags is/],
  ])('%j is refused', (options, message) => {
    expect(() => checkBenchOptions('b', options)).toThrowError(message);
  });

  it('goes to extra_info, where other tools look for it', () => {
    const options = { customGroups: { technique: 'table', cold: false, level: 0 }, tags: ['slow'] };
    checkBenchOptions('b', options);
    const { extra_info: extra, options: kept } = written('b', options);
    expect([extra, kept]).toEqual([{ custom_groups: options.customGroups, marks: ['slow'] }, {}]);
    expect(written('b', { customGroups: {} }).extra_info).toEqual({});
  });
});

describe('former ids', () => {
  it('stand in the run file, with the params of the case', () => {
    const extra = (id: string, ...formerly: string[]) => written(id, { formerly }).extra_info;
    expect(extra('b', 'a.bench.ts::a')).toEqual({ formerly: ['a.bench.ts::a'] });
    expect(extra('b[n=1]', 'm::a', 'm::a[10]')).toEqual({ formerly: ['m::a[n=1]', 'm::a[10]'] });
  });

  it.each([['a.bench.ts::a'], [['a']], [[1]], [['']]])('%j is refused', (formerly) => {
    expect(() => checkBenchOptions('b', { formerly })).toThrowError(/formerly is/);
  });

  it('are of no benchmark of the same run', () => {
    const planned = (id: string, options: PlainBenchOptions = {}) =>
      ({ id, description: { options } }) as never;
    const taken = [planned('m::a[1]'), planned('m::b[1]', { formerly: ['m::a'] })];
    expect(() => refuseOwnFormer(taken)).toThrowError(
      'm::b[1] was formerly m::a[1], which is a benchmark of this run',
    );
    expect(() => refuseOwnFormer(taken.slice(1))).not.toThrow();
  });
});

describe('the parts of a name', () => {
  it('stand in the run file where postfixes are configured and the name has one', () => {
    const parts = (id: string, postfixes?: readonly string[]) =>
      written(id, {}, postfixes).extra_info.pytest_park_name_parts;
    expect(parts('parse_orig[10]', ['simd'])).toEqual({
      base_name: 'parse',
      parameters: '10',
      postfix: '_orig',
    });
    expect(parts('parseSimd', ['simd'])).toEqual({ base_name: 'parse', parameters: null, postfix: '_simd' });
    expect(parts('parse', ['simd'])).toBeUndefined();
    expect(parts('parse_orig')).toBeUndefined();
  });
});

describe('custom groups', () => {
  const custom_groups = { technique: 'table', cold: false, deep: { no: 'scalar' } };

  it('are dims of their own', () => {
    const [benchmark] = run('r', [{ id: 'm::b', time: [1], extra: { custom_groups, technique: 'x' } }]).file
      .benchmarks;
    const dims = dimsOf(benchmark as never);
    expect([...dims.keys()]).toEqual([
      'technique',
      'custom:technique',
      'custom:cold',
      'node.module',
      'node.func',
    ]);
    expect([dims.get('technique'), dims.get('custom:technique')]).toEqual(['x', 'table']);
  });

  it('group and filter a comparison', () => {
    const runs = [
      run('r', [
        { id: 'm::a', time: [1], extra: { custom_groups } },
        { id: 'm::b', time: [1], extra: { custom_groups: { technique: 'loop' } } },
      ]),
    ];
    const titles = (groupBy: string, where: { key: string; value: string }[] = []) => {
      const { view } = compareRuns(runs, planComparison({ groupBy, where }));
      return Array.from(view.groups as Iterable<{ title: string }>, ({ title }) => title);
    };
    expect(titles('custom:technique')).toEqual(['custom:technique=loop', 'custom:technique=table']);
    expect(titles('name', [{ key: 'custom:cold', value: 'false' }])).toEqual(['a']);
    expect(() => titles('custom:gone')).toThrowError(/no benchmark has the dim "custom:gone"/);
    expect(() => titles('custom:')).toThrowError(/no --group-by key "custom:"/);
  });
});
