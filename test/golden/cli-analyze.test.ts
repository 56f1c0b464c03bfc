// `benchmem analyze` as it is printed: tables, markdown, JSON, gates, and every command line that cannot mean anything.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, benchmark } from '../unit/compare-support.js';
import { type FakeWorld, runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-analyze-'));
beforeAll(() =>
  cpSync(fileURLToPath(new URL('./history/cases/storage', import.meta.url)), cwd, { recursive: true }),
);
afterAll(() => rmSync(cwd, { recursive: true }));

const analyze = (words: readonly string[], world: FakeWorld = {}) =>
  runFake(['analyze', ...words], { cwd, ...world });

function save(storage: string, stem: string, benches: readonly Bench[], top: object = {}): void {
  const folder = join(cwd, storage, 'Linux-Node-20-64bit');
  mkdirSync(folder, { recursive: true });
  const document = { machine_info: {}, commit_info: {}, benchmarks: benches.map(benchmark), ...top };
  writeFileSync(join(folder, `${stem}.json`), JSON.stringify(document));
}

describe('an analysis', () => {
  const postfixes = ['--original-postfix', 'orig', '--reference-postfix', 'new'];

  it.each<[string, readonly string[], FakeWorld]>([
    ['analyze-120', [], { columns: 120 }],
    ['analyze-40', postfixes, { columns: 40, isTerminal: true }],
    ['analyze-color', ['--sort', 'change'], { columns: 100, color: true }],
    ['analyze-wide', [...postfixes, '--profiler-folder', 'profiles'], { columns: 160 }],
    ['analyze-md', [...postfixes, '--format', 'md', '--profiler-folder', 'profiles'], {}],
    [
      'analyze-distinct',
      ['--distinct-param', 'n', '--group-by', 'module', '--columns', 'time'],
      { columns: 120 },
    ],
    ['analyze-one-postfix', ['--original-postfix', 'orig', '--columns', 'peak'], {}],
  ])('%s', async (name, words, world) => {
    const { code, stdout, stderr } = await analyze(words, world);
    expect(code).toBe(0);
    expectGolden(name, `${stdout}--- standard error\n${stderr}`);
  });

  it('is one JSON document', async () => {
    const { code, stdout } = await analyze([...postfixes, '--format', 'json', '--columns', 'time']);
    expect(code).toBe(0);
    expectGolden('analyze-json', stdout);
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual([
      'kind',
      'schema',
      'reference',
      'candidate',
      'options',
      'regression',
      'pairs',
      'groups',
      'gate',
      'pair_gate',
      'warnings',
    ]);
  });

  it('shows no control character of what runs hold', async () => {
    const name = 'm::\u001b[31mred\u202e_orig[a|b]\n::error::x';
    const extra = { marks: ['\u001b[2J', '<img>'] };
    save('hostile', '0001_a', [{ id: name, time: [1], extra }], { run_id: '\u001b[1m' });
    save('hostile', '0002_b', [{ id: name, time: [2], extra }], {
      label: '::warning::\u009b',
      commit_info: { id: '\u0007' },
    });
    for (const format of ['table', 'md', 'json']) {
      const { code, stdout, stderr } = await analyze(
        ['hostile', '--format', format, '--original-postfix', 'orig'],
        {
          columns: 100,
        },
      );
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
      expect(stdout).not.toMatch(/^\s*::/m);
    }
  });
});

describe('its gate', () => {
  it('is over ids, never over averages', async () => {
    const many = (first: number) =>
      Array.from(
        { length: 10 },
        (_, n): Bench => ({ id: `m::b[${n}]`, peak: [n === 0 ? first : 1000], params: { n } }),
      );
    save('gate', '0001_a', many(1000));
    save('gate', '0002_b', many(1200));
    const passed = await analyze(['gate', '--fail-on', 'peak:25%']);
    expect([passed.code, passed.stdout]).toEqual([
      0,
      expect.stringContaining('no regressions over thresholds'),
    ]);
    const failed = await analyze(['gate', '--fail-on', 'peak:15%']);
    expect([failed.code, failed.stdout]).toEqual([
      1,
      expect.stringContaining('peak         b[0]: 1000 B → 1.17 KiB (+20.0%)'),
    ]);
  });

  it('of pairs goes from the original to the newer implementation of one run', async () => {
    const words = ['--original-postfix', 'orig', '--reference-postfix', 'new'];
    const failed = await analyze([...words, '--fail-on-pair', 'peak:50%', '--format', 'json']);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout).pair_gate.regressions).toEqual([
      { field: 'peak', id: 'store.bench.ts::read[n=10]', base: 10240, head: 20480, pct: 100 },
      { field: 'peak', id: 'store.bench.ts::read[n=20]', base: 20480, head: 40960, pct: 100 },
    ]);
    expect((await analyze([...words, '--fail-on-pair', 'peak:100%'])).code).toBe(0);
    expect((await analyze([...words, '--fail-on-pair', 'peak:1MiB@n=10'])).code).toBe(0);
  });

  it.each<[string, readonly string[], string]>([
    ['without postfixes', [], 'no postfix tells them apart'],
    [
      'of words that nothing ends in',
      ['--original-postfix', 'a', '--reference-postfix', 'b'],
      'no benchmark of',
    ],
    [
      'whose side is two benchmarks',
      ['--original-postfix', 'orig', '--reference-postfix', 'new', '--exclude-param', 'n'],
      'one side of the same pair',
    ],
  ])('of pairs %s is refused', async (_, words, message) => {
    const { code, stderr } = await analyze([...words, '--fail-on-pair', 'peak:1%']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('what cannot be analysed is refused with what to type', () => {
  it.each<[string, readonly string[], string, string]>([
    [
      'an unknown run',
      ['--reference', 'scond'],
      'there is no run "scond"',
      'the runs are one, two, first, second',
    ],
    ['an empty storage', ['nowhere'], 'no runs found in nowhere', '--save NAME'],
    ['two storages', ['a', 'b'], 'takes one STORAGE', '--reference and --candidate'],
    ['an unknown group', ['--group-by', 'gruop'], 'no --group-by word "gruop"', 'did you mean group?'],
    ['a group without its key', ['--group-by', 'param:'], 'no --group-by word "param:"', 'param:NAME'],
    ['an unknown param', ['--exclude-param', 'm'], '--exclude-param m: no benchmark has', 'the params are'],
    ['a group by an unknown param', ['--group-by', 'param:x'], '--group-by param:x', 'the params are'],
    ['both excluded and distinct', ['--exclude-param', 'n', '--distinct-param', 'n'], 'both', 'average'],
    [
      'a word with two roles',
      ['--original-postfix', 'a', '--reference-postfix', '_a'],
      'the postfix a',
      'name it',
    ],
    ['an unknown metric', ['--columns', 'paek'], 'no column "paek"', 'did you mean peak?'],
    ['a label as a metric', ['--columns', 'extra:n'], 'extra:n is a label', 'name metrics'],
    ['a metric that no run has', ['--columns', 'rss'], 'no run has rss', 'measured were time, peak'],
    ['a wrong threshold', ['--threshold', 'some'], '--threshold must be a percentage', '--threshold 2%'],
    ['a wrong limit', ['--fail-on-pair', 'peak'], '--fail-on-pair "peak"', 'peak:10%'],
    ['a wrong number', ['--last', '0'], '--last must be', '--last 5'],
    ['no benchmark that fits', ['--where', 'n=99'], 'no benchmark has n=99', 'n is'],
    ['a missing profiler folder', ['--profiler-folder', 'gone'], 'cannot read gone', 'name the folder'],
  ])('%s', async (_, words, message, hint) => {
    const { code, stdout, stderr } = await analyze(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it('a storage with one run', async () => {
    save('single', '0001_a', [{ id: 'm::a', time: [1] }]);
    const { code, stderr } = await analyze(['single']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/0001_a has no run before it[\s\S]*save a second one/),
    ]);
  });

  it('runs without a benchmark in common', async () => {
    save('apart', '0001_a', [{ id: 'm::a', time: [1] }]);
    save('apart', '0002_b', [{ id: 'm::b', time: [1] }]);
    const { code, stderr } = await analyze(['apart']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/no matching cases: [\s\S]*--rename OLD=NEW/)]);
    expect((await analyze(['apart', '--rename', 'm::a=m::b'])).code).toBe(0);
  });

  it('a profile that is not JSON', async () => {
    mkdirSync(join(cwd, 'broken'));
    writeFileSync(join(cwd, 'broken', 'x.json'), '{"run_id"');
    const { code, stderr } = await analyze(['--profiler-folder', 'broken']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot read broken/x.json')]);
  });
});

it('names the profiles that a run kept', async () => {
  const blob = { profile: { file: '../../profiles/a.pb.gz', sha256: '0'.repeat(64) } };
  save('kept', '0001_a', [{ id: 'm::a', peak: [1] }]);
  save('kept', '0002_b', [{ id: 'm::a', peak: [1], blob }]);
  expect((await analyze(['kept'])).stdout).toContain('profile: profiles/a.pb.gz\n');
  const [row] = JSON.parse((await analyze(['kept', '--format', 'json'])).stdout).regression.rows;
  expect(row.kept_profiles).toEqual(['../../profiles/a.pb.gz']);
});

it('a broken run among others is a warning', async () => {
  save('damaged', '0001_a', [{ id: 'm::a', time: [1] }]);
  save('damaged', '0002_b', [{ id: 'm::a', time: [2] }]);
  writeFileSync(join(cwd, 'damaged', 'Linux-Node-20-64bit', '0003_c.json'), '{"benchmarks":');
  const { code, stderr } = await analyze(['damaged'], { columns: 200 });
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('UNREADABLE_RUN: damaged/Linux-Node-20-64bit/0003_c.json'),
  ]);
});

it('a config says how names are taken apart and grouped, and a flag wins', async () => {
  const folder = join(cwd, 'configured');
  cpSync(join(cwd, '.benchmarks'), join(folder, 'runs'), { recursive: true });
  const config = {
    storage: 'runs',
    originalPostfix: 'orig',
    referencePostfix: ['new'],
    postfixLabels: { orig: 'before', new: 'after' },
    analyzeGroupBy: 'postfix',
    repeats: 3,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ benchmem: config }));
  const { code, stdout } = await analyze([], { cwd: folder, columns: 120 });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ {2}before$[\s\S]*before -> after, within/m)]);
  const grouped = await analyze(['--group-by', 'module'], { cwd: folder, columns: 120 });
  expect(grouped.stdout).toMatch(/^ {2}store\.bench\.ts$/m);
});
