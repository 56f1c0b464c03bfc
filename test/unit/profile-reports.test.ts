// Reports of a profile by hand: where memory comes from, what leaks, what is temporary, and what is not there.
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../src/profile/model.js';
import { frameText, isInteresting, shortFrameText, siteOf } from '../../src/profile/reports/frames.js';
import { histogram } from '../../src/profile/reports/histogram.js';
import { leaks } from '../../src/profile/reports/leaks.js';
import { asideOf } from '../../src/profile/reports/metrics.js';
import { shareText } from '../../src/profile/reports/share.js';
import { noOnes, ownProject, stats } from '../../src/profile/reports/stats.js';
import { summary } from '../../src/profile/reports/summary.js';
import { table } from '../../src/profile/reports/table.js';
import { temporary } from '../../src/profile/reports/temporary.js';
import { tree } from '../../src/profile/reports/tree.js';
import { js, mainThread, native, profileOf, stack, worker } from './profile-support/profiles.js';

const sharp = { package: 'sharp' };
const grow = native('grow(int)', 'node_modules/sharp/sharp.node', 0x10, sharp);
const resize = js('resize', 'node_modules/sharp/lib/index.js', 40, sharp);
const buffers = native('node::Buffer::New(v8::Isolate*, unsigned long)', 'node', 0x20);
const alloc = js('alloc', 'node:buffer', 300);
const build = js('build', 'src/rows.ts', 12);
const start = js('start', 'src/main.ts', 3);
const span = js('run', 'node_modules/benchmem/dist/engine/span.js', 8, { package: 'benchmem' });

// allocations, bytes, temporary, live blocks and bytes, native's peak, the sum's peak
const profile = profileOf(
  [
    stack([grow, resize, start, span, mainThread], 10, 1000, 4, 1, 100, 5, 500, 4, 400),
    stack([{ ...grow, address: 0x18 }, resize, start, span, mainThread], 2, 200, 0, 0, 0, 1, 100, 1, 100),
    stack([buffers, alloc, build, start, span, mainThread], 8, 8000, 0, 8, 8000, 8, 8000, 5, 5000),
    stack([buffers, alloc, build, start, span, worker], 3, 300, 3, 0, 0, 1, 100, 1, 100),
    stack([native('uv_fs_open', 'node', 0x99), mainThread], 1, 16, 1, 0, 0, 0, 0, 0, 0),
  ],
  { peakBytes: 7600, jsAtPeakBytes: 2000, calls: 3, olderFreedBytes: 50 },
);

const only = (figures: Profile['figures']): Profile => ({ ...profile, figures });

describe('the table', () => {
  it('has a row per function that allocates and line that led to it, the largest first', () => {
    const { total, rows } = table(profile);
    expect(total).toBe(7600);
    expect(
      rows.map(({ value, count, leaf, site, stacks }) => [
        value,
        count,
        leaf?.name,
        site && frameText(site),
        stacks,
      ]),
    ).toEqual([
      [5100, 6, buffers.name, 'build src/rows.ts:12', 2],
      [500, 5, 'grow(int)', 'resize sharp/lib/index.js:40', 2],
    ]);
    expect(rows[0]?.callers.map(({ name }) => name)).toEqual(['start']);
  });

  it('adds up to the peak together with the JavaScript heap, which no other metric has', () => {
    expect(table(profile).aside).toEqual([{ name: 'JavaScript heap', bytes: 2000 }]);
    expect(asideOf(profile, 'native')).toEqual([]);
    expect(table(profile, { metric: 'native' }).total).toBe(8700);
    expect(table(profile, { metric: 'allocations' }).rows.map(({ value }) => value)).toEqual([12, 11, 1]);
  });

  it('has no count that the file does not hold', () => {
    const stored = only(['sumBytes', 'peakBytes']);
    expect(table(stored, { metric: 'native' }).rows[0]).not.toHaveProperty('count');
    expect(() => table(stored, { metric: 'leaked' })).toThrow(
      expect.objectContaining({
        code: 'NOT_MEASURED',
        message: 'the profile of rows.bench.mjs::build does not hold leaked',
        hint: 'it holds peak, native',
      }),
    );
  });
});

describe('the tree', () => {
  it('is merged by line and not by address, and shows whose code is whose', () => {
    const { root } = tree(profile);
    expect([root.value, root.count, root.children.map(({ frame }) => frame?.name)]).toEqual([
      5600,
      11,
      ['main thread', 'worker 1'],
    ]);
    const path: [string | undefined, number, boolean][] = [];
    for (let node = root.children[0]; node !== undefined; node = node.children[0])
      path.push([node.frame?.name, node.value, node.interesting]);
    expect(path).toEqual([
      ['main thread', 5500, false],
      ['run', 5500, false],
      ['start', 5500, true],
      ['build', 5000, true],
      ['alloc', 5000, false],
      [buffers.name, 5000, false],
    ]);
  });

  it('says what it leaves out', () => {
    expect(tree(profile, { biggest: 1 }).elided).toEqual({ stacks: 3, count: 6, value: 600 });
  });
});

describe('the summary', () => {
  it('counts a recursive function once', () => {
    const walk = (line: number) => js('walk', 'src/tree.ts', line, { functionLine: 1 });
    const { rows } = summary(
      profileOf([stack([walk(2), walk(3), walk(3), mainThread], 1, 9, 0, 0, 0, 0, 0, 1, 9)]),
    );
    expect(
      rows.map(({ function: { name, line }, total, own, count }) => [name, line, total, own, count]),
    ).toEqual([
      ['walk', undefined, 9, 9, 1],
      ['main thread', undefined, 9, 0, 1],
    ]);
  });
});

describe('the leaks', () => {
  it('name the line, how many of its blocks stayed, and how often the action ran', () => {
    expect(leaks(profile)).toMatchObject({
      bytes: 8100,
      blocks: 9,
      olderFreedBytes: 50,
      calls: 3,
      rows: [
        {
          bytes: 8000,
          blocks: 8,
          allocations: 11,
          site: { name: 'build', line: 12 },
          leaf: { name: buffers.name },
        },
        { bytes: 100, blocks: 1, allocations: 12, site: { name: 'resize' } },
      ],
    });
  });

  it('are none where nothing stayed', () => {
    expect(leaks(profileOf([stack([grow, mainThread], 1, 1)]))).toMatchObject({ bytes: 0, rows: [] });
  });
});

describe('temporary allocations', () => {
  it('are by site, beside all of the site', () => {
    const report = temporary(profile);
    expect([report.temporary, report.allocations]).toEqual([8, 24]);
    expect(
      report.rows.map(({ temporary, allocations, leaf, site }) => [
        temporary,
        allocations,
        leaf?.name,
        site?.name,
      ]),
    ).toEqual([
      [4, 12, 'grow(int)', 'resize'],
      [3, 11, buffers.name, 'build'],
      [1, 1, 'uv_fs_open', undefined],
    ]);
  });
});

describe('statistics', () => {
  it('are sums, shares, sizes, and who allocates most', () => {
    const report = stats(profile);
    expect(report).toMatchObject({
      stacks: 5,
      allocations: 24,
      allocatedBytes: 9516,
      atPeakBytes: 5600,
      nativePeakBytes: 8700,
      leakedBlocks: 9,
      leakedBytes: 8100,
      temporary: 8,
      temporaryShare: 8 / 24,
    });
    expect(report.sizes.reduce((sum, { count }) => sum + count, 0)).toBe(24);
    expect(report.largestBySize.map(({ site }) => site?.name)).toEqual(['build', 'resize', undefined]);
    expect(report.largestByCount.map(({ figures }) => figures.allocations)).toEqual([12, 11, 1]);
    expect(report.packages.map(({ name, figures }) => [name, figures.bytes])).toEqual([
      [ownProject, 8300],
      ['sharp', 1200],
      [noOnes, 16],
    ]);
    expect(report.threads.map(({ name, figures }) => [name, figures.bytes])).toEqual([
      ['main thread', 9216],
      ['worker 1', 300],
    ]);
  });

  it('do not have what the profile does not hold', () => {
    const report = stats(only(['sumBytes']));
    expect(report).toMatchObject({ atPeakBytes: 5600, sizes: [], largestBySize: [], largestByCount: [] });
    for (const absent of ['allocations', 'allocatedBytes', 'temporary', 'temporaryShare', 'leakedBytes'])
      expect(report).not.toHaveProperty(absent);
  });

  it('of nothing are empty', () => {
    expect(stats(profileOf([]))).toMatchObject({
      stacks: 0,
      allocations: 0,
      sizes: [],
      packages: [],
      threads: [],
    });
    expect(stats(profileOf([]))).not.toHaveProperty('temporaryShare');
  });
});

describe('the histogram of sizes', () => {
  it.each<[string, [number, number][], [number, number, number][]]>([
    ['nothing', [], []],
    ['one byte', [[1, 7]], [[0, 1, 7]]],
    ['no byte', [[0, 7]], [[0, 0, 7]]],
    [
      'no byte and one',
      [
        [0, 2],
        [1, 7],
      ],
      [[0, 1, 9]],
    ],
  ])('of %s', (_, counts, bins) => {
    expect(
      histogram(new Map(counts)).map(({ minBytes, maxBytes, count }) => [minBytes, maxBytes, count]),
    ).toEqual(bins);
  });

  it('has bins that follow one another and hold what they say', () => {
    const sizes = Array.from({ length: 5000 }, (_, at) => at + 1);
    const bins = histogram(new Map(sizes.map((size) => [size, 1])));
    expect(bins.map(({ minBytes }) => minBytes)).toEqual([
      0,
      ...bins.slice(0, -1).map(({ maxBytes }) => maxBytes + 1),
    ]);
    expect(bins.at(-1)?.maxBytes).toBe(5000);
    for (const { minBytes, maxBytes, count } of bins)
      expect(sizes.filter((size) => size >= minBytes && size <= maxBytes)).toHaveLength(count);
  });
});

describe('code of the user', () => {
  it.each([
    [build, true],
    [resize, true],
    [grow, true],
    [native('f', 'build/Release/own.node'), true],
    [native('f', 'own.node'), true],
    [{ kind: 'wasm', name: 'add' } as const, true],
    [js('f', 'evalmachine.<anonymous>', 1), true],
    [alloc, false],
    [span, false],
    [buffers, false],
    [native('malloc', 'libc.so.6'), false],
    [{ kind: 'builtin', name: 'ArrayMap' } as const, false],
    [mainThread, false],
  ])('%#', (frame, expected) => {
    expect(isInteresting(frame)).toBe(expected);
  });

  it('is looked for as a line of JavaScript first', () => {
    expect(siteOf([grow, resize, start])).toBe(resize);
    expect(siteOf([grow, alloc])).toBe(grow);
    expect(siteOf([grow, native('work()', 'sharp.node'), alloc])?.name).toBe('work()');
    expect(siteOf([alloc])).toBeUndefined();
  });
});

const longName =
  'std::__shared_ptr<v8::BackingStore, (__gnu_cxx::_Lock_policy)2>::__shared_ptr<v8::BackingStore, std::default_delete<v8::BackingStore>, void>';

describe('the text of a frame', () => {
  it.each([
    [
      native(`${longName}(int)`, 'node'),
      'std::__shared_ptr<…>::__shared_ptr<…> [node]',
      `${longName}(int) [node]`,
    ],
    [
      native(`operator< ${'x'.repeat(60)}<int>`),
      `operator< ${'x'.repeat(60)}<int> [node]`,
      `operator< ${'x'.repeat(60)}<int> [node]`,
    ],
    [native(`a<${'b<'.repeat(40)}`), `a<${'b<'.repeat(40)} [node]`, `a<${'b<'.repeat(40)} [node]`],
    [native('f(int, g(*)(char)) const', 'lib/x.node'), 'f [x.node]', 'f(int, g(*)(char)) const [x.node]'],
    [
      native('a::(anonymous namespace)::f(int)', 'node'),
      'a::(anonymous namespace)::f [node]',
      'a::(anonymous namespace)::f(int) [node]',
    ],
    [native('S::operator()(int)', 'node'), 'S::operator() [node]', 'S::operator()(int) [node]'],
    [native('f<g(int)>', 'node'), 'f<g(int)> [node]', 'f<g(int)> [node]'],
    [native('operator()', 'node'), 'operator() [node]', 'operator() [node]'],
    [native('(x)', 'node'), '(x) [node]', '(x) [node]'],
    [native('x)', 'node'), 'x) [node]', 'x) [node]'],
    [native('x.so+0x12', 'lib/x.so'), 'x.so+0x12', 'x.so+0x12'],
    [grow, 'grow [sharp]', 'grow(int) [sharp]'],
    [resize, 'resize sharp/lib/index.js:40', 'resize sharp/lib/index.js:40'],
    [js('f(x)', 'node:fs', 7), 'f(x) node:fs:7', 'f(x) node:fs:7'],
  ])('%#', (frame, short, whole) => {
    expect([shortFrameText(frame), frameText(frame)]).toEqual([short, whole]);
  });
});

describe('a share', () => {
  it.each([
    [1, 3, '33.3%'],
    [1, 100_000, '<0.1%'],
    [0, 5, '0.0%'],
    [5, 5, '100.0%'],
    [0, 0, ''],
  ])('%d of %d', (part, whole, text) => {
    expect(shareText(part, whole)).toBe(text);
  });
});
