// `benchmem run` as it is printed, from fixed figures: its tables, its other reporters, and what it refuses.

import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import type { BrokenFile } from '../../src/runner/plan.js';
import { runFailure } from '../../src/runner/run-suite.js';
import { printable } from '../../src/text/escapes.js';
import { runFake } from './fake-world.js';
import { counted, moving, steady } from './figures.js';
import { expectGolden } from './golden-file.js';
import { ActionFailedStandIn, plannedCase, runWorld } from './run-world.js';

const evil = 'red\u001b[31m | `x` <b>&"\u202e\r\n::error::owned %0A';

const plain = [
  { planned: plannedCase('sort.bench.ts', 'quick[1000]'), figures: steady, times: [0.00152, 0.0016, 0.0019] },
  { planned: plannedCase('sort.bench.ts', 'quick[2000]'), figures: moving, times: [0.0031, 0.0033, 0.004] },
  { planned: plannedCase('lib/image.bench.ts', 'resize::of the whole album[a::b-true]'), figures: moving },
];
const hostile = [
  { planned: plannedCase(`bench/${evil}.bench.ts`, evil), figures: steady, times: [0.1] },
  { planned: plannedCase(`bench/${evil}.bench.ts`, `fails ${evil}`), failure: new ActionFailedStandIn(evil) },
  {
    planned: plannedCase('tight.bench.ts', `limited ${evil}`, { maxPeak: '1KiB', maxRss: 5 }),
    figures: moving,
  },
];

describe.each([40, 80, 120])('at %d columns', (columns) => {
  it.each([
    ['run', plain, ['run']],
    ['run-split', plain, ['run', '--table', 'split', '--columns', 'time,peak,allocations']],
    ['run-hostile', hostile, ['run']],
  ])('%s', async (name, cases, argv) => {
    const { stdout } = await runFake(argv, { ...runWorld(cases), columns, isTerminal: true });
    // An id stands whole, also where it is wider than the terminal.
    const ids = new Set(cases.map(({ planned }) => printable(planned.id)));
    const tooWide = stdout
      .split('\n')
      .filter((line) => stringWidth(line) > columns && !ids.has(line.trim().replace(/[,:]$/, '')));
    expect(tooWide).toEqual([]);
    expectGolden(`${name}-${columns}`, stdout);
  });
});

it('loses neither columns nor parts of names where nobody said how wide', async () => {
  const narrow = await runFake(['run'], { ...runWorld(plain), columns: 80 });
  const { stdout } = await runFake(['run'], { ...runWorld(plain), columns: 80, unlimited: true });
  const [header = ''] = stdout.split('\n');
  expect(header.match(/\b(min|mean|max|spread)\b/g)).toEqual([
    'min',
    'mean',
    'max',
    'min',
    'mean',
    'max',
    'spread',
  ]);
  expect(stdout).toContain('  resize::of the whole album[a::b-true] ');
  expect(narrow.stdout.split('\n')[0]).not.toContain('spread');
});

it('shows what was measured on demand, and only then', async () => {
  const asked = { ...counted, unaligned: { ...counted.unaligned, rss_bytes: [50_331_648] } };
  const headers = async (figures: typeof counted) => {
    const cases = [{ planned: plannedCase('a.bench.ts', 'b'), figures }];
    const { stdout } = await runFake(['run'], { ...runWorld(cases), columns: 120, unlimited: true });
    return stdout
      .split('\n')
      .filter((line) => / min\b/.test(line))
      .join();
  };
  expect(await headers(asked)).toMatch(/ objects min .* rss \(MiB\) min/);
  expect(await headers(steady)).not.toMatch(/objects|rss/);
});

it('tells its progress in plain lines in CI, also on a terminal', async () => {
  const line = '[1/1] sort.bench.ts::quick[1000]: time 1.52 ms, peak 128 MiB\n';
  const told = async (isTerminal: boolean, env: Record<string, string>) =>
    (await runFake(['run'], { ...runWorld(plain.slice(0, 1)), isTerminal, env })).stderr;
  expect(await told(true, { CI: 'true' })).toContain(line);
  expect(await told(true, { CI: 'true' })).not.toContain('\u001b');
  expect(await told(false, {})).toContain(line);
  expect(await told(true, { CI: 'false' })).toContain('\r\u001b[2K[0/1]');
});

it('marks a peak that holds all garbage, in the table and in markdown', async () => {
  const garbage = { ...steady, js_total_bytes: [5, 5], near_live: { slack_bytes: 1, forced_gcs: 0 } };
  const forced = { ...garbage, near_live: { slack_bytes: 1, forced_gcs: 2 } };
  const cases = [garbage, forced].map((figures, at) => ({
    planned: plannedCase('a.bench.ts', `b${at}`),
    figures,
  }));
  const written = new Map<string, string>();
  const { stdout } = await runFake(['run', '--reporter', 'table', '--reporter', 'github'], {
    ...runWorld(cases, written),
    env: { GITHUB_STEP_SUMMARY: '/summary.md' },
  });
  const summary = [...written.values()].join('');
  for (const text of [stdout, summary]) {
    const [marked, plain] = ['b0', 'b1'].map((id) => text.split('\n').find((line) => line.includes(id)));
    expect(marked?.match(/~[\d,.]+/g)).toHaveLength(3);
    expect(plain).not.toContain('~');
  }
});

describe('reporters', () => {
  it.each(['json', 'junit', 'github'])('%s', async (reporter) => {
    const { code, stdout } = await runFake(['run', '--reporter', reporter], runWorld(hostile));
    expect(code).toBe(1);
    expectGolden(`run-hostile-${reporter}`, stdout);
  });

  it('annotate and write a job summary where GitHub runs them', async () => {
    const written = new Map<string, string>();
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/summary.md' };
    const { stdout } = await runFake(['run'], { ...runWorld(hostile, written), env });
    expect(stdout.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(3);
    expect([...written.keys()]).toEqual(['/summary.md']);
    expectGolden('run-hostile-summary', written.get('/summary.md') ?? '');
  });

  it('tell of files that cannot be loaded', async () => {
    const texts: string[] = [];
    for (const reporter of ['table', 'junit', 'github']) {
      const world = runWorld(plain.slice(0, 1), new Map(), {}, [brokenFile('b.bench.ts', 'bad <b>')]);
      const { code, stdout } = await runFake(['run', '--reporter', reporter], world);
      expect(code).toBe(1);
      texts.push(stdout);
    }
    const [table, junit, github] = texts;
    expect(table).toMatch(/b\.bench\.ts\n +\(file\) +failed/);
    expect(junit).toMatch(
      /tests="1" failures="1" .*\n.*<testcase name="\(file\)" classname="b\.bench\.ts".*\n.*bad &lt;b&gt;/,
    );
    expect(github).toBe('::error file=b.bench.ts,title=b.bench.ts::load: bad <b>\n');
  });

  it.each([
    ['/project', 'b.bench.ts'],
    ['/', 'project/b.bench.ts'],
    ['/project/', 'b.bench.ts'],
    ['/elsewhere', 'b.bench.ts'],
    ['/pro', 'b.bench.ts'],
    ['', 'b.bench.ts'],
  ])('name files to GitHub from the root %s', async (root, file) => {
    const world = runWorld([], new Map(), {}, [brokenFile('b.bench.ts', 'bad')]);
    const env = { GITHUB_WORKSPACE: root };
    const { stdout } = await runFake(['run', '--reporter', 'github'], { ...world, env });
    expect(stdout).toBe(`::error file=${file},title=b.bench.ts::load: bad\n`);
  });

  it('write to the files that are named, and the table to none of them', async () => {
    const written = new Map<string, string>();
    const argv = ['run', '--reporter', 'junit=out/j.xml', '--reporter', 'table=t.txt', '--reporter', 'json'];
    const { stdout } = await runFake(argv, runWorld(plain, written));
    expect(JSON.parse(stdout).benchmarks).toHaveLength(3);
    expect([...written.keys()]).toEqual(['/project/out/j.xml', '/project/t.txt']);
    expect(written.get('/project/out/j.xml')).toContain('<testcase name="quick[1000]"');
  });
});

describe('the exit code', () => {
  it('is 0 where all is well, 1 for a failure and for a ceiling', async () => {
    const codes = [];
    for (const cases of [plain, hostile.slice(1, 2), hostile.slice(2)]) {
      codes.push((await runFake(['run'], runWorld(cases))).code);
    }
    expect(codes).toEqual([0, 1, 1]);
  });
});

describe('settings', () => {
  const settingsOf = async (argv: readonly string[], config: Record<string, unknown> = {}) => {
    const world = runWorld(plain, new Map(), config);
    const { code, stderr } = await runFake(['run', ...argv], world);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return world.seen;
  };

  it('come from the defaults', async () => {
    expect(await settingsOf([])).toMatchObject({
      words: [],
      settings: {
        jobs: 1,
        timeoutMs: 600_000,
        memory: {},
        timing: { warmupRounds: 1, minRounds: 5, minTimeMs: 0.1, timeMaxMs: 1000 },
      },
    });
  });

  it('come from the config, and a flag wins over it', async () => {
    const config = {
      files: ['a.bench.ts'],
      repeats: '7',
      warmup: '4',
      objects: true,
      time: false,
      jobs: '3',
    };
    expect(await settingsOf([], config)).toMatchObject({
      words: ['a.bench.ts'],
      settings: { jobs: 3, memory: { repeats: 7, warmup: 4, objects: true } },
    });
    const seen = await settingsOf(['b.bench.ts', '--repeats', '2', '--no-objects', '--time'], config);
    expect(seen).toMatchObject({ words: ['b.bench.ts'], settings: { memory: { repeats: 2, warmup: 4 } } });
    expect(seen.settings?.memory).not.toHaveProperty('objects');
    expect(seen.settings?.timing).toBeDefined();
  });

  it('with limits from the config compare where a flag says so', async () => {
    const config = { 'compare-fail': ['peak:5%'], repeats: '7' };
    expect((await settingsOf([], config)).settings?.memory).toEqual({ repeats: 7 });
    const world = runWorld(plain, new Map(), config);
    const { code, stderr } = await runFake(['run', '--compare=gone', '--require-baseline'], world);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no saved run gone')]);
    const flag = await runFake(['run', '--compare-fail', 'peak:5%'], runWorld(plain));
    expect([flag.code, flag.stderr]).toEqual([2, expect.stringContaining('needs something to compare with')]);
  });

  it('of which a flag takes the place of what the config says otherwise', async () => {
    expect((await settingsOf(['--max-time', '5s'], { repeats: '7' })).settings?.memory).toEqual({
      maxTimeMs: 5000,
    });
    expect((await settingsOf(['--repeats', '2'], { 'max-time': '5s' })).settings?.memory).toEqual({
      repeats: 2,
    });
  });

  it.each([
    ['2', 2000],
    ['1.5s', 1500],
    ['250ms', 250],
    ['100us', 0.1],
    ['2m', 120_000],
  ])('take %s for a duration', async (text, milliseconds) => {
    expect((await settingsOf(['--timeout', text])).settings?.timeoutMs).toBeCloseTo(milliseconds, 9);
  });

  it('take no argument for the value of --compare', async () => {
    expect((await settingsOf(['--compare', 'c.bench.ts'])).words).toEqual(['c.bench.ts']);
  });
});

/** A bench file that could not be loaded. */
function brokenFile(label: string, message: string): BrokenFile {
  const error = new BenchmemError('MODULE_FAILED', message, '');
  return { file: { label, path: `/project/${label}` }, failure: runFailure(label, error), error };
}
