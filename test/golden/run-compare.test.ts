// `benchmem run --compare`: falls, and benchmarks that the saved run calls otherwise.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../src/runfile/provenance.js';
import { machineFolder } from '../../src/runfile/storage.js';
import { makeStory, type Story, storyIds } from '../support/story.js';
import { benchmark } from '../unit/compare-support.js';
import { runFake } from './fake-world.js';
import { steady } from './figures.js';
import { plannedCase, runWorld } from './run-world.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-run-compare-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const peak = Math.min(...(steady.peak_bytes ?? []));
const benchmarks = [benchmark({ id: 'old.bench.ts::sort', peak: [peak * 2] })];
writeFileSync(join(cwd, 'base.json'), JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks }));

function runAgainst(flags: readonly string[], config: Record<string, unknown> = {}) {
  const cases = [{ planned: plannedCase('new.bench.ts', 'sort'), figures: steady }];
  return runFake(['run', '--no-time', '--compare=base.json', ...flags], {
    ...runWorld(cases, new Map(), config),
    cwd,
  });
}

const renames = ['--rename', 'old.bench.ts::=new.bench.ts::'];

describe('run --compare', () => {
  it('fails on a fall where that is asked for, and calls it no regression', async () => {
    const { code, stdout } = await runAgainst([...renames, '--compare-fail-on-change', 'peak:10%']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /\n1 improvement\(s\) over threshold:\n {2}peak +sort: .* → .* \(-50\.0%\)\ngate: 1 compared/,
    );
    expect(stdout).not.toContain('regression');
    expect((await runAgainst([...renames, '--compare-fail', 'peak:10%'])).code).toBe(0);
  });

  it('reads both from the configuration', async () => {
    const config = {
      renames: { 'old.bench.ts::': 'new.bench.ts::' },
      'compare-fail-on-change': ['peak:10%'],
    };
    const { code, stdout } = await runAgainst([], config);
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 improvement(s) over threshold:')]);
  });

  it('says which rename finds nothing, and refuses one without a comparison', async () => {
    const { code, stderr } = await runAgainst([...renames, '--rename', 'old.bench.ts::sotr=x']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('RENAME_UNMATCHED: old.bench.ts::sotr:')]);
    const alone = await runFake(['run', ...renames], runWorld([]));
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringContaining('needs something to compare with'),
    ]);
  });
});

describe('run --compare=REF, where nothing is called so', () => {
  const storage = join(cwd, 'saved');
  const from = (...flags: readonly string[]) =>
    runFake(['run', '--no-time', '--storage', storage, ...flags], {
      ...runWorld([{ planned: plannedCase('new.bench.ts', 'sort'), figures: steady }]),
      cwd,
    });

  it('fails a gate and warns without one, and names what is saved, the nearest first', async () => {
    const gate = ['--compare-fail', 'peak:1%'];
    expect((await from('--compare=main', ...gate)).code).toBe(0);
    const folder = join(storage, machineFolder());
    mkdirSync(folder, { recursive: true });
    for (const name of ['0001_feature', '0002_main', '0003_twice', '0004_twice'])
      writeFileSync(
        join(folder, `${name}.json`),
        JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks }),
      );
    const refused = await from('--compare=mian', ...gate);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('there is no saved run mian in '),
    ]);
    expect(refused.stderr).toContain(
      'hint: the saved runs are main, feature, 0003_twice, 0004_twice; save one with',
    );
    const warned = await from('--compare=mian');
    expect([warned.code, warned.stderr]).toEqual([
      0,
      expect.stringContaining('nothing is compared\n  hint: the saved'),
    ]);
    expect((await from('--compare=mian', ...gate, '--no-require-baseline')).code).toBe(0);
    const twice = await from('--compare=twice');
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('twice means 2 saved runs: ')]);
    expect(twice.stderr).toContain('hint: type a number, such as 4 for the newest of them');
  });
});

describe('run --compare=base', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-run-base-'));
  let story: Story;
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: folder, stdio: 'pipe', encoding: 'utf8' });
  const commit = (subject: string) =>
    git(
      '-c',
      'user.name=A',
      '-c',
      'user.email=a@example.com',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      subject,
    );
  beforeAll(() => {
    story = makeStory(folder);
    // Topic left main before the commit that takes more memory, and has a commit of its own.
    git('checkout', '--quiet', '-b', 'topic', story.rename.id);
    commit('topic: another tree');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const [file = '', ...names] = storyIds.parse.split('::');
  const parse = plannedCase(file, names.join('::'));
  const machineInfo = async () => ({
    system: 'Linux',
    runtime: 'Node.js',
    cpu: { brand_raw: 'Story CPU A', count: 4 },
  });
  const run = (
    flags: readonly string[],
    given: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
  ) => {
    const world = runWorld([{ planned: parse, figures: steady }]);
    const suite = { ...world.suite, git: gitIn, machineInfo, nodeVersion: async () => '20.20.2' };
    return runFake(['run', '--no-time', ...flags], { ...world, cwd: folder, ...given, suite });
  };

  it('compares with the run of the commit at which the branch left the main one', async () => {
    const { code, stdout, stderr } = await run(['--compare=base']);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`0009_${story.rename.id.slice(0, 8)}_3`)]);
    expect(stderr).not.toContain('BASE_OLDER');
  });

  it('says how much older the run is, where the base has none', async () => {
    git('checkout', '--quiet', '-B', 'main');
    commit('main: one more');
    commit('main: and one more');
    git('checkout', '--quiet', '-B', 'later');
    const { code, stdout, stderr } = await run(['--compare=base:main']);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`0009_${story.rename.id.slice(0, 8)}_3`)]);
    expect(stderr).toContain('has no run; this one is 3 commits older');
  });

  it('refuses what git cannot say, with what to type', async () => {
    const unknown = await run(['--compare=base:develop']);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringContaining('HEAD and develop have in common'),
    ]);
    const elsewhere = await run(['--compare=base'], { cwd: tmpdir() });
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('in no repository')]);
    const shallow = mkdtempSync(join(tmpdir(), 'benchmem-run-shallow-'));
    execFileSync('git', ['clone', '--quiet', '--depth=1', '--branch=later', `file://${folder}`, shallow], {
      stdio: 'pipe',
    });
    const { code, stderr } = await run(['--compare=base:main'], { cwd: shallow });
    rmSync(shallow, { recursive: true, force: true });
    expect([code, stderr]).toEqual([2, expect.stringContaining('fetch-depth: 0')]);
  });

  it('does not pass a gate over nothing in CI, and means a run that is called so where there is one', async () => {
    const gate = ['--storage', 'none', '--compare=base:main', '--compare-fail', 'peak:1%'];
    expect((await run(gate)).code).toBe(0);
    const { code, stderr } = await run(gate, { env: { CI: 'true' } });
    expect([code, stderr]).toEqual([2, expect.stringContaining('is of the merge base')]);
    const named = join(folder, '.benchmarks', 'Linux-Node-20-64bit', '0100_base.json');
    const own = [benchmark({ id: storyIds.parse, peak: [peak] })];
    writeFileSync(named, JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: own }));
    expect((await run(['--compare=base'])).stdout).toContain('0100_base');
    rmSync(named);
  });
});

describe('run --against level', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-run-level-'));
  beforeAll(() => makeStory(folder));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const [file = '', ...names] = storyIds.sort.split('::');
  const run = (seconds: number, ...flags: readonly string[]) => {
    const world = runWorld([
      { planned: plannedCase(file, names.join('::')), times: [seconds, seconds * 1.1] },
    ]);
    const cpu = { brand_raw: 'Story CPU A', count: 4 };
    const machineInfo = async () => ({
      system: 'Linux',
      runtime: 'Node.js',
      runtime_version: '20.20.2',
      cpu,
    });
    const suite = { ...world.suite, git: gitIn, machineInfo, nodeVersion: async () => '20.20.2' };
    const words = ['run', '--no-memory', '--compare', '--compare-fail', 'time:2%', ...flags];
    return runFake(words, { ...world, cwd: folder, suite });
  };

  // The level is 1.262 ms and varies by 2.0 %; the newest run took 1.263 ms.
  it('lets through what comes by chance, and fails beyond it', async () => {
    expect((await run(1.32e-3)).code).toBe(1);
    expect((await run(1.32e-3, '--against', 'level')).code).toBe(0);
    const { code, stdout } = await run(1.4e-3, '--against', 'level');
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/time +sort\[1000\]: 1\.262 ms → 1\.4 ms \(\+11\.0%\)/),
    ]);
    expect((await run(1.0e-3, '--against', 'level')).code).toBe(0);
  });

  it('takes a limit above that as it is, and needs a comparison', async () => {
    expect((await run(1.4e-3, '--against', 'level', '--compare-fail', 'time:15%')).code).toBe(1);
    const alone = await runFake(['run', '--against', 'level'], runWorld([]));
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringContaining('--against needs something to compare with'),
    ]);
  });
});
