// Dims, values and columns that do not exist: every flag that names one says what does, the nearest first.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { runGate } from '../../src/compare/gate/verdict.js';
import { plotView } from '../../src/plot/index.js';
import { nearestFirst } from '../../src/stats/nearest.js';
import { parseCondition } from '../../src/text/conditions.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { run } from './compare-support.js';

const bench = (shape: string, size: number) => ({
  id: `m.js::b[${shape}-${size}]`,
  peak: [size],
  params: { shape, size },
  extra: { mood: 'calm' },
});
const base = run('base', [bench('flat', 10), bench('deep', 20), bench('wide', 10)]);
const head = run('head', [bench('flat', 10), bench('deep', 20)]);

type Options = Parameters<typeof planComparison>[0];
const compare = (options: Options, runs = [base, head]) => compareRuns(runs, planComparison(options));
const dims = 'the dims are shape, size, mood, node.func, node.module';

describe('compare', () => {
  it.each<[Options, string, string]>([
    [{ groupBy: 'param:shap' }, '--group-by: no benchmark has the dim "shap"', `did you mean shape? ${dims}`],
    [{ groupBy: 'func,param:group' }, '--group-by: no benchmark has the dim "group"', 'the dims are '],
    [{ groupBy: 'param:__proto__' }, '--group-by: no benchmark has the dim "__proto__"', 'the dims are '],
    [{ where: [parseCondition('shape=falt')] }, 'no benchmark has shape=falt', 'shape is flat, deep, wide'],
    [{ where: [parseCondition('param:size=11')] }, 'no benchmark has param:size=11', 'param:size is 10, 20'],
    [
      { where: [parseCondition('shapes=flat')] },
      '--where: no benchmark has the dim "shapes"',
      'did you mean shape? ',
    ],
    [
      { where: [parseCondition('name=b[flat-11]')] },
      'no benchmark has name=b[flat-11]',
      'name is b[flat-10], ',
    ],
    [{ where: [parseCondition('func=c')] }, 'no benchmark has func=c', 'func is b'],
    [
      { where: [parseCondition('shape=deep'), parseCondition('size=10')] },
      'no benchmark has shape=deep and size=10',
      'some have one of them, and none has all: leave out one --where',
    ],
    [{ columns: 'extra:mod' }, 'no run has extra:mod', 'did you mean mood? '],
    [{ columns: 'time' }, 'no run has time', 'measured were peak, allocated, allocations'],
  ])('%j is refused with what exists', (options, message, hint) => {
    expect(() => compare(options)).toThrow(
      expect.objectContaining({ code: 'USAGE', exitCode: 2, message, hint: expect.stringContaining(hint) }),
    );
  });

  it('names the dims for --pivot', () => {
    expect(() => compare({ pivot: 'param:siez' }, [base])).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: '--pivot: no benchmark has the dim "siez"',
        hint: expect.stringContaining('did you mean size? the dims are size, '),
      }),
    );
  });

  it('names them in the warning of a column that is left out', () => {
    const { warnings } = compare({ columns: 'peak,extra:mod,rss' });
    expect(warnings.map(({ subject, hint }) => [subject, hint])).toEqual([
      ['extra:mod', expect.stringContaining('did you mean mood? the dims are mood, ')],
      ['rss', 'measured were peak, allocated, allocations'],
    ]);
  });

  it('groups by a dim that only some benchmarks have', () => {
    const mixed = run('mixed', [bench('flat', 1), { id: 'm.js::plain', peak: [1] }]);
    const { view } = compare({ groupBy: 'param:shape' }, [mixed]);
    expect([...view.groups].map(({ title }) => title)).toEqual(['shape=flat', 'shape=—']);
  });

  it('names the values for the scope of a gate', () => {
    const { compared } = compare({});
    const gate = () => runGate(compared, { thresholds: [parseThreshold('peak:5%@shape=fat')] });
    expect(gate).toThrow(
      expect.objectContaining({ exitCode: 2, hint: 'check the scope after @: shape is flat, deep' }),
    );
  });

  it('offers at most 20, the nearest of all', () => {
    const many = run(
      'many',
      Array.from({ length: 1000 }, (_, at) => bench(`value${at}`, at)),
    );
    expect(() => compare({ where: [parseCondition('shape=valeu777')] }, [many])).toThrow(
      expect.objectContaining({
        hint: expect.stringMatching(/^shape is value777, (\w+, ){18}\w+ and 980 more$/),
      }),
    );
  });
});

describe('plot', () => {
  it.each<[object, string, string]>([
    [{ x: 'siz' }, 'x: no benchmark has a dim called siz', 'did you mean size? the dims are size, '],
    [
      { color: 'shap' },
      'color: no benchmark has a dim called shap',
      'did you mean shape? the dims are shape, ',
    ],
    [{ facet: 'param:shap' }, 'facet: no benchmark has a dim called param:shap', 'did you mean shape? '],
    [{ where: ['moood=calm'] }, 'where: no benchmark has a dim called moood', 'did you mean mood? '],
    [{ where: ['shape=falt'] }, 'no benchmark has shape=falt', 'shape is flat, deep, wide'],
    [{ where: ['shape=deep', 'size=11'] }, 'no benchmark has size=11', 'size is 20'],
  ])('%j is refused with what exists', (options, message, hint) => {
    expect(() => plotView('scaling', [base], { metric: 'peak', ...options })).toThrow(
      expect.objectContaining({ exitCode: 2, message, hint: expect.stringContaining(hint) }),
    );
  });
});

it('the nearest first leaves alike ones in their order, and long ones last', () => {
  expect(nearestFirst('abd', ['zzz', 'abc', 'ABD', 'abe', 'x'.repeat(100_000)])).toEqual([
    'ABD',
    'abc',
    'abe',
    'zzz',
    'x'.repeat(100_000),
  ]);
});
