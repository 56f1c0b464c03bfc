// The view `history` as data: a panel per benchmark, its points in the order of the commits, and the marks of its steps.
import { describe, expect, it } from 'vitest';
import { plotHistory, plotView } from '../../src/plot/index.js';
import { tableOf } from '../../src/runfile/table.js';
import { run, steppedRuns } from './plot-support/runs.js';

const runs = steppedRuns('c', 24);
const named = (name: string) => plotHistory(runs).figure.data.filter((trace) => trace.name === name);

describe('a history', () => {
  it('has a panel per benchmark, with the runs in the order of their commits', () => {
    const { view, metric, stat, ids, figure } = plotHistory([...runs].reverse());
    expect([view, metric, stat, ids]).toEqual(['history', 'peak', 'min', 2]);
    expect(figure).toEqual(plotHistory(runs).figure);
    const [first] = named('runs');
    expect(first?.x).toEqual(Array.from({ length: 24 }, (_, at) => at).filter((at) => at !== 3));
    expect(first?.y.slice(0, 3)).toEqual([40_000, 40_040, 40_080]);
    expect(figure.layout.xaxis2).toMatchObject({ matches: 'x' });
    expect((figure.layout.xaxis as { ticktext: string[] }).ticktext[0]).toBe('c000000');
  });

  it('draws runs that count nowhere hollow, and joined to nothing', () => {
    expect(named('not counted').map(({ x, mode }) => [x, mode])).toEqual([
      [[3], 'markers'],
      [[3], 'markers'],
    ]);
  });

  it('marks a step on its run, with the level on either side', () => {
    const [step, another] = named('step');
    expect([step?.x, step?.y, step?.marker]).toEqual([
      [12],
      [60_000],
      expect.objectContaining({ symbol: 'triangle-up' }),
    ]);
    expect(another).toBeUndefined();
    expect(named('level').map(({ x, y }) => [x, y[0]])).toEqual([
      [[0, 11], 40_040],
      [[12, 23], 60_040],
    ]);
    expect(String(step?.hovertext)).toContain('+50.0%');
  });

  it('draws the benchmarks that a filter leaves, and refuses what has no commits', () => {
    expect(plotView('history', runs, { where: ['name=b'] }).ids).toBe(1);
    expect(() => plotView('history', tableOf(runs, { metric: 'peak' }))).toThrow('a table has no commits');
    expect(() => plotView('history', runs, { metric: 'rss' })).toThrow('no benchmark of these runs has rss');
    expect(() => plotView('history', runs, { x: 'n' })).toThrow('x means nothing to the view history');
  });

  it('says how many panels are too many', () => {
    const many = run(
      'r',
      Array.from({ length: 70 }, (_, at) => ({ id: `f.js::b${at}`, peak: [1] })),
    );
    const { ids, notes } = plotHistory([many, { ...many, label: 's' }]);
    expect([ids, notes[0]?.message]).toEqual([60, expect.stringContaining('10 ids more than 60 panels')]);
  });
});
