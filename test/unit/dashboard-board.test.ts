// Runs as a board: environments, series, filters, the two runs that are compared, moves and how they are spread.
import { describe, expect, it } from 'vitest';
import { Board, methodOf } from '../../src/dashboard/board.js';
import { figuresOf, mostBenchmarks } from '../../src/dashboard/figures.js';
import { queryOf, readFilters } from '../../src/dashboard/filters.js';
import { fileLinks, fileOf, pathOf, placeAt, servedLinks } from '../../src/dashboard/links.js';
import { distributionOf, movesOf, topMoves } from '../../src/dashboard/moves.js';
import { comparedRuns, scopeOf } from '../../src/dashboard/scope.js';
import { sparkLine } from '../../src/dashboard/spark.js';
import type { RunHead } from '../../src/runfile/heads.js';
import type { Run } from '../../src/runfile/run.js';
import { type Metric, metricNamed } from '../../src/stats/metrics.js';
import { headOf } from './history-support.js';

const peak = metricNamed('peak') as Metric;
const time = metricNamed('time') as Metric;
const slugOf = (text: string) => Buffer.from(text).toString('hex').padStart(16, '0').slice(-16);

function fileOfPeaks(peaks: Readonly<Record<string, number>>): Pick<Run, 'file'> {
  const benchmarks = Object.entries(peaks).map(([fullname, value]) => ({
    name: fullname,
    fullname,
    extra_info: { benchmem: { peak_bytes: [value] } },
  }));
  return { file: { machine_info: {}, commit_info: {}, benchmarks } } as unknown as Pick<Run, 'file'>;
}

type Saved = readonly [stem: string, peaks: Readonly<Record<string, number>>, head?: Partial<RunHead>];

function boardOf(...saved: readonly Saved[]): Board {
  const figures = saved.map(([stem, peaks, more]) =>
    figuresOf(headOf(stem, more), `F/${stem}.json`, fileOfPeaks(peaks)),
  );
  return new Board(figures, [], slugOf);
}

const filtersOf = (board: Board, said: Readonly<Record<string, string>> = {}) =>
  readFilters((name) => (Object.hasOwn(said, name) ? said[name] : undefined), board);
const words = { cases: { original: [], reference: [], postfixLabels: {}, groupBy: [], renames: [] } };
const stems = (runs: readonly { head: RunHead }[]) => runs.map(({ head }) => head.stem);

describe('a board', () => {
  it('has a series per id, with a point per run that has it', () => {
    const board = boardOf(['0001_a', { x: 1, y: 2 }], ['0002_a', { y: 3 }]);
    expect(board.seriesOf(peak).map(({ id, points }) => [id, points])).toEqual([
      ['x', [{ run: 0, value: 1 }]],
      [
        'y',
        [
          { run: 0, value: 2 },
          { run: 1, value: 3 },
        ],
      ],
    ]);
    expect(board.metrics).toEqual([peak]);
    expect(board.seriesOf(time)).toEqual([]);
  });
  it('keeps one figure of an id that a file says twice, and counts what is too many', () => {
    const many = Object.fromEntries(Array.from({ length: mostBenchmarks + 3 }, (_, at) => [`id${at}`, 1]));
    const twice = fileOfPeaks({ x: 1 });
    twice.file.benchmarks.push(...twice.file.benchmarks);
    const board = new Board(
      [figuresOf(headOf('0001_a'), 'k', twice), figuresOf(headOf('0002_a'), 'l', fileOfPeaks(many))],
      [],
      slugOf,
    );
    expect(board.seriesOf(peak)[0]?.points).toHaveLength(1);
    expect([board.ids.size, board.left]).toEqual([mostBenchmarks + 1, 3]);
  });
  it('puts a run without memory figures into the environment of its machine, and others into their own', () => {
    const [jemalloc, none] = [{ machine: 'here', memory: 'jemalloc' }, { machine: 'here' }];
    const board = boardOf(
      ['0001_a', { x: 1 }, { environment: none }],
      ['0002_a', { x: 1 }, { environment: jemalloc }],
      ['0003_a', { x: 1 }, { environment: { machine: 'there' } }],
      ['0004_a', { x: 1 }, { environment: jemalloc, folder: 'G' }],
    );
    expect(board.environments).toHaveLength(3);
    expect(board.runs[0]?.environment).toBe(board.runs[1]?.environment);
  });
  it('calls a method what stands before the brackets at the end', () => {
    expect(['a::b[n=1]', 'a[x]::b', 'a::b[k=[1]]', '[x]', ''].map(methodOf)).toEqual([
      'a::b',
      'a[x]::b',
      'a::b',
      '[x]',
      '',
    ]);
  });
});

describe('filters', () => {
  const board = boardOf(['0001_a', { x: 1 }, { branch: 'main' }], ['0002_a', { x: 2 }, { branch: 'b' }]);

  it('take what is known, and nothing else', () => {
    const said = {
      metric: '__proto__',
      machine: 'x',
      branch: 'toString',
      last: '7',
      base: 'x',
      head: '',
      q: ' x ',
    };
    expect(filtersOf(board, said)).toEqual({ ...filtersOf(board), contains: 'x' });
    expect(filtersOf(board, { branch: 'b', last: '50' })).toMatchObject({
      branch: 'b',
      last: 50,
      metric: peak,
    });
  });
  it('stand in an address only where they are not the usual ones, and read back the same', () => {
    expect([...queryOf(filtersOf(board), board)]).toEqual([]);
    const said = { branch: 'b', q: 'a&b', base: board.runs[0]?.slug ?? '' };
    const query = queryOf(filtersOf(board, said), board);
    expect(Object.fromEntries(query)).toEqual(said);
  });
  it('leave the newest runs of an environment and a branch', () => {
    expect(stems(scopeOf(board, filtersOf(board, { branch: 'main' })).runs)).toEqual(['0001_a']);
    expect(scopeOf(board, filtersOf(board, { q: 'nothing' })).series).toEqual([]);
  });
  it('cut a text that is too long', () => {
    expect(filtersOf(board, { q: 'x'.repeat(1e6) }).contains).toHaveLength(300);
  });
});

describe('the runs that are compared', () => {
  const board = boardOf(
    ['0001_old', { x: 1 }],
    ['0002_a', { x: 1 }],
    ['0003_b', { x: 2 }, { complete: false }],
    ['0004_c', { x: 3 }],
  );
  const compared = (said = {}, reference?: string) => {
    const filters = filtersOf(board, said);
    return comparedRuns(board, scopeOf(board, filters).runs, filters, { ...words, reference });
  };
  it('are the newest whole one and the whole one before it', () => {
    expect(stems([compared()?.base, compared()?.head] as never)).toEqual(['0002_a', '0004_c']);
  });
  it('are those that are named, by the address or at the start', () => {
    const [first, , third] = board.runs;
    const named = compared({ base: third?.slug, head: first?.slug });
    expect(stems([named?.base, named?.head] as never)).toEqual(['0003_b', '0001_old']);
    expect(compared({}, 'old')?.base.head.stem).toBe('0001_old');
    expect(() => compared({}, 'nothing')).toThrow(/--reference: there is no run "nothing"/);
  });
  it('are none where there is one run', () => {
    const lone = boardOf(['0001_a', { x: 1 }]);
    const filters = filtersOf(lone);
    expect(comparedRuns(lone, scopeOf(lone, filters).runs, filters, words)).toBeUndefined();
  });
});

describe('moves', () => {
  const board = boardOf(
    ['0001_a', { up: 100, down: 100, same: 5, born: 0, gone: 1 }],
    ['0002_a', { up: 150, down: 40, same: 5, born: 7, fresh: 1 }],
  );
  const moves = [...movesOf(board.seriesOf(peak), 0, 1, peak).values()];

  it('are those of series that stand in both runs', () => {
    expect(moves.map(({ series, verdict }) => [series.id, verdict])).toEqual([
      ['born', 'regressed'],
      ['down', 'improved'],
      ['same', 'unchanged'],
      ['up', 'regressed'],
    ]);
  });
  it('stand the largest first, those from nothing before all', () => {
    expect(topMoves(moves, 'regressed', 5).map(({ series }) => series.id)).toEqual(['born', 'up']);
    expect(topMoves(moves, 'improved', 5).map(({ series }) => series.id)).toEqual(['down']);
  });
  it('each lie in one bin', () => {
    const bins = distributionOf(moves).filter(({ count }) => count > 0);
    expect(bins.map(({ label, count }) => [label, count])).toEqual([
      ['-25% and more', 1],
      ['no change', 1],
      ['+25 to 100%', 1],
      ['+100% and more', 1],
    ]);
    expect(distributionOf(moves).reduce((sum, { count }) => sum + count, 0)).toBe(moves.length);
  });
});

describe('a line of history', () => {
  it('holds the marked, the least and the greatest of a thousand runs', () => {
    const points = Array.from({ length: 1000 }, (_, run) => ({
      run,
      value: run === 517 ? 9 : run === 611 ? -9 : 0,
    }));
    const { text } = sparkLine({ points }, 1000, new Map([[333, 'worse']]));
    const dot = /<circle class="worse" cx="([\d.]+)" cy="([\d.]+)"/.exec(text);
    expect(text).toContain(`L${dot?.[1]} ${dot?.[2]}`);
    expect(text).toMatch(/ 3\.0L[\s\S]* 27\.0L/);
    expect(text.length).toBeLessThan(6000);
  });
});

describe('places', () => {
  it.each(['', 'runs', 'compare', 'groups', 'pairs', 'b/0123456789abcdef', 'r/0123456789abcdef'])(
    '%s is one',
    (path) => {
      const place = placeAt(path);
      expect(place && pathOf(place)).toBe(path);
    },
  );
  it.each([
    'x',
    'b/',
    'b/0123',
    'b/0123456789ABCDEF',
    'x/0123456789abcdef',
    'b/0123456789abcdef/',
    '__proto__',
  ])('%s is none', (path) => {
    expect(placeAt(path)).toBeUndefined();
  });
  it('are linked from each other, on a server and in a folder', () => {
    const from = { page: 'benchmark', slug: '0123456789abcdef' } as const;
    const query = new Map([
      ['metric', 'time'],
      ['q', 'a&b'],
    ] as const);
    const assets = new Map([['style.css', 'static/style-x.css']] as const);
    expect(servedLinks(from, assets).to({ page: 'overview' }, query)).toBe('../?metric=time&q=a%26b');
    expect(servedLinks({ page: 'overview' }, assets).to({ page: 'overview' })).toBe('./');
    expect(fileLinks(from, assets).to({ page: 'overview' }, query)).toBe('../index-time.html');
    expect(fileLinks(from, assets).asset('style.css')).toBe('../static/style-x.css');
    expect(fileOf(from, 'peak')).toBe('b/0123456789abcdef-peak.html');
  });
});
