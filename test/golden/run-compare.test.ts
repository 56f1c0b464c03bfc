// `benchmem run --compare`: falls, and benchmarks that the saved run calls otherwise.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { machineFolder } from '../../src/runfile/storage.js';
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
