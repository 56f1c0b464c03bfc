// Which stored run a reference means: the newest complete run of one kind, numbers, names, and what fits two.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reserveNumber } from '../../src/runfile/numbering.js';
import { findStored } from '../../src/runfile/references.js';
import { readRun, readRuns } from '../../src/runfile/run.js';
import { machineFolder } from '../../src/runfile/storage.js';

const own = machineFolder();
const timing = { min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5, rounds: 2 };

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-references-'));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

interface Saved {
  readonly complete?: boolean;
  readonly kind?: string;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly committed?: string;
  readonly datetime?: string;
}

function save(path: string, { committed, datetime, ...state }: Saved = {}): string {
  const file = join(path.includes('/') ? '' : own, path);
  const absolute = join(cwd, '.benchmarks', file);
  mkdirSync(dirname(absolute), { recursive: true });
  const run = {
    machine_info: {},
    commit_info: { time: committed },
    datetime,
    benchmarks: [{ name: 'b', fullname: 'm.js::b', stats: timing }],
    benchmem: { schema: 1, complete: true, ...state },
  };
  writeFileSync(absolute, JSON.stringify(run));
  return join('.benchmarks', file);
}

const find = (reference: string, kind?: 'run' | 'measure' | 'sweep') =>
  findStored(reference, '.benchmarks', kind === undefined ? { cwd } : { cwd, kind });

describe('latest and previous', () => {
  it('are complete runs of one kind that are no shards', async () => {
    const first = save('0001_main.json');
    const second = save('0002_main.json', { kind: 'run' });
    const measured = save('0003_job.json', { kind: 'measure' });
    save('0004_main.json', { complete: false });
    save('0005_main.json', { shard: { index: 1, of: 2 } });
    save('0006_main.json', { kind: 'sweep' });
    expect(await find('latest')).toBe(second);
    expect(await find('previous')).toBe(first);
    expect(await find(`${own}/latest`)).toBe(second);
    expect(await find('latest', 'measure')).toBe(measured);
    expect(await find('previous', 'measure')).toBeUndefined();
    expect(await find('5')).toContain('0005_main');
  });

  it('are those of the folder of the node that measures, else of the only other one', async () => {
    const other = save('Other-Node-1-64bit/0009_main.json');
    expect(await find('latest')).toBe(other);
    save('Other-Node-2-64bit/0004_main.json');
    await expect(find('latest')).rejects.toMatchObject({
      code: 'USAGE',
      message:
        'latest means 2 saved runs: .benchmarks/Other-Node-1-64bit/0009_main.json, .benchmarks/Other-Node-2-64bit/0004_main.json',
    });
    expect(await find('Other-Node-1-64bit/latest')).toBe(other);
    const mine = save('0001_main.json');
    expect(await find('latest')).toBe(mine);
  });

  it.each<[string, Saved, Saved]>([
    ['the commit', { committed: '2026-01-01T00:00:00+02:00' }, { committed: '2026-01-01T00:00:00Z' }],
    [
      'the run, where a time without a zone is UTC',
      { datetime: '2026-01-01T11:59:59+14:00' },
      { datetime: '2026-01-01T00:00:00' },
    ],
    ['having a time at all', {}, { datetime: '2020-01-01T00:00:00Z' }],
    ['the path', {}, {}],
  ])('goes by %s where two clones gave one number', async (_what, older, newer) => {
    save('0007_a.json', older);
    const expected = save('0007_b.json', newer);
    expect(await find('latest')).toBe(expected);
    expect(await find('previous')).toContain('0007_a');
  });

  it('say that there is none, also where only shards and runs that ended early are saved', async () => {
    save('0001_main.json', { complete: false });
    await expect(readRun('latest', { cwd })).rejects.toMatchObject({
      code: 'BAD_RUN_FILE',
      message: 'there is no complete saved run in .benchmarks',
    });
    await expect(readRuns(['0001', 'previous'], { cwd })).rejects.toThrow('no saved run before the latest');
  });

  it('mean the kind of the run beside them', async () => {
    save('0001_main.json');
    const measured = save('0002_job.json', { kind: 'measure' });
    save('0003_main.json');
    const named = await readRuns(['latest', '0002'], { cwd }).catch((error: Error) => error.message);
    expect(named).toBe(`${measured} was given twice`);
    const runs = await readRuns(['latest', '0001'], { cwd });
    expect(runs.map(({ label }) => label)).toEqual(['0003_main', '0001_main']);
  });
});

describe('a number or a name', () => {
  it('is an error where it fits two files of one folder', async () => {
    save('0003_a.json');
    save('0003_b.json');
    await expect(readRun('3', { cwd })).rejects.toThrow(
      `3 means 2 saved runs: .benchmarks/${own}/0003_a.json, .benchmarks/${own}/0003_b.json`,
    );
    expect(await find('0003_b')).toBe(`.benchmarks/${own}/0003_b.json`);
  });

  it('is that of the own folder before all others, and an error where only others have it', async () => {
    save('A-Node-1-64bit/0003_a.json');
    save('B-Node-2-64bit/0003_a.json');
    await expect(find('3')).rejects.toThrow('means 2 saved runs');
    await expect(find('a')).rejects.toThrow('means 2 saved runs');
    expect(await find('B-Node-2-64bit/3')).toBe('.benchmarks/B-Node-2-64bit/0003_a.json');
    const mine = save('0003_x.json');
    expect(await find('3')).toBe(mine);
  });

  it('is an error where the name was saved twice, which says what to type', async () => {
    const first = save('0001_main.json');
    const second = save('0012_main.json');
    save('0013_other.json');
    await expect(find('main')).rejects.toMatchObject({
      code: 'USAGE',
      message: `main means 2 saved runs: ${first}, ${second}`,
      hint: 'type a number, such as 12 for the newest of them; latest is the newest run of all',
    });
    await expect(readRuns(['main', 'other'], { cwd })).rejects.toThrow('main means 2 saved runs');
    expect(await find('0012_main')).toBe(second);
    expect(await find('12')).toBe(second);
    await expect(findStored('main', '.benchmarks', { cwd, node: '1.2.3' })).rejects.toMatchObject({
      hint: `type a number, such as ${own}/12 for the newest of them; ${own}/latest is the newest run of all`,
    });
    expect(await find(`${own}/12`)).toBe(second);
  });

  it('is an error where a run is called like the number of another', async () => {
    save('0003_a.json');
    save('0004_3.json');
    await expect(find('3')).rejects.toMatchObject({ message: expect.stringContaining('means 2 saved runs') });
    expect(await find('4')).toContain('0004_3');
  });

  it('lists the newest of many', async () => {
    for (let number = 1; number <= 30; number += 1) save(`${String(number).padStart(4, '0')}_main.json`);
    const message = await find('main').catch((error: Error) => error.message);
    expect(message).toMatch(/^main means 30 saved runs: .*0011_main.*0030_main\.json, and 10 older ones$/);
  });

  it('that is none names what is saved, the nearest first; twice saved names by their numbers', async () => {
    for (const name of [
      '0001_main.json',
      '0002_feature_x.json',
      '0003_twin.json',
      '0004_twin.json',
      '0005_.json',
    ])
      save(name);
    await expect(readRun('featur_x', { cwd })).rejects.toMatchObject({
      code: 'BAD_RUN_FILE',
      message:
        'cannot read featur_x: ENOENT: there is no such file, and no saved run of that name or number in .benchmarks',
      hint: 'the saved runs are feature_x, 0005_, main, 0003_twin, 0004_twin',
    });
    await expect(readRun('gone.json', { cwd })).rejects.toMatchObject({
      hint: expect.stringContaining('check the path'),
    });
  });

  it('finds a name as it was typed when it was saved', async () => {
    const path = save('0001_a_b.json');
    expect(await find('a b')).toBe(path);
  });
});

describe('a number that is given', () => {
  it('counts on from files and marks, and is free again if nothing was saved', async () => {
    save('0041_x.json');
    const first = await reserveNumber('main', undefined, { cwd });
    const second = await reserveNumber('main', undefined, { cwd });
    expect([first.number, second.number]).toEqual([42, 43]);
    const folder = join(cwd, '.benchmarks', own);
    expect(readdirSync(folder).sort()).toEqual(['.0042.reserved', '.0043.reserved', '0041_x.json']);
    await second.release();
    await first.release();
    expect(readdirSync(folder)).toEqual(['0041_x.json']);
    expect((await reserveNumber('other', undefined, { cwd })).number).toBe(42);
  });

  it('counts the name of a file without a name, and nothing that is not a number', async () => {
    for (const name of ['0007_.json', 'notes.json', '0009_x.txt', '99999999999999999999_x.json']) save(name);
    expect((await reserveNumber('main', undefined, { cwd })).number).toBe(8);
  });

  it('ends where a number could be given twice', async () => {
    save('999999999999999_x.json');
    await expect(reserveNumber('main', undefined, { cwd })).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  });

  it('is refused where the storage cannot be written, by its name', async () => {
    writeFileSync(join(cwd, 'storage'), '');
    await expect(reserveNumber('main', 'storage', { cwd })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining(`cannot save a run in storage/${own}: ENOTDIR`),
    });
  });
});
