// What `benchmem flamegraph` prints of profiles by hand: every report at two widths, every export, and every answer to a
// profile that cannot be told.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { reportNames } from '../../src/cli/flamegraph/flags.js';
import { flamegraphDiffPage, flamegraphPage } from '../../src/flamegraph/html.js';
import { profileFileName } from '../../src/profile/file-name.js';
import type { Profile } from '../../src/profile/model.js';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { type FakeWorld, runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';
import { hostile, images, imagesBefore, overloads, profileFolder, small, withSamples } from './profiles.js';

const foreign = small('', 700, { foreign: true });
let cwd: string;

beforeAll(() => {
  cwd = profileFolder([]);
  const put = (folder: string, name: string, content: Uint8Array | string) => {
    mkdirSync(join(cwd, folder), { recursive: true });
    writeFileSync(join(cwd, folder, name), content);
  };
  put('one', 'images.pb.gz', encodeProfile(images));
  for (const [at, id] of [
    'a.bench.ts::sort[10]',
    'a.bench.ts::sort[100]',
    'b.bench.ts::copy',
    'a.bench.ts::sort',
  ].entries())
    put('several', `${at}.pb.gz`, encodeProfile(small(id, 1000 + 100 * at)));
  put('escaped', 'x.pb.gz', encodeProfile(small('a::x[\u001b[31m]', 1)));
  put('escaped', 'y.pb.gz', encodeProfile(small('a::y', 1)));
  put('shadowed', profileFileName('a::sort'), 'no profile');
  put('shadowed', 'x.pb.gz', encodeProfile(small('a::sort[10]', 1)));
  put('several', 'notes.txt', 'no profile');
  put('several', 'broken.pb.gz', 'no profile either');
  put('evil', 'evil.pb.gz', encodeProfile(hostile));
  put('overloads', 'x.pb.gz', encodeProfile(overloads));
  put('sampled', 'x.pb.gz', encodeProfile(withSamples(images)));
  put('sampled-base', 'x.pb.gz', encodeProfile(withSamples(imagesBefore, 0.5)));
  put('base', profileFileName(images.meta.id), encodeProfile(imagesBefore));
  put('base', 'x.pb.gz', encodeProfile(small('a.bench.ts::sort[10]', 5)));
  put('head', profileFileName(images.meta.id), encodeProfile(images));
  put(
    'evil-base',
    'evil.pb.gz',
    encodeProfile({
      ...hostile,
      meta: { ...hostile.meta, id: 'x' },
      stacks: hostile.stacks
        .slice(1)
        .map(({ frames }) => ({ frames, figures: hostile.stacks[0]?.figures ?? {} })),
    }),
  );
  put('nothing', 'readme.md', '');
  put('broken', 'broken.pb.gz', 'no profile');
  put('without-native', 'x.pb.gz', encodeProfile({ ...small('x', 1, { native: false }), stacks: [] }));
  put('arm64', 'x.pb.gz', encodeProfile(small('x', 5, { frameRules: { table: 5, pointer: 2 } })));
  // Without the comment, as another tool writes it.
  put('go', 'heap.pb.gz', encodeProfile(foreign));
});

afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const flamegraph = (words: readonly string[], world: FakeWorld = {}) =>
  runFake(['flamegraph', ...words], { cwd, ...world });

describe('the reports', () => {
  it.each(reportNames.flatMap((report) => [80, 120].map((columns) => ({ report, columns }))))(
    '$report at $columns columns',
    async ({ report, columns }) => {
      const { code, stdout, stderr } = await flamegraph(['one', '--report', report], { columns });
      expect([code, stderr]).toEqual([
        0,
        'note: 1 stack ends in [truncated], because the frames above could not be found or were too many\n',
      ]);
      const widest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(columns);
      expectGolden(`flamegraph-${report}-${columns}`, stdout);
    },
  );

  it('say that no machine code was read, where the machine that was measured has no reader of it', async () => {
    const { code, stderr } = await flamegraph(['arm64', '--report', 'table']);
    expect([code, stderr]).toEqual([
      0,
      'note: code without an unwind table was left by its frame pointers alone, because benchmem reads machine code on x86-64 only\n',
    ]);
  });

  it('are whole where nobody said how wide', async () => {
    const { stdout } = await flamegraph(['one', '--report', 'table'], { unlimited: true });
    expect(stdout).toContain('node::Buffer::(anonymous namespace)::CreateUnsafeArrayBuffer [node]');
    expectGolden('flamegraph-unlimited', stdout);
  });

  it('have colours on a terminal', async () => {
    for (const report of ['table', 'tree', 'summary', 'stats', 'leaks'])
      expectGolden(
        `flamegraph-${report}-color`,
        (await flamegraph(['one', '--report', report], { color: true })).stdout,
      );
  });

  it('tell functions apart that have one name', async () => {
    for (const report of ['table', 'leaks', 'temporary', 'stats']) {
      const { stdout } = await flamegraph(['overloads', '--report', report], { columns: 200 });
      expect(stdout.match(/VOption::set\((int|char const\*)\) /g)?.length).toBe(report === 'stats' ? 4 : 2);
    }
  });

  it('are of what --worst names', async () => {
    const { stdout } = await flamegraph(['one', '--worst', 'allocated', '--report', 'summary']);
    expectGolden('flamegraph-allocated', stdout);
  });

  it('say so where there is nothing to report', async () => {
    const of = async (report: string) => (await flamegraph(['without-native', '--report', report])).stdout;
    expect(await of('leaks')).toBe('x: nothing was still held afterwards\n');
    expect(await of('temporary')).toBe('x: no allocation was temporary\n');
    expect(await of('table')).toBe('x: 0 B live at the peak\n');
    expect(await of('stats')).toContain('x: 0 distinct stacks\n');
  });
});

describe('sampled JavaScript allocations', () => {
  it.each([
    ...['table', 'tree', 'summary'].flatMap((report) =>
      [80, 120].map((columns) => ({ words: ['--worst', 'js', '--report', report], columns })),
    ),
    { words: ['--report', 'stats'], columns: 80 },
    { words: ['--worst', 'js', '--format', 'md'], columns: 80 },
    { words: ['--worst', 'js', '--format', 'collapsed'], columns: 80 },
  ])('$words at $columns columns', async ({ words, columns }) => {
    const { code, stdout } = await flamegraph(['sampled', ...words], { columns });
    expect(code).toBe(0);
    if (words.includes('--report'))
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expectGolden(
      `flamegraph-sampled-${words.filter((word) => !word.startsWith('--')).join('-')}-${columns}`,
      stdout,
    );
  });

  it('leave every other report as it is without them', async () => {
    for (const words of [
      ...['table', 'tree', 'summary', 'leaks', 'temporary'].map((report) => ['--report', report]),
      ...['md', 'collapsed'].map((format) => ['--format', format]),
      ['--worst', 'allocated', '--report', 'table'],
    ]) {
      const [plain, sampled] = [await flamegraph(['one', ...words]), await flamegraph(['sampled', ...words])];
      expect(sampled.stdout).toBe(plain.stdout);
    }
  });

  it('are not in a profile that was made without them, which is said', async () => {
    const { code, stderr } = await flamegraph(['one', '--worst', 'js', '--report', 'table']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('does not hold js')]);
  });

  it.each([
    ['--report', 'table'],
    ['--format', 'md'],
    ['--format', 'collapsed'],
  ])('are compared by %s %s', async (...words) => {
    const { stdout } = await flamegraph(['sampled-base', 'sampled', '--worst', 'js', ...words], {
      columns: 100,
    });
    expectGolden(`flamegraph-sampled-diff-${words[1]}`, stdout);
  });

  it('are profiles of their own for speedscope', async () => {
    const { profiles } = JSON.parse((await flamegraph(['sampled', '--format', 'speedscope'])).stdout);
    const found = profiles.filter(({ name }: { name: string }) => name.includes('JavaScript'));
    expect(found.map(({ name, endValue }: { name: string; endValue: number }) => [name, endValue])).toEqual([
      ['allocated by JavaScript (sampled): main thread', 4_912_700],
    ]);
  });
});

// Whatever is not visible text, a blank or a line end.
const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('hostile names', () => {
  it.each([
    ...reportNames.map((report) => ['--report', report]),
    ['--format', 'md'],
    ['--format', 'collapsed'],
    ...['table', 'tree', 'summary'].map((report) => ['--worst', 'js', '--report', report]),
    ['--worst', 'js', '--format', 'md'],
    ['nowhere'],
  ])('are shown escaped in %s %s', async (...words) => {
    const { stdout, stderr } = await flamegraph(['evil', ...words]);
    for (const line of `${stdout}${stderr}`.split('\n')) {
      expect(line).not.toMatch(raw);
      expect(line).not.toMatch(/^\s*::/);
    }
    if (words[1] === 'tree') expectGolden('flamegraph-hostile', stdout);
  });
});

describe('the profile that is meant', () => {
  it.each([
    ['an exact id, though it is a part of others', ['several', 'a.bench.ts::sort'], 'a.bench.ts::sort: '],
    ['a part of one id', ['several', '[100]'], 'a.bench.ts::sort[100]: '],
    ['the one that is worst, of all', ['several', '--worst', 'peak'], 'a.bench.ts::sort: '],
    [
      'the one that is worst, of those that match',
      ['several', 'sort[', '--worst', 'allocated'],
      'a.bench.ts::sort[10]: ',
    ],
    ['the only one of a folder', ['one'], 'bench/images.bench.ts::resize[600x400]: '],
    ['an id as a run prints it', ['escaped', 'a::x[\\x1b[31m]'], 'a::x[\\x1b[31m]: '],
    ['a file', ['several/2.pb.gz'], 'b.bench.ts::copy: '],
    ['a file and its id', ['several/2.pb.gz', 'copy'], 'b.bench.ts::copy: '],
  ])('is %s', async (_, words, title) => {
    const { code, stdout } = await flamegraph([...words, '--report', 'table'], { columns: 120 });
    expect([code, stdout.slice(0, title.length)]).toEqual([0, title]);
  });

  it('is found by the name that follows from its id', async () => {
    const folder = profileFolder([images, small('x', 5)]);
    const { code, stdout } = await runFake(['flamegraph', folder, images.meta.id, '--report', 'table'], {
      cwd,
      columns: 120,
    });
    rmSync(folder, { recursive: true });
    expect([code, stdout.startsWith(images.meta.id)]).toEqual([0, true]);
  });

  it('warns about files that are none', async () => {
    const { stderr } = await flamegraph(['several', 'copy', '--report', 'table']);
    expect(stderr).toMatch(/^warning: several\/broken\.pb\.gz /);
  });

  it.each([
    ['several', ['several']],
    ['several-of-a-part', ['several', 'sort[']],
    ['none', ['several', 'a.bench.ts::sorts']],
    ['no-profile', ['nothing']],
    ['only-broken', ['broken']],
    ['broken', ['broken/broken.pb.gz']],
    ['broken-though-a-part-of-another', ['shadowed', 'a::sort']],
    ['no-folder', ['missing']],
    ['no-native', ['without-native', '--native']],
    ['no-operand', []],
    ['four-operands', ['a', 'b', 'c', 'd']],
    ['empty-id', ['one', '']],
    ['report', ['one', '--report', 'flame']],
    ['format-of-a-report', ['one', '--report', 'tree', '--format', 'md']],
    ['open-nothing', ['one', '--report', 'tree', '--open']],
    ['open-standard-output', ['one', '-o', '-', '--open']],
    ['binary-to-terminal', ['one', '--format', 'pprof']],
  ])('is refused: %s', async (name, words) => {
    const { code, stdout, stderr } = await flamegraph(words, { isTerminal: true });
    expect([code, stdout]).toEqual([2, '']);
    expectGolden(`flamegraph-refused-${name}`, stderr);
  });

  it('has native frames where --native asks for them', async () => {
    expect(await flamegraph(['one', '--native', '--report', 'table'])).toMatchObject({ code: 0 });
  });
});

describe('the page', () => {
  // As it comes out of the file: in the canonical order.
  const stored = readProfile(encodeProfile(images));

  it('stands beside its profile, and replaces one only if asked', async () => {
    const file = 'one/images.flamegraph.html';
    const first = await flamegraph(['one']);
    expect(first).toMatchObject({ code: 0, stdout: `${file}: page of ${images.meta.id}\n` });
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(flamegraphPage(stored));
    const again = await flamegraph(['one']);
    expect([again.code, again.stdout, again.stderr]).toEqual([
      2,
      '',
      expect.stringContaining(`${file} is there already`),
    ]);
    expect(await flamegraph(['one', '-f', '--worst', 'leaked'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(flamegraphPage(stored, { metric: 'leaked' }));
  });

  it('is called as its file where another tool wrote the profile, and goes where it is told', async () => {
    const { stdout } = await flamegraph(['go/heap.pb.gz']);
    expect(stdout).toBe('go/heap.flamegraph.html: page of heap\n');
    expect(readFileSync(join(cwd, 'go/heap.flamegraph.html'), 'utf8')).toContain(
      '<title>benchmem: heap</title>',
    );
    const shown = await flamegraph(['one', '--format', 'html', '-o', '-']);
    expect(shown.stdout).toBe(flamegraphPage(stored));
  });
});

describe('the exports', () => {
  it.each(['md', 'collapsed'])('%s', async (format) => {
    expectGolden(`flamegraph-${format}`, (await flamegraph(['one', '--format', format])).stdout);
  });

  it('json holds every stack, and of a report its rows', async () => {
    const { stdout } = await flamegraph(['one', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ benchmem: 'profile', meta: { id: images.meta.id } });
    expect(JSON.parse(stdout).stacks).toHaveLength(images.stacks.length);
    const leaks = JSON.parse((await flamegraph(['one', '--report', 'leaks', '--format', 'json'])).stdout);
    expect(leaks).toMatchObject({ report: 'leaks', id: images.meta.id, bytes: 400_300 });
    expect(leaks.rows).toHaveLength(2);
  });

  it('speedscope holds what is live at the peak first', async () => {
    const { profiles } = JSON.parse((await flamegraph(['one', '--format', 'speedscope'])).stdout);
    const peak = profiles.filter(({ name }: { name: string }) => name.startsWith('live at the peak:'));
    expect(peak.reduce((sum: number, { endValue }: { endValue: number }) => sum + endValue, 0)).toBe(
      images.meta.nativeAtPeakBytes,
    );
  });

  it('pprof is the file itself, written as a whole, and over another one only if asked', async () => {
    const words = ['one', '--format', 'pprof', '-o', 'out/copy.pb.gz'];
    const first = await flamegraph(words);
    expect(first).toMatchObject({ code: 0, stdout: `out/copy.pb.gz: pprof of ${images.meta.id}\n` });
    expect(
      readFileSync(join(cwd, 'out/copy.pb.gz')).equals(readFileSync(join(cwd, 'one/images.pb.gz'))),
    ).toBe(true);
    expect(readProfile(readFileSync(join(cwd, 'out/copy.pb.gz'))).meta.id).toBe(images.meta.id);
    const again = await flamegraph(words);
    expect(again).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('out/copy.pb.gz is there already'),
    });
    expect(await flamegraph([...words, '-f'])).toMatchObject({ code: 0 });
  });

  it('a report in a file is as wide as its names, without colours', async () => {
    await flamegraph(['one', '--report', 'tree', '-o', 'tree.txt'], { color: true, columns: 80 });
    const text = readFileSync(join(cwd, 'tree.txt'), 'utf8');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('vips_tracked_aligned_alloc [@img/sharp-libvips-linux-x64]\n');
  });

  it('nothing is written where the profile is refused', async () => {
    await flamegraph(['several', '-o', 'never.txt']);
    expect(existsSync(join(cwd, 'never.txt'))).toBe(false);
  });
});

describe('two profiles', () => {
  it.each([80, 120])('as a table at %i columns', async (columns) => {
    const { code, stdout, stderr } = await flamegraph(['base', 'head', '--report', 'table'], { columns });
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    expectGolden(`flamegraph-two-${columns}`, `${stdout}${stderr}`);
  });

  it.each(['md', 'collapsed'])('as %s', async (format) => {
    expectGolden(`flamegraph-two-${format}`, (await flamegraph(['base', 'head', '--format', format])).stdout);
  });

  it('with colours, and of another metric', async () => {
    const words = ['base', 'head', '--report', 'table', '--worst', 'allocations'];
    expectGolden('flamegraph-two-color', (await flamegraph(words, { color: true })).stdout);
  });

  it('as JSON, whole and as a report', async () => {
    const whole = JSON.parse((await flamegraph(['base', 'head', '--format', 'json'])).stdout);
    expect(whole).toMatchObject({ benchmem: 'profile-diff', base: { calls: 1 }, head: { calls: 3 } });
    const report = JSON.parse(
      (await flamegraph(['base', 'head', '--report', 'table', '--format', 'json'])).stdout,
    );
    expect(report).toMatchObject({
      report: 'table',
      id: images.meta.id,
      total: { base: 7_260_117, head: 8_040_117 },
    });
    expect(report.removed).toMatchObject([{ frame: { name: 'unpack' }, base: 40_000, head: 0 }]);
  });

  it('as a page beside the head', async () => {
    const file = `head/${profileFileName(images.meta.id).replace('.pb.gz', '.diff.flamegraph.html')}`;
    expect((await flamegraph(['base', 'head'])).stdout).toBe(`${file}: page of ${images.meta.id}\n`);
    const [base, head] = [imagesBefore, images].map((each) => readProfile(encodeProfile(each)));
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(flamegraphDiffPage(base as Profile, head as Profile));
  });

  it.each([
    ['two folders, the only one of the head', ['base', 'head']],
    ['two folders and a part of an id', ['base', 'head', 'resize']],
    ['a folder and a file', ['base', `head/${profileFileName(images.meta.id)}`]],
    ['a file and a folder', [`base/${profileFileName(images.meta.id)}`, 'head']],
    ['two files', [`base/${profileFileName(images.meta.id)}`, 'one/images.pb.gz']],
  ])('are chosen from %s', async (_, words) => {
    const { code, stdout } = await flamegraph([...words, '--report', 'table'], { columns: 200 });
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^bench\/images.*: 6.92 MiB → 7.67 MiB live at the peak, \+/),
    ]);
  });

  it('are not meant by the name of a benchmark that is a folder or a file, too', async () => {
    mkdirSync(join(cwd, 'bench'), { recursive: true });
    writeFileSync(join(cwd, 'bench/images.bench.ts'), 'bench();');
    for (const id of ['bench', 'bench/images.bench.ts']) {
      const { stdout } = await flamegraph(['one', id, '--report', 'table']);
      expect(stdout).toMatch(/^bench\/images/);
    }
  });

  it('have escaped names, in every form', async () => {
    for (const words of [
      ['--report', 'table'],
      ['--format', 'md'],
      ['--format', 'collapsed'],
    ]) {
      const { stdout, stderr } = await flamegraph(['evil-base', 'evil/evil.pb.gz', ...words]);
      for (const line of `${stdout}${stderr}`.split('\n')) expect(line).not.toMatch(raw);
    }
  });

  it.each([
    ['report', ['base', 'head', '--report', 'tree']],
    ['format', ['base', 'head', '--format', 'speedscope']],
    ['no-such-id', ['several', 'head']],
    ['several', ['head', 'several']],
    ['no-head', ['base', 'missing', 'x']],
  ])('are refused: %s', async (name, words) => {
    const { code, stdout, stderr } = await flamegraph(words);
    expect([code, stdout]).toEqual([2, '']);
    expectGolden(`flamegraph-two-refused-${name}`, stderr);
  });
});

describe('docs/profiles.md', () => {
  const page = readFileSync(`${root}/docs/profiles.md`, 'utf8');
  const blocks = [...page.matchAll(/^```text\n\$ benchmem (flamegraph .*)\n([\s\S]*?)^```$/gm)];

  it('shows every report that it names', () => {
    const shown = new Set(blocks.map(([, line = '']) => / --report (\w+)$/.exec(line)?.[1]));
    expect([...shown].sort()).toEqual(reportNames.filter((name) => name !== 'summary').sort());
  });

  it.each(blocks.map(([, line = '', shown = '']) => ({ line, shown })))('$line', async ({ line, shown }) => {
    const folder = join(cwd, 'profiles');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'images.pb.gz'), encodeProfile(withSamples(images)));
    const { stdout } = await runFake(line.split(' '), { cwd, columns: 100 });
    expect(shown).toBe(stdout);
  });
});
