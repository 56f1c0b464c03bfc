// Runs by reference, labels, storage, ids and dims, and runs as tables.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverRuns, loadSamples, loadTable, readRun, readRuns } from '../../src/index.js';
import { dimsOf } from '../../src/runfile/dims.js';
import { compareCodePoints, partsOfId, shortId, shortNames } from '../../src/runfile/ids.js';
import { parseTolerantJson } from '../../src/runfile/json.js';
import { reserveNumber } from '../../src/runfile/numbering.js';
import { labelsOf } from '../../src/runfile/run.js';
import type { RunBenchmark } from '../../src/runfile/schema.js';
import { autosaveName, machineFolder } from '../../src/runfile/storage.js';

const blob = { peak_bytes: [30, 10], allocations: [1, 1], total_bytes: [40, 40] };
const timing = { min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5, rounds: 2 };

function benchmark(fullname: string, rest: object = {}): RunBenchmark {
  return { name: fullname, fullname, extra_info: { benchmem: blob }, ...rest } as RunBenchmark;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-runs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, benchmarks: readonly object[] = [benchmark('m.js::b')]): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks }));
  return path;
}

describe('an id', () => {
  it.each([
    ['m.js::b', { module: 'm.js', func: 'b' }, 'b'],
    ['m.js::g::b[1]', { module: 'm.js', func: 'b', qualifier: 'g' }, 'b[1]'],
    ['m.js::outer::inner::b', { module: 'm.js', func: 'b', qualifier: 'inner' }, 'b'],
    ['m.js::b[x::y]', { module: 'm.js', func: 'b' }, 'b[x::y]'],
    ['m.js::b[[a]::[c]]', { module: 'm.js', func: 'b' }, 'b[[a]::[c]]'],
    ['m.js::b[x', { module: 'm.js', func: 'b' }, 'b[x'],
    ['alone', {}, 'alone'],
    ['alone[a::b]', {}, 'alone[a::b]'],
    ['a:b', {}, 'a:b'],
    ['::', { module: '', func: '' }, ''],
  ])('%s has its parts', (id, parts, short) => {
    expect(partsOfId(id)).toEqual(parts);
    expect(shortId(id)).toBe(short);
  });

  it.each([
    ['one name each', { 'm::a': 'a', 'm::b': 'b' }],
    ['one qualifier where that is enough', { 'm::g::a': 'g::a', 'm::h::a': 'h::a', 'm::g::b': 'b' }],
    ['no more than each needs', { 'm::g::a': 'm::g::a', 'n::g::a': 'n::g::a', 'm::h::a': 'h::a' }],
    ['an id that is the end of another', { a: 'a', 'm::a': 'm::a', 'n::m::a': 'n::m::a' }],
    ['brackets', { 'm::a[x::y]': 'm::a[x::y]', 'n::a[x::y]': 'n::a[x::y]', 'n::a[y]': 'a[y]' }],
    [
      'names of objects',
      { 'm::__proto__': 'm::__proto__', 'n::__proto__': 'n::__proto__', 'm::toString': 'toString' },
    ],
    ['nothing but separators', { '::': '::', '::::': '::::' }],
  ])('is as short as it stays unique in its table: %s', (_, names) => {
    const entries = Object.entries(names);
    const ids = entries.map(([id]) => id);
    expect([...shortNames([...ids, ...ids])].sort()).toEqual(entries.sort());
  });

  it('stands in the order of code points, not of UTF-16 units', () => {
    const ids = ['\u{1F600}', '\uFF5E', 'é', 'a', 'B', '10', '2', 'ab', ''];
    expect([...ids].sort(compareCodePoints)).toEqual([
      '',
      '10',
      '2',
      'B',
      'a',
      'ab',
      'é',
      '\uFF5E',
      '\u{1F600}',
    ]);
  });
});

describe('dims', () => {
  it('are params, then scalar extra_info, then the place', () => {
    const dims = dimsOf(
      benchmark('m.js::g::b[1]', {
        group: 'io',
        params: { n: 1, size: 'big', gone: null, list: [1], flag: true, odd: 'UNSERIALIZABLE[x]' },
        extra_info: { size: 7, n: { nested: 1 }, benchmem: blob },
      }),
    );
    expect(Object.fromEntries(dims)).toEqual({
      n: 1,
      size: 7,
      flag: true,
      'node.module': 'm.js',
      'node.class': 'g',
      'node.func': 'b',
      'node.group': 'io',
    });
  });

  it('have no empty place: no group is no group', () => {
    expect([...dimsOf(benchmark('::b', { group: '', params: { s: '' } }))]).toEqual([
      ['s', ''],
      ['node.func', 'b'],
    ]);
  });

  it('may be called like a property of every object', () => {
    const params = JSON.parse('{"__proto__": 3, "constructor": "c"}');
    const dims = dimsOf(benchmark('b', { params }));
    expect([...dims]).toEqual([
      ['__proto__', 3],
      ['constructor', 'c'],
    ]);
  });
});

describe('labels', () => {
  it.each([
    [
      ['/a/one.json', '/a/two.json'],
      ['one', 'two'],
    ],
    [
      ['/a/v1/bench.json', '/a/v2/bench.json', '/a/v3/other.json'],
      ['v1/bench', 'v2/bench', 'other'],
    ],
    [
      ['/x/1/run.json', '/y/1/run.json'],
      ['x/1/run', 'y/1/run'],
    ],
    [
      ['/a/1.2.0.json', '/a/1.3.0.json'],
      ['1.2.0', '1.3.0'],
    ],
    [
      ['/run.json', '/a/run.json'],
      ['run', 'a/run'],
    ],
    [
      ['/a/run', '/b/run.json'],
      ['a/run', 'b/run'],
    ],
  ])('%j', (paths, labels) => {
    expect(labelsOf(paths)).toEqual(labels);
  });
});

describe('readRun', () => {
  it('takes a file, a folder with one run, and a storage reference', async () => {
    write('one/run.json');
    const stored = write(`.benchmarks/${machineFolder()}/0003_main.json`);
    write(`.benchmarks/${machineFolder()}/0002_other.json`);
    write('.benchmarks/Other-Node-1-64bit/0009_main.json');
    for (const reference of ['0003', '3', 'main', '0003_main', 'latest']) {
      expect((await readRun(reference, { cwd: folder })).path).toBe(stored);
    }
    expect((await readRun('9', { cwd: folder })).label).toBe('0009_main');
    expect((await readRun('one', { cwd: folder })).label).toBe('run');
    expect((await readRun('one/run.json', { cwd: folder })).file.benchmarks).toHaveLength(1);
  });

  it('refuses a folder with several, an empty one, and what is not there', async () => {
    write('two/a.json');
    write('two/b.json');
    mkdirSync(join(folder, 'none'));
    await expect(readRun('two', { cwd: folder })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(readRun('none', { cwd: folder })).rejects.toMatchObject({ code: 'BAD_RUN_FILE' });
    await expect(readRun('gone.json', { cwd: folder })).rejects.toMatchObject({
      code: 'BAD_RUN_FILE',
      message: expect.stringContaining('cannot read gone.json: ENOENT'),
    });
  });

  it('finds all runs of a folder, by path', async () => {
    write('a/2.json');
    write('a/b/1.json');
    writeFileSync(join(folder, 'a/notes.txt'), '');
    expect(await discoverRuns('a', { cwd: folder })).toEqual(['a/2.json', 'a/b/1.json']);
    expect(await discoverRuns('gone', { cwd: folder })).toEqual([]);
  });

  it('refuses the same file twice, by whatever name', async () => {
    write('a.json');
    symlinkSync(join(folder, 'a.json'), join(folder, 'b.json'));
    await expect(readRuns(['a.json', 'a.json'], { cwd: folder })).rejects.toThrow('a.json was given twice');
    await expect(readRuns(['a.json', 'b.json'], { cwd: folder })).rejects.toThrow('are the same file');
  });
});

describe('the storage', () => {
  it('numbers on from the highest, per machine', async () => {
    write(`.benchmarks/${machineFolder()}/0041_x.json`);
    const place = { cwd: folder };
    expect(await reserveNumber('main', undefined, place)).toMatchObject({
      number: 42,
      path: join('.benchmarks', machineFolder(), '0042_main.json'),
    });
    expect(await reserveNumber('../a b', 'elsewhere', place)).toMatchObject({
      number: 1,
      path: join('elsewhere', machineFolder(), '0001__._a_b.json'),
    });
    expect(machineFolder('Linux', '22.3.1')).toBe('Linux-Node-22-64bit');
  });

  it('names autosaved runs by commit and time', () => {
    const now = new Date('2026-01-02T03:04:05.678Z');
    expect(autosaveName({ id: 'c0ffee', dirty: false }, now)).toBe('c0ffee_20260102_030405');
    expect(autosaveName({ id: 'c0ffee', dirty: true }, now)).toBe(
      'c0ffee_20260102_030405_uncommitted-changes',
    );
  });
});

describe('tables', () => {
  it('have one row per run and id, a column per dim', async () => {
    write('a.json', [
      benchmark('m::b[1]', { params: { n: 1 } }),
      benchmark('m::t', { extra_info: {}, stats: timing }),
    ]);
    write('b.json', [benchmark('m::b[1]', { params: { n: 1 }, extra_info: { size: 'x', benchmem: blob } })]);
    const table = await loadTable(['a.json', 'b.json'], { metric: 'peak', stat: 'mean' }, { cwd: folder });
    expect(table).toMatchObject({ metric: 'peak', unit: 'B', runs: ['a', 'b'] });
    expect(table.dims).toEqual(['n', 'node.func', 'node.module', 'size']);
    expect(table.rows.map(({ run, id, value }) => [run, id, value])).toEqual([
      ['a', 'm::b[1]', 20],
      ['b', 'm::b[1]', 20],
    ]);
    expect(table.rows[0]?.stats).toEqual({ min: 10, max: 30, mean: 20, median: 20, stddev: 10 });
    expect({ ...table.rows[1]?.dims }).toMatchObject({ n: 1, size: 'x' });
  });

  it('read unaligned series like the flat ones, and leave out what was not measured', async () => {
    const unaligned = { ...blob, unaligned: { rss_bytes: [5, 4, 6] } };
    write('a.json', [benchmark('u', { extra_info: { benchmem: unaligned } }), benchmark('v')]);
    const { samples, unit } = await loadSamples('a.json', { metric: 'rss' }, { cwd: folder });
    expect([unit, samples.map(({ id, value }) => [id, value])]).toEqual(['B', [['u', 4]]]);
    expect((await loadSamples('a.json', {}, { cwd: folder })).samples).toEqual([]);
  });

  it('refuse an unknown metric and statistic', async () => {
    write('a.json');
    await expect(loadSamples('a.json', { metric: 'paek' }, { cwd: folder })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await expect(loadTable(['a.json'], { stat: 'p99' as 'min' }, { cwd: folder })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});

describe('tolerant JSON', () => {
  it.each([
    ['[NaN, -Infinity, Infinity]', [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    ['{"a": {"NaN": NaN}, "b": "NaN, \\"Infinity"}', { a: { NaN: Number.NaN }, b: 'NaN, "Infinity' }],
    ['NaN', Number.NaN],
    ['["#number:NaN", NaN]', ['#number:NaN', Number.NaN]],
  ])('reads %s', (text, value) => {
    expect(parseTolerantJson(text)).toEqual(value);
  });

  it.each(['[nan]', '[NaN', '[+Infinity]', '[1,]', '"NaN', '{"a":NaNa}', "['NaN']", '', '[--Infinity]'])(
    'refuses %s',
    (text) => {
      expect(() => parseTolerantJson(text)).toThrow(SyntaxError);
    },
  );

  it('reads deep nesting and long strings without recursion', () => {
    const depth = 100_000;
    expect(() => parseTolerantJson(`${'['.repeat(depth)}NaN${']'.repeat(depth)}`)).not.toThrow();
    const escapes = '\\n'.repeat(5_000_000);
    expect(parseTolerantJson(`["${escapes}", NaN]`)).toHaveLength(2);
    expect(() => parseTolerantJson(`[NaN, "${escapes}`)).toThrow(SyntaxError);
  });
});
