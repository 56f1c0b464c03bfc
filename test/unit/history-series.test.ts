// Saved runs as series: what stands in one, in which order, and under which id.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inCommitOrder } from '../../src/history/commit-order.js';
import { type HistoryOptions, historyOf } from '../../src/history/series.js';
import { openFolderStore } from '../../src/runfile/folder-store.js';
import { machineFolder } from '../../src/runfile/storage.js';
import type { SeriesFilter } from '../../src/runfile/store.js';
import { metricNamed } from '../../src/stats/metrics.js';
import { type Bench, benchmark, randomFrom } from './compare-support.js';
import { headOf } from './history-support.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-series-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const world = {
  mode: 'preloaded',
  allocator: { name: 'jemalloc', version: '5.3.0' },
  node: '20.20.2',
  cpu: 'Example',
  cpu_count: 4,
  ram_bytes: 17_179_869_184,
  flags: { peak: ['--a'] },
};
const machine = {
  system: 'Linux',
  runtime: 'Node.js',
  runtime_version: '20.20.2',
  cpu: { brand_raw: 'E', count: 4 },
};

interface Saved {
  readonly commit?: object;
  readonly datetime?: string;
  readonly machine?: object;
  readonly benchmem?: object;
}

let saved = 0;
beforeEach(() => {
  saved = 0;
});

function save(benches: readonly Bench[], given: Saved = {}): void {
  saved += 1;
  const name = `${String(saved).padStart(4, '0')}_r.json`;
  const path = join(cwd, '.benchmarks', machineFolder(), name);
  mkdirSync(dirname(path), { recursive: true });
  const day = String(saved).padStart(2, '0');
  const { commit, datetime = `2026-01-${day}T00:00:00Z`, machine: info, benchmem } = given;
  writeFileSync(
    path,
    JSON.stringify({
      machine_info: { ...machine, ...info },
      commit_info: { id: `c${saved}`, time: datetime, dirty: false, branch: 'main', ...commit },
      datetime,
      benchmarks: benches.map((bench) =>
        benchmark(
          bench.peak === undefined ? bench : { ...bench, blob: { environment: world, ...bench.blob } },
        ),
      ),
      ...(benchmem !== undefined && { benchmem: { schema: 1, complete: true, ...benchmem } }),
    }),
  );
}

const cache = () => join(cwd, 'cache');
const later = () => Date.now() + 60_000;
const store = () => openFolderStore({ cwd, cache: cache(), now: later });

async function history(
  { metrics = ['peak', 'time'], ...filter }: Partial<SeriesFilter> = {},
  options: Partial<HistoryOptions> = {},
) {
  const table = await store().series({ metrics, ...filter });
  const known = metrics.map((name) => metricNamed(name)).filter((metric) => metric !== undefined);
  return historyOf(table, { metrics: known, ...options });
}

const valuesOf = ({ points }: { points: readonly { headline: number }[] }) =>
  points.map(({ headline }) => headline);

describe('series of saved runs', () => {
  it('are one per benchmark and metric, with the headline and its ends', async () => {
    save([
      { id: 'a', peak: [30, 10, 20], time: [3, 1, 2] },
      { id: 'b', time: [5] },
    ]);
    save([{ id: 'a', peak: [10, 10] }]);
    const { series, runs } = await history();
    expect(series.map(({ id, metric, branch }) => [id, metric.name, branch])).toEqual([
      ['a', 'peak', 'main'],
      ['a', 'time', 'main'],
      ['b', 'time', 'main'],
    ]);
    expect(series[0]?.points).toEqual([
      {
        run: 0,
        headline: 10,
        low: 10,
        high: 30,
        passes: 3,
        resolution: 0,
        isPreloaded: true,
        isHollow: false,
      },
      {
        run: 1,
        headline: 10,
        low: 10,
        high: 10,
        passes: 2,
        resolution: 0,
        isPreloaded: true,
        isHollow: false,
      },
    ]);
    expect(series[1]?.points[0]).toMatchObject({ headline: 1, low: 1, high: 3, passes: 1 });
    expect(runs.map(({ versions }) => versions)).toEqual(Array(2).fill('Node 20.20.2, jemalloc 5.3.0'));
  });

  it('take the trend of what is retained, with its resolution', async () => {
    const blob = { retained_bytes: [1000, 3000, 2000, 100, 100], resolution: { retained_bytes: 1024 } };
    save([{ id: 'a', peak: [1, 1, 1, 1, 1], blob }]);
    const { series } = await history({ metrics: ['retained'] });
    const [point] = series[0]?.points ?? [];
    expect(point).toMatchObject({ low: 100, high: 3000, passes: 5, resolution: 1024 });
    expect(point?.headline).toBeGreaterThan(100);
  });

  it('of memory go on where the CPU is another one, and of time do not', async () => {
    save([{ id: 'a', peak: [1], time: [1] }]);
    save([{ id: 'a', peak: [2], time: [2] }], { machine: { cpu: { brand_raw: 'Other', count: 8 } } });
    const { series } = await history();
    expect(series.map(({ metric, points }) => [metric.name, points.length])).toEqual([
      ['peak', 2],
      ['time', 1],
      ['time', 1],
    ]);
  });

  it('are apart for branches, kinds and environments, and hold shards', async () => {
    save([{ id: 'a', peak: [1] }]);
    save([{ id: 'a', peak: [2] }], { commit: { branch: 'topic' } });
    save([{ id: 'a', peak: [3] }], { benchmem: { kind: 'measure' } });
    save([{ id: 'a', peak: [4] }], { benchmem: { shard: { index: 1, of: 2 } } });
    save([{ id: 'a', peak: [5], blob: { environment: { ...world, mode: 'attached' } } }]);
    save([{ id: 'a', peak: [6] }], { benchmem: { kind: 'sweep' } });
    const { series } = await history();
    expect(series.map(valuesOf).sort()).toEqual([[1, 4], [2], [3], [5]]);
    expect((await history({ branch: 'topic' })).series.map(valuesOf)).toEqual([[2]]);
    expect((await history({ kinds: ['sweep'] })).series.map(valuesOf)).toEqual([[6]]);
    expect((await history({ last: 2 })).series.map(valuesOf).sort()).toEqual([[4], [5]]);
    expect((await history({ folder: 'elsewhere' })).series).toEqual([]);
  });

  it('mark runs that count nowhere', async () => {
    save([{ id: 'a', peak: [1] }], { commit: { dirty: true } });
    save([{ id: 'a', peak: [2] }], { benchmem: { complete: false } });
    save([{ id: 'a', peak: [3] }]);
    const { series, runs } = await history();
    expect(series[0]?.points.map(({ isHollow }) => isHollow)).toEqual([true, true, false]);
    expect(runs.map(({ isHollow }) => isHollow)).toEqual([true, true, false]);
  });

  it('refuse a metric that there is not', async () => {
    await expect(history({ metrics: ['speed'] })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('the order of runs', () => {
  const at = (commit: string, commitTime: string | undefined, datetime = '2026-02-01') => ({
    head: headOf(`${commit}_r`, { commit, datetime, ...(commitTime !== undefined && { commitTime }) }),
  });
  const order = (runs: readonly ReturnType<typeof at>[], commits?: readonly string[]) =>
    inCommitOrder(runs, commits).map(({ head }) => head.commit);

  it('is that of the commits, which a clock does not change', () => {
    const runs = [at('a', '2026-01-03'), at('b', '2026-01-01'), at('c', '2026-01-02')];
    expect(order(runs)).toEqual(['b', 'c', 'a']);
    expect(order(runs, ['c', 'b', 'a'])).toEqual(['a', 'b', 'c']);
  });

  it('places commits that the checkout does not have by their times', () => {
    const runs = [at('a', '2026-01-04'), at('x', '2026-01-02'), at('b', '2026-01-01')];
    expect(order(runs, ['b', 'a'])).toEqual(['a', 'x', 'b']);
  });

  it('takes the time of measuring where a commit has none, and keeps runs of one commit apart', () => {
    const runs = [
      at('b', undefined, '2026-01-02'),
      at('a', '2026-01-01', '2026-03-02'),
      at('a', '2026-01-01', '2026-03-01'),
    ];
    expect(inCommitOrder(runs).map(({ head }) => head.datetime)).toEqual([
      '2026-03-01',
      '2026-03-02',
      '2026-01-02',
    ]);
  });

  it('is the same whichever order the runs come in', () => {
    const random = randomFrom(7);
    const runs = Array.from({ length: 40 }, (_, index) =>
      at(
        `c${index}`,
        random() < 0.2 ? undefined : `2026-01-${String(1 + Math.floor(random() * 9)).padStart(2, '0')}`,
      ),
    );
    const commits = runs.filter(() => random() < 0.5).map(({ head }) => head.commit as string);
    const expected = order(runs, commits);
    for (let round = 0; round < 20; round += 1) {
      expect(
        order(
          [...runs].sort(() => random() - 0.5),
          commits,
        ),
      ).toEqual(expected);
    }
    const known = expected.filter((commit) => commits.includes(commit as string));
    expect(known).toEqual([...commits].reverse());
  });
});

describe('renamed benchmarks', () => {
  const formerly = (...ids: string[]) => ({ extra: { formerly: ids } });

  it('keep their history, over several renames', async () => {
    save([{ id: 'a', peak: [1] }]);
    save([{ id: 'b', peak: [2], ...formerly('a') }]);
    save([{ id: 'c', peak: [3], ...formerly('b') }]);
    save([{ id: 'c', peak: [4] }]);
    const { series } = await history();
    expect(series.map(({ id, points }) => [id, points.length])).toEqual([['c', 4]]);
  });

  it('follow renames that are told, ids and prefixes, and say which renamed nothing', async () => {
    save([{ id: 'm::a', peak: [1] }]);
    save([{ id: 'n::b', peak: [2] }]);
    const renames = [
      { from: 'm::', to: 'n::' },
      { from: 'n::a', to: 'n::b' },
      { from: 'gone', to: 'x' },
    ];
    const { series, unmatched } = await history({}, { renames });
    expect(series.map(({ id, points }) => [id, points.length])).toEqual([['n::b', 2]]);
    expect(unmatched).toEqual([{ from: 'gone', to: 'x' }]);
  });

  it('may get their old id back, and another may take it later', async () => {
    save([{ id: 'a', peak: [1] }]);
    save([{ id: 'b', peak: [2], ...formerly('a') }]);
    save([{ id: 'a', peak: [3], ...formerly('b') }]);
    expect((await history()).series.map(({ id, points }) => [id, points.length])).toEqual([['a', 3]]);
    save([{ id: 'b', peak: [4], ...formerly('a') }]);
    save([
      { id: 'b', peak: [5] },
      { id: 'a', peak: [9] },
    ]);
    expect((await history()).series.map(valuesOf)).toEqual([[9], [1, 2, 3, 4, 5]]);
  });

  it('are an error where a run has the old and the new one', async () => {
    save([
      { id: 'a', peak: [1] },
      { id: 'b', peak: [2], ...formerly('a') },
    ]);
    await expect(history()).rejects.toMatchObject({
      code: 'USAGE',
      message: /0001_r\.json: a and b would both be b/,
    });
  });

  it('are not misled by what is not a list of ids', async () => {
    save([{ id: 'a', peak: [1] }]);
    for (const wrong of ['a', [1], { a: 1 }, [['a']]])
      save([{ id: 'b', peak: [2], extra: { formerly: wrong } }]);
    expect((await history()).series.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('the index of figures', () => {
  const indexPath = () => {
    const name = readdirSync(cache()).find((entry) => entry.endsWith('.figures'));
    return join(cache(), name ?? 'none');
  };

  it('answers without reading what it knows, and only the metrics that are asked for', async () => {
    save([{ id: 'a\t\n', peak: [7] }]);
    await history();
    writeFileSync(indexPath(), readFileSync(indexPath(), 'utf8').replace('"cells":[7]', '"cells":[8]'));
    const { series } = await history({ metrics: ['peak'] });
    expect(series.map(({ id, points }) => [id, points[0]?.headline])).toEqual([['a\t\n', 8]]);
    const table = await store().series({ metrics: ['peak'] });
    expect([...(table.runs[0]?.figures.columns.keys() ?? [])]).toEqual(['peak_bytes']);
  });

  it.each<[string, (index: string) => string]>([
    ['empty', () => ''],
    ['of another version', (index) => index.replace('"version":1', '"version":2')],
    ['cut', (index) => index.slice(0, -30)],
    ['with a value that is not a number', (index) => index.replace('"cells":[7]', '"cells":["7"]')],
    ['with a row beyond its ids', (index) => index.replaceAll('"rows":[0]', '"rows":[5]')],
    ['with a number of passes below zero', (index) => index.replaceAll('"passes":1', '"passes":-1')],
    ['without its names', (index) => index.replace(/^names.*$/m, '')],
    ['with names of another shape', (index) => index.replace('"ids":["a"]', '"ids":[1]')],
  ])('that is %s is rebuilt', async (_, spoil) => {
    save([{ id: 'a', peak: [7] }]);
    await history();
    const whole = readFileSync(indexPath(), 'utf8');
    expect(spoil(whole)).not.toBe(whole);
    writeFileSync(indexPath(), spoil(whole));
    expect((await history()).series.map(valuesOf)).toEqual([[7]]);
    expect(readFileSync(indexPath(), 'utf8')).toBe(whole);
  });

  it('forgets files that have gone, and works without a cache', async () => {
    save([{ id: 'a', peak: [7] }]);
    save([{ id: 'a', peak: [8] }]);
    await history();
    rmSync(join(cwd, '.benchmarks', machineFolder(), '0001_r.json'));
    expect((await history()).series.map(valuesOf)).toEqual([[8]]);
    expect(readFileSync(indexPath(), 'utf8')).not.toContain('0001_r');
    const table = await openFolderStore({ cwd }).series({ metrics: ['peak'] });
    expect(table.runs).toHaveLength(1);
  });
});

describe('a folder of runs', () => {
  it('takes a whole run under its number, and says that something changed', async () => {
    save([{ id: 'a', peak: [1] }]);
    const opened = store();
    const heads = async () => (await opened.list()).heads.map(({ stem }) => stem);
    expect(await heads()).toEqual(['0001_r']);
    let unwatch = () => {};
    const changed = new Promise<void>((resolve) => {
      unwatch = opened.watch(resolve);
    });
    const [run] = (await opened.list()).heads;
    const { file } = await opened.read(run as never);
    const reservation = await opened.reserve('whole');
    const head = await opened.commit(reservation, file);
    expect(head).toMatchObject({ number: 2, tag: 'whole', stem: '0002_whole', commit: 'c1' });
    await changed;
    unwatch();
    expect(await heads()).toEqual(['0001_r', '0002_whole']);
  });
});
