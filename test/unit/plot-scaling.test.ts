// The view `scaling` as data: what is on the axes, which points share a line, what a panel is.
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { plotScaling } from '../../src/plot/index.js';
import { tableOf } from '../../src/runfile/table.js';
import { run, sizes } from './plot-support/runs.js';

const rows = sizes('base', { 10000: 85_115, 200000: 24_693_965, 50000: 4_634_706 });

function failure(action: () => unknown): BenchmemError {
  try {
    action();
  } catch (error) {
    if (error instanceof BenchmemError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('one run', () => {
  it('draws the headline against the lone numeric dim, by size, on two logarithmic axes', () => {
    const { figure, ids, view, metric, unit } = plotScaling([rows]);
    expect([view, metric, unit, ids]).toEqual(['scaling', 'peak', 'B', 3]);
    expect(figure.data).toHaveLength(1);
    expect(figure.data[0]).toMatchObject({
      x: [10_000, 50_000, 200_000],
      y: [85_115, 4_634_706, 24_693_965],
      mode: 'lines+markers',
    });
    expect(figure.layout).toMatchObject({
      xaxis: { type: 'log' },
      yaxis: { type: 'log' },
      showlegend: false,
    });
  });

  it('takes a loaded table like the runs', () => {
    expect(plotScaling(tableOf([rows], { metric: 'peak' }))).toEqual(plotScaling([rows]));
  });

  it('prefers time where something was timed', () => {
    const timed = run('t', [{ id: 'f.js::a[1]', seconds: 0.5, peak: [5], params: { n: 1 } }]);
    expect(plotScaling([timed])).toMatchObject({
      metric: 'time',
      unit: 's',
      figure: { data: [{ y: [0.5] }] },
    });
    expect(plotScaling([timed], { metric: 'peak_bytes' }).figure.data[0]?.y).toEqual([5]);
  });

  it('names id, run, value and spread beside the pointer', () => {
    const moving = run('base', [{ id: 'f.js::a[1]', peak: [2048, 3072], params: { n: 1 } }]);
    expect(plotScaling([moving]).figure.data[0]?.hovertext).toEqual([
      '<b>f.js::a[1]</b><br>base: 2.00 KiB (2,048 B)<br>spread: 2.00 KiB (2,048 B) … 3.00 KiB (3,072 B)<br>n = 1',
    ]);
    expect(plotScaling([rows]).figure.data[0]?.hovertext).toEqual(
      expect.arrayContaining([expect.stringContaining('spread: none')]),
    );
  });
});

describe('axes', () => {
  it.each([
    ['a zero value', { 10: 0, 20: 5 }, 'log', 'linear'],
    ['a negative x', { 10: 5, '-1': 5 }, 'linear', 'log'],
    ['zero x and value', { 0: 0, 20: 5 }, 'linear', 'linear'],
  ])('%s takes the logarithm away', (_, peaks, x, y) => {
    const { layout } = plotScaling([sizes('a', peaks as Record<number, number>)]).figure;
    expect(layout).toMatchObject({ xaxis: { type: x }, yaxis: { type: y } });
  });

  it('are linear or logarithmic as told', () => {
    const types = (log: { x?: boolean; y?: boolean }) => {
      const { xaxis, yaxis } = plotScaling([rows], { log }).figure.layout as Record<string, { type: string }>;
      return [xaxis?.type, yaxis?.type];
    };
    expect(types({ x: false, y: false })).toEqual(['linear', 'linear']);
    expect(types({ x: true, y: false })).toEqual(['log', 'linear']);
    expect(types({ y: false })).toEqual(['log', 'linear']);
  });

  it('cannot be logarithmic through zero', () => {
    const zero = sizes('a', { 0: 5, 10: 0 });
    expect(failure(() => plotScaling([zero], { log: { x: true } })).message).toContain(
      'n has values at or below zero',
    );
    expect(failure(() => plotScaling([zero], { log: { y: true } })).exitCode).toBe(2);
  });

  it('takes a dim of texts as categories', () => {
    const texts = run('a', [
      { id: 'f.js::b', peak: [2], extra: { mode: 'slow' } },
      { id: 'f.js::c', peak: [1], extra: { mode: 'fast' } },
    ]);
    const { figure } = plotScaling([texts], { x: 'mode' });
    expect(figure.layout).toMatchObject({ xaxis: { type: 'linear', ticktext: ['slow', 'fast'] } });
    expect(figure.data[0]?.x).toEqual([0, 1]);
  });
});

describe('whiskers', () => {
  const moving = run('a', [
    { id: 'f.js::a[1]', peak: [20, 25], params: { n: 1 } },
    { id: 'f.js::a[2]', peak: [40, 40], params: { n: 2 } },
  ]);
  it('reach from min to max where passes differ', () => {
    expect(plotScaling([moving]).figure.data[0]?.error_y).toMatchObject({
      array: [5, 0],
      arrayminus: [0, 0],
    });
    expect(plotScaling([rows]).figure.data[0]?.error_y).toBeUndefined();
  });
  it('are drawn or not as told', () => {
    expect(plotScaling([moving], { band: 'none' }).figure.data[0]?.error_y).toBeUndefined();
    expect(plotScaling([rows], { band: 'minmax' }).figure.data[0]?.error_y).toMatchObject({
      array: [0, 0, 0],
    });
  });
});

describe('lines and panels', () => {
  const kinds = run(
    'a',
    ['old', 'new'].flatMap((kind) =>
      [1, 2].flatMap((n) =>
        ['x', 'y'].map((store, at) => ({
          id: `f.js::b[${kind}-${n}-${store}]`,
          peak: [n * 100 + at],
          params: { n, kind, store },
        })),
      ),
    ),
  );

  it('are the first leftover dim, and a panel each the next', () => {
    const { figure } = plotScaling([kinds]);
    expect(figure.data.map(({ name, x, y, xaxis }) => ({ name, x, y, xaxis }))).toEqual([
      { name: 'kind=new', x: [1, 2], y: [100, 200], xaxis: 'x' },
      { name: 'kind=new', x: [1, 2], y: [101, 201], xaxis: 'x2' },
      { name: 'kind=old', x: [1, 2], y: [100, 200], xaxis: 'x' },
      { name: 'kind=old', x: [1, 2], y: [101, 201], xaxis: 'x2' },
    ]);
    const titles = (figure.layout.annotations as { text: string }[]).map(({ text }) => text);
    expect(titles).toEqual(['<b>store=x</b>', '<b>store=y</b>']);
    expect(figure.layout).toMatchObject({ xaxis2: { matches: 'x' }, yaxis2: { matches: 'y' } });
  });

  it('are the dims that were named', () => {
    const { figure } = plotScaling([kinds], { color: 'store', facet: 'kind', freeAxes: 'y' });
    expect(figure.data.map(({ name }) => name)).toEqual(['store=x', 'store=x', 'store=y', 'store=y']);
    expect(figure.layout).toMatchObject({ xaxis2: { matches: 'x' } });
    expect(figure.layout.yaxis2).not.toHaveProperty('matches');
  });

  it('are the runs where there are several', () => {
    const { figure } = plotScaling([rows, sizes('head', { 10000: 90_000 })]);
    expect(figure.data.map(({ name }) => name)).toEqual(['base', 'head']);
    expect(plotScaling([rows, sizes('head', { 1: 9 })], { labels: ['v1', 'v2'] }).figure.data[1]?.name).toBe(
      'v2',
    );
  });

  it.each([
    ['function', (n: number) => ({ id: `f.js::of${n}[${n}]` })],
    ['module', (n: number) => ({ id: `f${n}.js::a[${n}]` })],
    ['class', (n: number) => ({ id: `f.js::Of${n}::a[${n}]` })],
    ['param', (n: number) => ({ id: `f.js::a[${n}-p${n}]`, params: { n, p: `p${n}` } })],
    ['result', (n: number) => ({ id: `f.js::a[${n}]`, extra: { rows: `${n * 10}` } })],
  ])('goes through all points where a %s follows x exactly', (_, entryOf) => {
    const entries = [1, 10, 100].map((n) => ({ peak: [n], params: { n }, ...entryOf(n) }));
    for (const runs of [[run('a', entries)], [run('a', entries), run('b', entries)]]) {
      const { data } = plotScaling(runs, { x: 'n' }).figure;
      expect(data.map(({ x }) => x)).toEqual(runs.map(() => [1, 10, 100]));
      expect(data.map(({ xaxis }) => xaxis)).toEqual(runs.map(() => 'x'));
    }
  });

  it('never join functions into one line', () => {
    const two = run('a', [
      { id: 'f.js::a[1]', peak: [1], params: { n: 1 } },
      { id: 'f.js::b[1]', peak: [2], params: { n: 1 } },
      { id: 'f.js::a[2]', peak: [3], params: { n: 2 } },
    ]);
    expect(plotScaling([two]).figure.data.map(({ x, name }) => [name, x])).toEqual([
      ['node.func=a', [1, 2]],
      ['node.func=b', [1]],
    ]);
    expect(plotScaling([two], { facet: 'func' }).figure.data.map(({ xaxis }) => xaxis)).toEqual(['x', 'x2']);
  });
});

describe('what cannot be drawn', () => {
  it.each([
    ['an unknown metric', { metric: 'speed' }, 'there is no metric speed', 'peak'],
    [
      'a metric that nobody has',
      { metric: 'rss' },
      'no benchmark of these runs has rss',
      'peak, allocated, allocations',
    ],
    ['an unknown dim', { x: 'size' }, 'x: no benchmark has a dim called size', 'n, node.func, node.module'],
    ['an unknown facet', { facet: 'size' }, 'facet: no benchmark has a dim called size', 'n, node.func'],
    ['an unknown filter', { where: ['size=1'] }, 'where: no benchmark has a dim called size', 'n, node.func'],
    ['a filter without a value', { where: ['n'] }, 'where must be DIM=VALUE, not n', 'n, node.func'],
    ['an empty selection', { where: ['n=7'] }, 'no benchmark has n=7', 'n is 10000, 50000, 200000'],
    ['labels for other runs', { labels: ['a', 'b'] }, '2 labels were given for 1 runs', 'one label'],
  ])('%s is said, with what exists', (_, options, message, hint) => {
    const error = failure(() => plotScaling([rows], options));
    expect([error.message, error.exitCode]).toEqual([message, 2]);
    expect(error.hint).toContain(hint);
  });

  it('asks which of several numeric dims is x', () => {
    const two = run('a', [
      { id: 'f.js::a[1-5]', peak: [1], params: { n: 1, width: 5 } },
      { id: 'f.js::a[2-6]', peak: [2], params: { n: 2, width: 6 } },
    ]);
    expect(failure(() => plotScaling([two])).hint).toBe('choose with x (--x): n, width');
    expect(plotScaling([two], { x: 'n' }).figure.data[0]?.x).toEqual([1, 2]);
  });

  it('takes the lone numeric param before numeric results', () => {
    const entry = (n: number, extra: object, params: object = {}) => ({
      id: `f.js::a[${n}]`,
      peak: [n],
      params: { n, ...params },
      extra: { ...extra },
    });
    const drawn = (...entries: ReturnType<typeof entry>[]) => plotScaling([run('a', entries)]).figure.data;
    expect(drawn(entry(1, { rows: 70 }), entry(2, { rows: 30 }))[0]).toMatchObject({ x: [1, 2] });
    // A param that stands still is no choice beside one that varies.
    expect(drawn(entry(1, { rows: 70 }, { k: 9 }), entry(2, { rows: 30 }, { k: 9 }))[0]?.x).toEqual([1, 2]);
  });

  it('takes the lone number of extra_info where no param is one', () => {
    const texts = [1, 2].map((n) => ({
      id: `f.js::a[p${n}]`,
      peak: [n],
      params: { p: `p${n}` },
      extra: { n },
    }));
    expect(plotScaling([run('a', texts)]).figure.data.map(({ x }) => x)).toEqual([[1, 2]]);
  });

  it('says that no dim is a number', () => {
    const none = run('a', [{ id: 'f.js::a', peak: [1] }]);
    expect(failure(() => plotScaling([none])).message).toContain('needs a numeric dim');
  });

  it('counts the ids without x', () => {
    const some = run('a', [
      { id: 'f.js::a[1]', peak: [1], params: { n: 1 } },
      { id: 'f.js::b', peak: [2] },
    ]);
    expect(plotScaling([some])).toMatchObject({ ids: 1, notes: [{ code: 'NO_X', ids: 1 }] });
  });
});

describe('filters', () => {
  it.each([
    [['n=10000'], 1],
    [['func=build'], 3],
    [['node.module=f.js', 'n=50000'], 1],
    [['param:n=200000'], 1],
    [['name=build[10000]'], 1],
    [[' n = 1e4 '], 1],
    [['fullname=f.js::build[10000]'], 1],
  ])('%s', (where, ids) => {
    expect(plotScaling([rows], { where, x: 'n' }).ids).toBe(ids);
  });
});
