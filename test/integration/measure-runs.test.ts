// `benchmem measure` as a run: saved, compared, gated, reported, timed; and which settings of a config hold for it.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRunFile } from '../../src/runfile/read.js';
import { machineFolder } from '../../src/runfile/storage.js';
import { startCli } from '../support/cli-process.js';
import { makeProject } from '../support/project-folder.js';

const kibibyte = 1024;
let folder: string;

const writeJob = (buffers: number) =>
  writeFileSync(
    join(folder, 'job.mjs'),
    `export const setup = () => 'made';
export const build = (made, count = ${buffers}) => Array.from({ length: made.length - 4 + count }, () => Buffer.alloc(${100 * kibibyte}));
export const other = () => Buffer.alloc(${100 * kibibyte});
`,
  );
const measure = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  startCli(['measure', 'job.mjs', '--repeats', '1', ...argv], { cwd: folder, env }).ended;
const build = ['--export', 'build'];

beforeAll(() => {
  folder = makeProject('measure-runs');
  writeJob(10);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('benchmem measure', () => {
  it('saves a run, and after a change fails its gate with an annotation', async () => {
    const saved = await measure([...build, '--save', 'base']);
    expect([saved.code, saved.stderr]).toEqual([0, expect.stringContaining('saved .benchmarks/')]);
    const gate = ['--compare', '--compare-fail', 'peak:5%'];
    const same = await measure([...build, ...gate], { GITHUB_ACTIONS: 'true' });
    expect([same.code, same.stdout]).toEqual([0, expect.not.stringContaining('::error')]);

    writeJob(12);
    const grown = await measure([...build, ...gate], { GITHUB_ACTIONS: 'true' });
    expect(grown.code).toBe(1);
    expect(grown.stdout).toMatch(
      /^::error file=job\.mjs,title=job\.mjs%3A%3Abuild::peak grew from [\d,.]+ (Ki|Mi)B to [\d,.]+ (Ki|Mi)B$/m,
    );
    expect(grown.stdout).toMatch(/^job\.mjs::build\n/);
    expect(grown.stdout).toMatch(/\n1 regression\(s\) over threshold:\n {2}peak +build: /);
    writeJob(10);
  });

  it('compares with measured runs, and never with a run of bench files', async () => {
    const storage = join(folder, '.benchmarks', machineFolder());
    const [name = ''] = readdirSync(storage);
    const file = JSON.parse(readFileSync(join(storage, name), 'utf8'));
    expect(file.benchmem.kind).toBe('measure');
    file.benchmem.kind = 'run';
    writeFileSync(join(storage, '0009_newer.json'), JSON.stringify({ ...file, benchmarks: [] }));
    const { code, stdout } = await measure([...build, '--compare', '--compare-fail', 'peak:5%']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('gate: 1 compared, 0 new')]);
  });

  it('takes times where a flag asks for them, with the set-up and the arguments', async () => {
    const timed = ['--args', '[3]', '--min-rounds', '3', '--time-max', '1ms', '--json', 'timed.json'];
    const { code, stdout } = await measure([...build, ...timed]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/ time \(.s\) min /)]);
    const [timedBenchmark] = (await readRunFile(join(folder, 'timed.json'))).benchmarks;
    expect(timedBenchmark?.stats?.data?.length).toBeGreaterThanOrEqual(3);
    expect(timedBenchmark).toMatchObject({
      fullname: 'job.mjs::build',
      extra_info: { args: '[3]', benchmem: { native_total_bytes: [3 * 100 * kibibyte] } },
      options: { setup: 'setup', minRounds: 3, repeats: 1 },
    });
    const only = await measure([...build, '--no-memory', '--time', '--time-max', '1ms', '--json', '-']);
    const [onlyTimes] = JSON.parse(only.stdout).benchmarks;
    expect([only.code, onlyTimes.extra_info, onlyTimes.stats.rounds > 0]).toEqual([0, {}, true]);
  });

  it('writes what reporters ask for, and no times unless asked', async () => {
    const reporters = ['--reporter', 'junit=junit.xml', '--reporter', 'json'];
    const { code, stdout } = await measure(['--all', ...reporters]);
    expect(code).toBe(0);
    const file = JSON.parse(stdout);
    expect(
      file.benchmarks.map(({ fullname, stats }: { fullname: string; stats?: unknown }) => [fullname, stats]),
    ).toEqual([
      ['job.mjs::build', undefined],
      ['job.mjs::other', undefined],
    ]);
    const junit = readFileSync(join(folder, 'junit.xml'), 'utf8');
    expect(junit.match(/<testcase name="(build|other)" classname="job\.mjs"/g)).toHaveLength(2);
    expect(junit).not.toMatch(/<failure|<skipped/);
  });

  it('keeps markdown free of annotations', async () => {
    const { stdout } = await measure(['--all', '--format', 'md'], { GITHUB_ACTIONS: 'true' });
    expect(stdout).toMatch(/^\| benchmark \| peak /);
    expect(stdout).not.toContain('::error');
  });

  it('is divided into shards by id', async () => {
    const ids: string[] = [];
    for (const shard of ['1/2', '2/2']) {
      expect((await measure(['--all', '--shard', shard, '--json', 'shard.json'])).code).toBe(0);
      const file = await readRunFile(join(folder, 'shard.json'));
      expect(file.benchmem?.shard).toEqual({ index: Number(shard[0]), of: 2 });
      ids.push(...file.benchmarks.map(({ fullname }) => fullname));
    }
    expect(ids.sort()).toEqual(['job.mjs::build', 'job.mjs::other']);
  });
});

describe('a config', () => {
  const withConfig = async (config: object, argv: readonly string[]) => {
    const path = join(folder, 'benchmem.config.mjs');
    writeFileSync(path, `export default ${JSON.stringify(config)};`);
    try {
      return await measure(argv);
    } finally {
      rmSync(path);
    }
  };

  it('says how to measure, where runs are saved and what a comparison fails on', async () => {
    const config = {
      allocator: 'system',
      storage: 'kept',
      tag: { branch: 'main' },
      compareFail: 'allocations:0',
    };
    const saved = await withConfig(config, [...build, '--save', 'base']);
    expect([saved.code, saved.stdout]).toEqual([0, expect.stringContaining('allocator glibc')]);
    const [name = ''] = readdirSync(join(folder, 'kept', machineFolder()));
    const file = await readRunFile(join(folder, 'kept', machineFolder(), name));
    expect(file.benchmem?.tags).toEqual({ branch: 'main' });
    expect((await withConfig(config, build)).code).toBe(0);
    const more = await withConfig(config, [...build, '--args', '[11]', '--compare']);
    expect([more.code, more.stdout]).toEqual([1, expect.stringContaining('1 regression(s) over threshold')]);
  });

  it('has settings about runs of bench files, which are not followed', async () => {
    const config = {
      files: ['gone.bench.js'],
      ...{ memory: false, time: true, columns: 'time', stats: 'max', table: 'split' },
      ...{ compare: 'gone', reporter: 'json', json: 'config.json', save: 'config', autosave: true },
    };
    const { code, stdout, stderr } = await withConfig(config, build);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^job\.mjs::build\n/)]);
    expect(stderr).not.toContain('saved');
    expect(readdirSync(folder)).not.toContain('config.json');
  });

  it('that cannot be read is an error, because its limits would be lost', async () => {
    const { code, stderr } = await withConfig({ repeat: 3 }, build);
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no setting "repeat"')]);
  });
});
