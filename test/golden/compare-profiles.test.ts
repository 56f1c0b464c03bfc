// `compare --profiles BASE_DIR HEAD_DIR`: below each regression the stacks that moved most, in every format; what is missing
// is a line and no failure.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { profileFileName } from '../../src/profile/file-name.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { type Bench, benchmark } from '../unit/compare-support.js';
import { runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';
import { hostile, images, imagesBefore, small } from './profiles.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-compare-profiles-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const { id } = images.meta;
const evil = hostile.meta.id;
const linked = { profile: { file: 'elsewhere/of-then.pb.gz', sha256: 'a'.repeat(64) } };

function write(name: string, benches: readonly Bench[]): void {
  const benchmarks = benches.map(benchmark);
  writeFileSync(join(cwd, name), JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks }));
}

function put(folder: string, name: string, content: Uint8Array | string): void {
  mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, folder, name), content);
}

const figures = (peak: number, allocations: number) => ({
  peak: [peak],
  blob: { allocations: [allocations] },
});

write('base.json', [
  { id, ...figures(7_260_117, 474) },
  { id: 'a::renamed', peak: [1000], blob: linked },
  { id: 'a::without', peak: [2000], blob: {} },
  { id: 'a::broken', peak: [2000], blob: {} },
  { id: 'a::better', peak: [2000], blob: {} },
  { id: evil, peak: [500], blob: {} },
]);
write('head.json', [
  { id, ...figures(8_040_117, 600) },
  { id: 'a::renamed', peak: [1200], blob: {} },
  { id: 'a::without', peak: [4000], blob: {} },
  { id: 'a::broken', peak: [3000], blob: {} },
  { id: 'a::better', peak: [1000], blob: {} },
  { id: evil, peak: [5000], blob: {} },
]);
put('base', profileFileName(id), encodeProfile(imagesBefore));
put('head', profileFileName(id), encodeProfile(images));
put('base', 'of-then.pb.gz', encodeProfile(small('a::once', 1000)));
put('head', profileFileName('a::renamed'), encodeProfile(small('a::renamed', 1200)));
put('head', profileFileName('a::without'), encodeProfile(small('a::without', 4000)));
put('base', profileFileName('a::broken'), encodeProfile(small('a::broken', 4000)));
put('head', profileFileName('a::broken'), 'no profile');
put('base', profileFileName(evil), encodeProfile({ ...hostile, stacks: hostile.stacks.slice(3) }));
put('head', profileFileName(evil), encodeProfile(hostile));

const compare = (words: readonly string[], world = {}) =>
  runFake(['compare', 'base.json', 'head.json', '--columns', 'peak,allocations', '--stat', 'min', ...words], {
    cwd,
    ...world,
  });
const folders = ['--profiles', 'base', 'head'];
const gate = ['--fail-on', 'peak:5%', '--fail-on', 'allocations:5%'];

// Whatever is not visible text, a blank or a line end.
const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('compare --profiles', () => {
  it.each([80, 160])('names what moved below each regression, at %i columns', async (columns) => {
    const { code, stdout } = await compare([...gate, ...folders], { columns });
    const below = stdout.slice(stdout.indexOf('regression(s)') - 2);
    expect(code).toBe(1);
    expect(
      Math.max(
        ...below
          .split('\n')
          .filter((line) => line.startsWith('    '))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(columns);
    expectGolden(`compare-profiles-${columns}`, below);
  });

  it('names what got worse, the most first, where there is no gate', async () => {
    const { code, stdout } = await compare(folders, { columns: 100 });
    expect(code).toBe(0);
    expectGolden('compare-profiles-worse', stdout.slice(stdout.indexOf(' got worse') - 9));
  });

  it('in markdown', async () => {
    const { stdout } = await compare([...gate, ...folders, '--format', 'md']);
    expectGolden('compare-profiles-md', stdout.slice(0, stdout.indexOf('gate: ')));
    const plain = await compare([...folders, '--format', 'md']);
    expectGolden('compare-profiles-worse-md', plain.stdout.slice(0, plain.stdout.indexOf('###')));
  });

  it('in the JSON document, beside the gate', async () => {
    const { stdout } = await compare([...gate, ...folders, '--format', 'json']);
    const { profiles, gate: verdict } = JSON.parse(stdout);
    expect(verdict.regressions).toHaveLength(6);
    const [peak] = profiles.filter(
      (each: { id: string; field: string }) => each.id === id && each.field === 'peak',
    );
    expect(peak).toMatchObject({
      metric: 'peak',
      stacks: [
        { name: 'JavaScript heap', change: 500_000, frames: [] },
        {
          change: 320_000,
          frames: [{}, { name: 'readRows', file: 'src/rows.ts', line: 12 }, { name: 'resize' }, {}],
        },
        { change: -40_000, base: 40_000, head: 0 },
      ],
    });
    expect(profiles.find((each: { id: string }) => each.id === 'a::without')).toMatchObject({
      stacks: [],
      missing: 'no profile of a::without in base',
    });
    expect(JSON.parse((await compare([...gate, '--format', 'json'])).stdout)).not.toHaveProperty('profiles');
  });

  it('finds the profile of a benchmark by the link of its run', async () => {
    const { stdout } = await compare([...gate, ...folders], { columns: 120 });
    expect(stdout).toMatch(
      /peak {9}renamed: .*\n {4}\+200 B {2}operator new \[libstdc\+\+\.so\.6\] ← f src\/f\.ts/,
    );
  });

  it('shows no control character of a name', async () => {
    for (const format of ['table', 'md', 'json']) {
      const { stdout } = await compare([...gate, ...folders, '--format', format]);
      for (const line of stdout.split('\n')) expect(line).not.toMatch(raw);
    }
  });

  it.each([
    [
      'a folder that is not there',
      ['--profiles', 'base', 'nowhere'],
      'cannot read nowhere: there is no such file or folder',
    ],
    ['a file', ['--profiles', 'base.json', 'head'], 'base.json is not a folder'],
    ['one folder', ['--profiles', 'base'], '--profiles needs a value'],
    ['an empty name', ['--profiles', 'base', ''], '--profiles needs two folders'],
    [
      'two of each',
      ['--profiles', 'base', 'head', '--profiles', 'base', 'head'],
      '--profiles was given more than once',
    ],
  ])('refuses %s', async (_, words, message) => {
    const { code, stdout, stderr } = await compare(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});
