// The views of two and more runs as data: points, bars and cells, their order and the bounds of their colours.
import { describe, expect, it } from 'vitest';
import { plotCompare, plotScatter, plotSweep, plotView, viewFor } from '../../src/plot/index.js';
import { run, sizes } from './plot-support/runs.js';

const base = sizes('base', { 1: 1000, 2: 4000, 3: 0, 4: 500, 5: 77 });
const head = sizes('head', { 1: 2000, 2: 3000, 3: 10, 4: 500, 6: 5 });
const named = ({ figure: { layout } }: { figure: { layout: object } }, axis: string) =>
  (layout as Record<string, { ticktext: string[] }>)[axis]?.ticktext;
const ids = (trace: { readonly [attribute: string]: unknown } | undefined) => trace?.ids;

describe('scatter', () => {
  it('draws ratio over baseline on logarithms, coloured by the change, with a line at 1', () => {
    const plot = plotScatter([base, head]);
    const [points] = plot.figure.data;
    expect(points).toMatchObject({
      x: [1000, 4000, 500],
      y: [2, 0.75, 1],
      marker: { color: [1000, -1000, 0] },
    });
    expect(ids(points)).toEqual(['f.js::build[1]', 'f.js::build[2]', 'f.js::build[4]']);
    expect(plot.figure.layout).toMatchObject({
      xaxis: { type: 'log' },
      yaxis: { type: 'log' },
      shapes: [{ type: 'line', y0: 1, y1: 1, yref: 'y' }],
    });
    expect(plot.ids).toBe(3);
  });

  it('centres the colours on zero and clips them at the 95th percentile of the changes', () => {
    const many = (label: string, grow: number) =>
      sizes(label, Object.fromEntries(Array.from({ length: 21 }, (_, n) => [n + 1, 1000 + grow * n])));
    expect(plotScatter([many('a', 0), many('b', -10)]).figure.layout.coloraxis).toMatchObject({
      cmin: -190,
      cmax: 190,
    });
    expect(plotScatter([many('a', 0), many('b', 10)], { clip: '50%' }).figure.layout.coloraxis).toMatchObject(
      { cmax: 100 },
    );
    expect(plotScatter([many('a', 0), many('b', 10)], { clip: 42 }).figure.layout.coloraxis).toMatchObject({
      cmin: -42,
      cmax: 42,
    });
    expect(plotScatter([many('a', 0), many('b', 0)]).figure.layout.coloraxis).toMatchObject({
      cmin: -1,
      cmax: 1,
    });
  });

  it.each([0, -5, Number.NaN, '0%', '101%', 'x%'])('refuses to clip at %s', (clip) => {
    expect(() => plotScatter([base, head], { clip: clip as number })).toThrow(/clip/);
  });

  it('counts what it drops', () => {
    expect(plotScatter([base, head]).notes.map(({ code, message }) => [code, message])).toEqual([
      ['NOT_IN_BOTH', '1 id in base and not in head'],
      ['NOT_IN_BOTH', '1 id in head and not in base'],
      ['NO_RATIO', '1 id with a zero or negative value in base or head: no ratio'],
    ]);
  });

  it('moves three and more runs as frames on axes that stand still', () => {
    const { figure } = plotScatter([base, head, sizes('third', { 1: 8000 })]);
    expect(figure.frames?.map(({ name, data }) => [name, data[0]?.y])).toEqual([
      ['1', [2, 0.75, 1]],
      ['2', [8]],
    ]);
    expect(figure.data[0]?.y).toEqual([2, 0.75, 1]);
    expect(figure.layout).toMatchObject({ sliders: [{ steps: [{ label: 'head' }, { label: 'third' }] }] });
    expect(figure.layout.xaxis).toHaveProperty('range');
    expect((figure.layout.coloraxis as { cmax: number }).cmax).toBeCloseTo(6100);
  });

  it('has a panel per value of a dim, one scale of colours', () => {
    const { figure } = plotScatter([base, head], { facet: 'n' });
    expect(figure.data.map(({ x }) => x)).toEqual([[1000], [4000], [500]]);
    expect(
      figure.data.every(({ marker }) => (marker as { coloraxis: string }).coloraxis === 'coloraxis'),
    ).toBe(true);
  });

  it.each([
    [[sizes('a', { 1: 5 }), sizes('b', { 2: 5 })], 'no benchmark has peak in both a and b'],
    [[sizes('a', { 1: 0 }), sizes('b', { 1: 5 })], 'peak has no ratio'],
    [[sizes('a', { 1: 5 })], 'scatter needs two runs'],
  ])('has no picture %#', (runs, message) => {
    expect(() => plotScatter(runs)).toThrow(message);
  });
});

describe('compare', () => {
  const bars = (plot: ReturnType<typeof plotCompare>) => plot.figure.data[0];

  it('ranks the changes, the worst on top', () => {
    const plot = plotCompare([base, head]);
    expect(bars(plot)).toMatchObject({
      orientation: 'h',
      x: [1000, 10, 0, -1000],
      y: [0, 1, 2, 3],
    });
    expect(named(plot, 'yaxis')).toEqual(['build[1]', 'build[3]', 'build[4]', 'build[2]']);
    expect(plot.figure.layout).toMatchObject({ yaxis: { type: 'linear', range: [3.5, -0.5] } });
    expect(plot.ids).toBe(4);
  });

  it('ranks percentages without the ids that have none', () => {
    const plot = plotCompare([base, head], { sort: 'relative' });
    expect(bars(plot)).toMatchObject({ x: [100, 0, -25], y: [0, 1, 2] });
    expect(named(plot, 'yaxis')).toEqual(['build[1]', 'build[4]', 'build[2]']);
    expect(plot.notes.at(-1)).toMatchObject({ code: 'NO_RATIO', ids: 1 });
  });

  it('sets the first run against the last', () => {
    const plot = plotCompare([base, sizes('mid', { 1: 9999 }), head]);
    expect(bars(plot)?.x).toEqual([1000, 10, 0, -1000]);
    expect(plot.figure.layout.title).toMatchObject({ text: 'peak: base → head' });
  });

  it('draws negative values, and says both and the change beside the pointer', () => {
    const net = (label: string, bytes: number) =>
      run(label, [{ id: 'f.js::a', peak: [1], retained: [bytes] }]);
    const plot = plotCompare([net('a', -2048), net('b', -1024)], { metric: 'retained' });
    expect(bars(plot)?.x).toEqual([1024]);
    expect(bars(plot)?.hovertext).toEqual([
      '<b>f.js::a</b><br>a: -2.00 KiB (-2,048 B)<br>spread: none<br>b: -1.00 KiB (-1,024 B)<br>spread: none<br>change: +1.00 KiB (+1,024 B)',
    ]);
  });

  it('keeps ids apart that end alike', () => {
    const same = (label: string) =>
      run(label, [
        { id: 'a/x.js::A::m[1]', peak: [1] },
        { id: 'b/x.js::A::m[1]', peak: [2] },
        { id: 'b/x.js::B::m[1]', peak: [2] },
        { id: 'b/x.js::A::only', peak: [2] },
      ]);
    const expected = ['a/x.js::A::m[1]', 'b/x.js::A::m[1]', 'only', 'B::m[1]'];
    expect(named(plotCompare([same('p'), same('q')]), 'yaxis')).toEqual(expected);
    expect(named(plotSweep([same('p'), same('q')]), 'yaxis')).toEqual(expected);
  });
});

describe('sweep', () => {
  const third = sizes('third', { 1: 500, 3: 7, 4: 0, 5: 154 });
  it('is the logarithm of value / first, blank where there is none', () => {
    const plot = plotSweep([base, head, third]);
    const [cells] = plot.figure.data;
    expect(cells).toMatchObject({ x: [0, 1, 2], y: [0, 1, 2, 3, 4, 5] });
    expect(named(plot, 'xaxis')).toEqual(['base', 'head', 'third']);
    expect(named(plot, 'yaxis')).toEqual([1, 2, 3, 4, 5, 6].map((n) => `build[${n}]`));
    expect(cells?.text).toEqual([
      ['1×', '2×', '0.5×'],
      ['1×', '0.75×', ''],
      ['', '', ''],
      ['1×', '1×', '0×'],
      ['1×', '', '2×'],
      ['', '', ''],
    ]);
    expect(cells?.z).toEqual([
      [0, 1, -1],
      [0, Math.log2(0.75), null],
      [null, null, null],
      [0, 0, -1],
      [0, null, 1],
      [null, null, null],
    ]);
    expect(plot.figure.layout.coloraxis).toMatchObject({ cmin: -1, cmax: 1, cmid: 0 });
    expect(plot.notes.map(({ code, ids: count }) => [code, count])).toEqual([
      ['NOT_IN_FIRST', 1],
      ['NO_RATIO', 1],
    ]);
  });

  it('does not paint noise like a change', () => {
    const { layout } = plotSweep([sizes('a', { 1: 1000 }), sizes('b', { 1: 1001 })]).figure;
    expect(layout.coloraxis).toMatchObject({ cmax: Math.log2(1.1) });
  });

  it('stacks a panel per value, each with its own ids', () => {
    const plot = plotSweep([base, head, third], { facet: 'n', where: ['n=1'] });
    expect(plot.figure.data.map(({ y }) => y)).toEqual([[0]]);
    expect(named(plot, 'yaxis')).toEqual(['build[1]']);
  });
});

describe('the view', () => {
  it('follows from the number of runs', () => {
    expect([1, 2, 3, 9].map(viewFor)).toEqual(['scaling', 'scatter', 'sweep', 'sweep']);
  });
  it.each([
    ['compare', { x: 'n' }],
    ['sweep', { clip: 5 }],
    ['scatter', { sort: 'relative' }],
    ['sweep', { band: 'none' }],
    ['compare', { log: { x: true } }],
  ] as const)('%s refuses %o, which it would ignore', (view, options) => {
    expect(() => plotView(view, [base, head], options)).toThrow(/means nothing to the view/);
  });
});
