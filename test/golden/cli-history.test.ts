// `benchmem history` as it is printed, over the story of a small project: which commit it names for which change; gates,
// accepted steps, and every command line that cannot mean anything.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../src/runfile/provenance.js';
import { makeStory, type Story, storyIds } from '../support/story.js';
import { type Bench, benchmark } from '../unit/compare-support.js';
import { type FakeWorld, runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-history-'));
let story: Story;
beforeAll(() => {
  story = makeStory(cwd);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const history = (words: readonly string[], world: FakeWorld = {}) =>
  runFake(['history', ...words], { cwd, suite: { git: gitIn }, ...world });

interface Document {
  readonly branch: string | null;
  readonly environment: string | null;
  readonly runs: readonly { readonly label: string; readonly commit: string }[];
  readonly series: readonly {
    readonly id: string;
    readonly metric: string;
    readonly points: readonly (readonly number[])[];
    readonly steps: readonly {
      readonly run: number;
      readonly commit: string;
      readonly pct: number;
      readonly exact: boolean;
      readonly certain: boolean;
      readonly accepted: string | null;
    }[];
  }[];
  readonly gate: { readonly steps: readonly object[] } | null;
  readonly warnings: readonly { readonly code: string }[];
}

async function documentOf(words: readonly string[], world: FakeWorld = {}): Promise<Document> {
  const { code, stdout, stderr } = await history([...words, '--format', 'json'], world);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Document;
}

const stepsIn = ({ series }: Document) =>
  series.flatMap(({ id, metric, steps }) =>
    steps.filter(({ certain }) => certain).map((step) => ({ id, metric, ...step })),
  );

describe('a history', () => {
  it.each<[string, readonly string[], FakeWorld]>([
    ['history-120', [], { columns: 120 }],
    ['history-40', [], { columns: 40, isTerminal: true }],
    ['history-color', ['parse', 'sort', '--branch', 'main'], { columns: 100, color: true }],
    ['history-all', ['--machine', 'all', '--metric', 'time'], { columns: 140 }],
    ['history-md', ['--format', 'md'], {}],
  ])('%s', async (name, words, world) => {
    const { code, stdout, stderr } = await history(words, world);
    expect(code).toBe(0);
    expectGolden(name, `${stdout}--- standard error\n${stderr}`);
  });

  it.each(['current', 'Linux-Node-22-64bit'])(
    'names the commit of each change, on the machine %s',
    async (machine) => {
      const document = await documentOf(machine === 'current' ? [] : ['--machine', machine]);
      const found = stepsIn(document).map(({ id, metric, commit, exact }) => [id, metric, commit, exact]);
      expect(found).toEqual([
        [storyIds.parse, 'peak', story.peak.id, true],
        [storyIds.sort, 'time', story.time.id, false],
        [storyIds.write, 'peak', story.faster.id, true],
      ]);
      const lookup = document.series.find(({ id, metric }) => id === storyIds.lookup && metric === 'peak');
      expect(lookup?.points).toHaveLength(machine === 'current' ? 23 : 24);
      expect(document.series.map(({ id }) => id).filter((id) => id.includes('find'))).toEqual([]);
    },
  );

  it('shows several environments side by side where all are asked for', async () => {
    const document = await documentOf(['--machine', 'all']);
    expect([document.branch, document.environment]).toEqual(['main', null]);
    expect(document.series).toHaveLength(16);
    expect(stepsIn(document)).toHaveLength(6);
  });

  it.each<[string, readonly string[], number]>([
    ['a day', ['--since', '2026-02-05'], 12],
    ['a number of runs', ['--last', '12'], 12],
  ])('begins at %s', async (_, words, runs) => {
    expect((await documentOf([...words, '--machine', 'all'])).runs).toHaveLength(
      runs * (words[0] === '--last' ? 1 : 2),
    );
  });

  it('begins at a commit, by some of its digits', async () => {
    const { runs } = await documentOf(['--since', story.faster.id.slice(0, 9)]);
    expect(new Set(runs.map(({ commit }) => commit)).size).toBe(2);
  });

  it('takes benchmarks by id, by a part of it and by what they are', async () => {
    const idsOf = async (...words: string[]) => [
      ...new Set((await documentOf(words)).series.map(({ id }) => id)),
    ];
    expect(await idsOf(storyIds.parse)).toEqual([storyIds.parse]);
    expect(await idsOf('parse', 'write')).toEqual([storyIds.parse, storyIds.write]);
    expect(await idsOf('--where', 'n=1000')).toEqual([storyIds.parse, storyIds.sort]);
  });
});

describe('its gate', () => {
  it('fails on steps to the worse that are new', async () => {
    const failed = await history(['--fail-on-step', 'peak', '--fail-on-step', 'time:5%', '--within', '15']);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('2 step(s) to the worse among the newest 15 runs:');
    expect(failed.stdout).toContain(`parse[1000] peak +10.0% since ${story.peak.id.slice(0, 8)}`);
    for (const words of [['peak'], ['peak:10%', '--within', '24'], ['allocations']]) {
      const passed = await history(['--fail-on-step', ...words]);
      expect([words, passed.code]).toEqual([words, 0]);
      expect(passed.stdout).toContain('no steps to the worse among the newest');
    }
  });

  it('tells GitHub of them, and of what became better', async () => {
    const world = { env: { GITHUB_ACTIONS: 'true' } };
    const { stderr } = await history(['--fail-on-step', 'peak', '--within', '15'], world);
    expect(stderr).toMatch(/^::error file=bench\/store\.bench\.ts,title=.*parse.*::peak \+10\.0%25 since/m);
    expect(stderr).toMatch(/^::notice file=bench\/store\.bench\.ts,title=.*write.*::peak -62\.5%25 since/m);
  });

  it('does not pass over nothing where a baseline is required', async () => {
    const words = ['--storage', 'none', '--fail-on-step', 'peak'];
    expect((await history(words)).code).toBe(0);
    for (const answer of [
      await history([...words, '--require-baseline']),
      await history(words, { env: { CI: 'true' } }),
      await history(['--fail-on-step', 'rss', '--require-baseline']),
    ]) {
      expect([answer.code, answer.stderr]).toEqual([2, expect.stringContaining('has two runs in')]);
    }
    expect((await history([...words, '--no-require-baseline'], { env: { CI: 'true' } })).code).toBe(0);
  });
});

describe('a step that is meant', () => {
  it('is kept with a note, shown, and fails nothing', async () => {
    const gate = ['--fail-on-step', 'peak', '--within', '15'];
    expect((await history(gate)).code).toBe(1);
    const accept = [
      '--accept',
      `${storyIds.parse}@${story.peak.id.slice(0, 8)}`,
      '--note',
      'it keeps the\u001b tree',
    ];
    const { code, stdout } = await history([...gate, ...accept]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^ {2}accepted .*parse.*: it keeps the\S* tree$/m),
    ]);
    expect((await history(gate)).code).toBe(0);
    const path = join(cwd, '.benchmarks', 'accepted.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([
      { id: storyIds.parse, metric: 'peak', commit: story.peak.id, note: 'it keeps the\u001b tree' },
    ]);
    await history(accept);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1);
    rmSync(path);
  });

  it('must be a step', async () => {
    const { code, stderr } = await history(['--accept', `${storyIds.parse}@${story.time.id}`]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`its steps are ${storyIds.parse}@${story.peak.id.slice(0, 8)}`),
    ]);
  });

  it.each<[string, string]>([
    ['no JSON', '['],
    ['no list', '{}'],
    ['an entry without a commit', '[{"id": "a", "metric": "peak"}]'],
  ])('is not read out of %s', async (_, text) => {
    const path = join(cwd, '.benchmarks', 'accepted.json');
    writeFileSync(path, text);
    const { code, stderr } = await history([]);
    rmSync(path);
    expect([code, stderr]).toEqual([2, expect.stringContaining('accepted.json')]);
  });
});

describe('what is no history is refused with what to type', () => {
  it.each<[string, readonly string[], string, string]>([
    ['an unknown benchmark', ['prase'], 'is called prase', 'the benchmarks are'],
    ['an empty benchmark', [''], 'an ID is empty', 'leave it out'],
    ['an unknown metric', ['--metric', 'paek'], 'there is no metric paek', 'did you mean peak?'],
    [
      'an unknown branch',
      ['--branch', 'mian'],
      'no saved run is of the branch mian',
      'the branches are main',
    ],
    [
      'a branch that is a flag',
      ['--branch=--all'],
      'no saved run is of the branch --all',
      'the branches are main',
    ],
    ['an unknown machine', ['--machine', 'Mars'], 'no series is of the machine Mars', 'Linux-Node-20-64bit'],
    ['no day', ['--since', 'yesterday'], '--since yesterday is not a day', '2026-01-31'],
    ['an unknown commit', ['--since', 'abcdef0'], '--since abcdef0 is not a day', '7 digits'],
    ['an unknown dim', ['--where', 'm=1'], 'no benchmark has the dim "m"', 'the dims are'],
    ['an empty storage', ['--storage', 'none'], 'no runs found in none', '--save NAME'],
    ['a limit of bytes', ['--fail-on-step', 'peak:1MiB'], 'METRIC or METRIC:PERCENT is expected', 'peak:5%'],
    ['an unknown limit', ['--fail-on-step', 'paek'], 'there is no metric paek', 'did you mean peak?'],
    ['a gate of nothing', ['--within', '5'], '--within is about a gate', '--fail-on-step peak'],
    ['no number', ['--last', '0'], '--last must be', '--last 5'],
    ['a commit that is too short', ['--accept', 'a@abc'], 'ID@COMMIT', '753bb27e'],
    ['a note about nothing', ['--note', 'x'], '--note is about a step', '--accept'],
    ['a rename of nothing', ['--rename', 'a'], '--rename must be OLD=NEW', 'for example'],
  ])('%s', async (_, words, message, hint) => {
    const { code, stdout, stderr } = await history(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});

describe('runs from anywhere', () => {
  function save(storage: string, number: number, benches: readonly Bench[], top: object = {}): void {
    const folder = join(cwd, storage, 'Linux-Node-20-64bit');
    mkdirSync(folder, { recursive: true });
    const document = {
      machine_info: {},
      commit_info: {},
      datetime: `2026-01-01T00:00:${String(number).padStart(2, '0')}Z`,
      benchmarks: benches.map(benchmark),
      ...top,
    };
    writeFileSync(join(folder, `${String(number).padStart(4, '0')}_r.json`), JSON.stringify(document));
  }

  it('show no control character, and no command to GitHub', async () => {
    const id = 'm::\u001b[31mred\u202e[a|b]\n::error::x';
    const environment = {
      mode: 'preloaded',
      allocator: { name: '\u001b[2J', version: '1' },
      node: '20.0.0',
      flags: {},
    };
    for (let number = 1; number <= 12; number += 1) {
      const peak = number > 7 ? [9000, 9000] : [5000, 5000];
      const commit = { id: '\u0007\n::warning::', branch: '\u001b]0;x\u0007', time: 'no time' };
      save('hostile', number, [{ id, peak, blob: { environment } }], { commit_info: commit });
    }
    for (const format of ['table', 'md', 'json']) {
      const words = ['--storage', 'hostile', '--format', format, '--fail-on-step', 'peak'];
      const { code, stdout, stderr } = await history(words, {
        columns: 100,
        env: { GITHUB_ACTIONS: 'true' },
      });
      expect([format, code]).toEqual([format, 1]);
      expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
      expect(stdout).not.toMatch(/^\s*::/m);
      expect(stderr.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(1);
    }
  });

  it('say that a benchmark was probably renamed', async () => {
    const environment = {
      mode: 'preloaded',
      allocator: { name: 'jemalloc', version: '1' },
      node: '20.0.0',
      flags: {},
    };
    for (let number = 1; number <= 6; number += 1) {
      const bench = { id: number <= 4 ? 'm::old' : 'm::new', peak: [5000, 5000], blob: { environment } };
      save('renamed', number, [bench, { id: 'm::other', peak: [number, number], blob: { environment } }]);
    }
    const { code, stderr } = await history(['--storage', 'renamed']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('RENAMED: m::old: it ends where m::new begins'),
    ]);
    const renamed = await history(['--storage', 'renamed', '--rename', 'm::old=m::new']);
    expect([renamed.code, renamed.stderr]).toEqual([0, '']);
  });

  it('is one line where the whole suite moved', async () => {
    const environment = (node: string) => ({
      mode: 'preloaded',
      allocator: { name: 'jemalloc', version: '1' },
      node,
      flags: {},
    });
    for (let number = 1; number <= 9; number += 1) {
      const [size, node] = number > 6 ? [6000, '20.9.0'] : [5000, '20.1.0'];
      const benches = ['a', 'b', 'c', 'd'].map((id) => ({
        id,
        peak: [size, size],
        blob: { environment: environment(node) },
      }));
      save('shift', number, benches);
    }
    const { stdout } = await history(['--storage', 'shift', '--metric', 'peak']);
    expect(stdout).toContain('shift    4 of 4 series step at 0007_r: has the machine or Node changed?');
    expect(stdout).not.toMatch(/^ {2}step /m);
  });

  it('names what cannot be read', async () => {
    save('broken', 1, [{ id: 'a', peak: [1] }]);
    writeFileSync(join(cwd, 'broken', 'Linux-Node-20-64bit', '0002_r.json'), '{"benchmarks": [');
    const { code, stderr } = await history(['--storage', 'broken']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('UNREADABLE_RUN')]);
  });
});
