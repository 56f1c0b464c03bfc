// Runs as a board: environments, series, filters, the two runs that are compared, moves and how they are spread.
import { describe, expect, it } from 'vitest';
import { Board, methodOf } from '../../src/dashboard/board.js';
import { queryOf, readFilters } from '../../src/dashboard/filters.js';
import { fileLinks, fileOf, pathOf, placeAt, servedLinks } from '../../src/dashboard/links.js';
import { distributionOf, movesOf, topMoves } from '../../src/dashboard/moves.js';
import { comparedRuns } from '../../src/dashboard/scope.js';
import { sparkLine } from '../../src/dashboard/spark.js';
import { figuresOf } from '../../src/runfile/figures.js';
import type { RunHead } from '../../src/runfile/heads.js';
import type { RunFile } from '../../src/runfile/schema.js';
import { type Metric, metricNamed } from '../../src/stats/metrics.js';
import { headOf } from './history-support.js';

const peak = metricNamed('peak') as Metric;
const slugOf = (text: string) => Buffer.from(text).toString('hex').padStart(16, '0').slice(-16);

function fileOfPeaks(peaks: Readonly<Record<string, number>>): RunFile {
  const benchmarks = Object.entries(peaks).map(([fullname, value]) => ({
    name: fullname,
    fullname,
    extra_info: {
      benchmem: {
        peak_bytes: [value, value],
        environment: { mode: 'preloaded', allocator: { name: 'jemalloc' }, node: 'v20.0.0' },
      },
    },
  }));
  return { machine_info: {}, commit_info: {}, benchmarks } as unknown as RunFile;
}

type Saved = readonly [stem: string, peaks: Readonly<Record<string, number>>, head?: Partial<RunHead>];

function boardOf(...saved: readonly Saved[]): Board {
  const runs = saved.map(([stem, peaks, more]) => ({
    head: headOf(stem, more),
    figures: figuresOf(fileOfPeaks(peaks)),
  }));
  return new Board({
    table: { runs, unread: [] },
    renames: [],
    slugOf,
    keyOf: (path) => path,
    pause: async () => {},
  });
}

const filtersOf = (board: Board, said: Readonly<Record<string, string>> = {}) =>
  readFilters((name) => (Object.hasOwn(said, name) ? said[name] : undefined), board);
const words = { cases: { original: [], reference: [], postfixLabels: {}, groupBy: [], renames: [] } };
const stems = (runs: readonly { head: RunHead }[]) => runs.map(({ head }) => head.stem);

describe('a board', () => {
  it('has a series per id, with a point per run that has it', async () => {
    const board = boardOf(['0001_a', { x: 1, y: 2 }], ['0002_a', { y: 3 }]);
    const { series } = await board.scopeOf(filtersOf(board));
    expect(series.map(({ id, points }) => [id, points.map(({ run, headline }) => [run, headline])])).toEqual([
      ['x', [[0, 1]]],
      [
        'y',
        [
          [0, 2],
          [1, 3],
        ],
      ],
    ]);
    expect(board.metrics).toEqual([peak]);
  });
  it('leaves out a run of too many benchmarks, and says so', () => {
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`id${at}`, 1]));
    const board = boardOf(['0001_a', { x: 1 }], ['0002_a', many, { benchmarks: 10_001 }]);
    expect(stems(board.runs)).toEqual(['0001_a']);
    expect(board.unread).toEqual([
      {
        path: '.benchmarks/F/0002_a.json',
        message: 'it has 10001 benchmarks, and more than 10000 are not shown',
      },
    ]);
  });
  it('puts all branches into one history where all are asked for, and keeps them apart where one is', async () => {
    const board = boardOf(['0001_a', { x: 1 }, { branch: 'main' }], ['0002_a', { x: 2 }, { branch: 'b' }]);
    const points = async (branch: string) => {
      const { series } = await board.scopeOf({ ...filtersOf(board), branch });
      return series.map((each) => each.points.map(({ headline }) => headline));
    };
    expect([await points(''), await points('main'), await points('b')]).toEqual([[[1, 2]], [[1]], [[2]]]);
  });
  it('names the run at which an exact figure steps', async () => {
    const peaks = [...Array(6).fill(100_000), ...Array(6).fill(150_000)];
    const board = boardOf(...peaks.map((x, at): Saved => [`${String(at + 1).padStart(4, '0')}_a`, { x }]));
    const { series, runs } = await board.scopeOf(filtersOf(board));
    expect(series[0]?.steps.map(({ run, isExact }) => [runs[run]?.head.stem, isExact])).toEqual([
      ['0007_a', true],
    ]);
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
    expect(stems(board.measured(filtersOf(board, { branch: 'main' })))).toEqual(['0001_a']);
    expect(stems(board.measured({ ...filtersOf(board), last: 1 }))).toEqual(['0002_a']);
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
    return comparedRuns(board, board.measured(filters), filters, { ...words, reference });
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
    expect(comparedRuns(lone, lone.measured(filters), filters, words)).toBeUndefined();
  });
});

describe('moves', () => {
  const board = boardOf(
    ['0000_elsewhere', { up: 75 }, { folder: 'G' }],
    ['0001_a', { up: 100, down: 100, same: 5, born: 0, gone: 1 }],
    ['0002_a', { up: 150, down: 40, same: 5, born: 7, fresh: 1 }],
  );
  const movesNow = async (reference = '0001_a') => {
    const scope = await board.scopeOf(filtersOf(board));
    const compared = comparedRuns(board, scope.measured, filtersOf(board), { ...words, reference });
    return [...movesOf(board, scope, compared).values()];
  };

  it('are those of series that stand in both runs', async () => {
    const moves = await movesNow();
    expect(moves.map(({ series, verdict }) => [series.id, verdict])).toEqual([
      ['born', 'regressed'],
      ['down', 'improved'],
      ['same', 'unchanged'],
      ['up', 'regressed'],
    ]);
  });
  it('stand the largest first, those from nothing before all', async () => {
    const moves = await movesNow();
    expect(topMoves(moves, 'regressed', 5).map(({ series }) => series.id)).toEqual(['born', 'up']);
    expect(topMoves(moves, 'improved', 5).map(({ series }) => series.id)).toEqual(['down']);
  });
  it('may be from a run of another machine', async () => {
    const moves = await movesNow('0000_elsewhere');
    expect(moves.map(({ series, change }) => [series.id, change.pct])).toEqual([['up', 100]]);
  });
  it('each lie in one bin', async () => {
    const moves = await movesNow();
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
  it('holds the steps, the least and the greatest of a thousand runs', () => {
    const points = Array.from({ length: 1000 }, (_, run) => ({
      ...{ run, low: 0, high: 0, passes: 2, resolution: 0, isPreloaded: true, isHollow: false },
      headline: run === 517 ? 9 : run === 611 ? -9 : 0,
    }));
    const step = {
      run: 333,
      lastBefore: 332,
      runs: 667,
      before: 0,
      after: 1,
      p: 0,
      isExact: false,
      isCertain: false,
    };
    const { text } = sparkLine({ points, steps: [step] }, 1000);
    const dot = /<circle class="worse hollow" cx="([\d.]+)" cy="([\d.]+)"/.exec(text);
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
    expect(fileOf(from, { metric: 'peak', machine: 'x' })).toBe('b/0123456789abcdef-peak-x.html');
    expect(fileOf({ page: 'runs' }, { metric: 'peak' })).toBe('runs.html');
  });
});
