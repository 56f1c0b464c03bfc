// `benchmem run --shard`, with real children: every benchmark in one shard, saved runs with a sample of their rounds, and
// baselines that no shard, no other kind and no run that ended early becomes.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunFile } from '../../src/runfile/schema.js';
import { isInShard } from '../../src/runfile/shards.js';
import { machineFolder } from '../../src/runfile/storage.js';
import { startCli } from '../support/cli-process.js';
import { makeProject } from '../support/project-folder.js';

const ids = ['add', 'build', 'copy', 'drop'].map((name) => `ids.bench.js::${name}`);
let folder: string;

beforeAll(() => {
  folder = makeProject('shards');
  const benches = ids.map((id) => `bench('${id.split('::')[1]}', () => [1, 2, 3].map(String));`);
  writeFileSync(join(folder, 'ids.bench.js'), `import { bench } from 'benchmem';\n${benches.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = (...argv: string[]) => startCli(argv, { cwd: folder }).ended;
const run = (...argv: string[]) => cli('run', '--no-memory', '--time-max', '20ms', ...argv);
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as RunFile;
const stored = (name: string) => read(join('.benchmarks', machineFolder(), name));
const idsOf = ({ benchmarks }: RunFile) => benchmarks.map(({ fullname }) => fullname);

describe('a run in shards', () => {
  const of = 5;
  const names = Array.from({ length: of }, (_, place) => `shard-${place + 1}.json`);

  it('measures every benchmark in one of them, and a shard without any is no failure', async () => {
    for (const [place, name] of names.entries()) {
      const shard = { index: place + 1, of };
      const expected = ids.filter((id) => isInShard(id, shard));
      const { code, stderr } = await run('--shard', `${shard.index}/${of}`, '--json', name);
      expect([code, idsOf(read(name))]).toEqual([0, expected]);
      expect(read(name).benchmem).toMatchObject({ complete: true, kind: 'run', shard });
      if (expected.length === 0)
        expect(stderr).toBe(`shard ${shard.index}/${of} holds none of 4 benchmarks: nothing is measured\n`);
    }
    expect(names.some((name) => read(name).benchmarks.length === 0)).toBe(true);
    const { code, stderr } = await cli('merge', ...names, '-o', 'all.json');
    expect([code, stderr]).toEqual([0, '4 benchmarks of 5 runs in all.json\n']);
    expect(idsOf(read('all.json')).sort()).toEqual(ids);
  });

  it('comes after -k, and lists what it would measure', async () => {
    const shardOf = (id: string) => [1, 2].find((index) => isInShard(id, { index, of: 2 }));
    const [id = ''] = ids;
    const listed = await run('--list', '-k', '::add', '--shard', `${shardOf(id)}/2`);
    expect(listed).toMatchObject({ code: 0, stdout: `${id}\n`, stderr: '' });
    const none = await run('--list', '-k', '::add', '--shard', `${3 - Number(shardOf(id))}/2`);
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect((await run('--shard', '1/2', '-k', 'nothing')).code).toBe(2);
  });

  it.each(['0/2', '3/2', '1', '1/0', '-1/2', 'a/b', '1/2/3', ''])('refuses --shard %j', async (shard) => {
    const { code, stderr } = await run(`--shard=${shard}`);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--shard (must be i\/n|needs)/)]);
  });
});

describe('a saved run', () => {
  it('keeps 50 rounds or as many as are asked for, and the statistics of all', async () => {
    const only = ['-k', '::add', '--min-time', '1us', '--min-rounds', '300'];
    await run(...only, '--save', 'few', '--json', 'whole.json');
    await run(...only, '--save', 'all', '--save-rounds', 'all');
    await run(...only, '--save', 'seven', '--save-rounds', '7');
    const statsOf = ({ benchmarks }: RunFile) => benchmarks[0]?.stats;
    const whole = statsOf(read('whole.json'));
    const few = statsOf(stored('0001_few.json'));
    expect(whole?.rounds).toBeGreaterThanOrEqual(300);
    expect([whole?.data?.length, whole?.data_sampled_from]).toEqual([whole?.rounds, undefined]);
    expect(few?.data).toHaveLength(50);
    expect({ ...few, data: 0 }).toEqual({ ...whole, data: 0, data_sampled_from: whole?.rounds });
    expect(statsOf(stored('0002_all.json'))?.data).toHaveLength(
      Number(statsOf(stored('0002_all.json'))?.rounds),
    );
    expect(statsOf(stored('0003_seven.json'))?.data).toHaveLength(7);
    expect(readdirSync(join(folder, '.benchmarks', machineFolder()))).toEqual([
      '0001_few.json',
      '0002_all.json',
      '0003_seven.json',
    ]);
    for (const rounds of ['0', '-1', '1.5', 'some', '']) {
      expect([rounds, (await run(`--save-rounds=${rounds}`)).code]).toEqual([rounds, 2]);
    }
  });

  it('says that a sample is too small for --confidence', async () => {
    await run('-k', '::add', '--min-rounds', '20', '--save', 'small', '--save-rounds', '5');
    const gate = ['--fail-on', 'time:1000%', '--confidence', '0.95'];
    const refused = await cli('compare', 'few', 'small', ...gate);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('at least 6 values a side')]);
    expect(refused.stderr).toContain('--save-rounds');
    expect((await cli('compare', 'few', 'all', ...gate)).code).toBe(0);
  });

  it('is the baseline of later runs only where it is whole', async () => {
    await run('--save', 'whole');
    await run('--save', 'part', '--shard', '1/5');
    const { code, stderr } = await run('--compare', '--compare-fail', 'time:100000%', '--shard', '2/2');
    // The whole run is what it was compared with: what other shards measure is not missing.
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('warning')]);
    const { stdout } = await cli('compare', 'previous', 'latest', '--format', 'json');
    expect(stdout).toContain('_whole"');
    expect(stdout).not.toContain('_part"');
  });
});
