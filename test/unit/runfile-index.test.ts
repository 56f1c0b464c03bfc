// The index over a storage: it saves readings and changes no answer, whatever stands in it.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolderStore } from '../../src/runfile/folder-store.js';
import { cacheFolder } from '../../src/runfile/index-cache.js';
import { machineFolder } from '../../src/runfile/storage.js';

const timing = { min: 1, max: 2, mean: 1.5, median: 1.5, stddev: 0.5, rounds: 2 };

let cwd: string;
let cache: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-index-'));
  cache = join(cwd, 'cache', 'benchmem');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function save(name: string, top: object = {}): string {
  const path = join(cwd, '.benchmarks', machineFolder(), name);
  mkdirSync(dirname(path), { recursive: true });
  const benchmarks = [{ name: 'b', fullname: 'm.js::b', stats: timing }];
  // As a run is saved: a new file takes the place of the old one.
  writeFileSync(`${path}.tmp`, JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks, ...top }));
  renameSync(`${path}.tmp`, path);
  return path;
}

// WHY: the clock is later, because what changed right before it was read is not remembered.
const later = () => Date.now() + 60_000;
const list = (given: object = {}) => openFolderStore({ cwd, cache, now: later, ...given }).list();
const idsOf = async (given: object = {}) => (await list(given)).heads.map(({ id }) => id);
const indexPath = () => join(cache, readdirSync(cache)[0] ?? '');

describe('the index', () => {
  it('answers without reading what it knows', async () => {
    const path = save('0001_a.json', { run_id: 'one' });
    expect(await idsOf()).toEqual(['one']);
    const index = readFileSync(indexPath(), 'utf8');
    writeFileSync(indexPath(), index.replace('"one"', '"remembered"'));
    expect(await idsOf()).toEqual(['remembered']);
    // Nothing is written where nothing changed.
    const before = statSync(indexPath());
    await list();
    expect(statSync(indexPath()).ino).toBe(before.ino);
    expect(existsSync(path)).toBe(true);
  });

  it('reads a file again that was replaced by one of equal size and time', async () => {
    const path = save('0001_a.json', { run_id: 'one' });
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(await idsOf()).toEqual(['one']);
    save('0001_a.json', { run_id: 'two' });
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    expect(await idsOf()).toEqual(['two']);
  });

  it('does not remember what may still change within one tick of the clock', async () => {
    save('0001_a.json', { run_id: 'one' });
    expect(await idsOf({ now: Date.now })).toEqual(['one']);
    expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
  });

  it('forgets files that have gone', async () => {
    const path = save('0001_a.json', { run_id: 'one' });
    save('0002_b.json', { run_id: 'two' });
    expect(await idsOf()).toEqual(['one', 'two']);
    rmSync(path);
    expect(await idsOf()).toEqual(['two']);
    expect(readFileSync(indexPath(), 'utf8')).not.toContain('0001_a');
  });

  it('names one broken file among others, and passes over JSON that is not a run', async () => {
    save('0001_a.json', { run_id: 'one' });
    const broken = save('0002_b.json');
    writeFileSync(broken, '{"benchmarks": [');
    save('0003_c.json', { benchmarks: 'none' });
    writeFileSync(join(dirname(broken), 'profile.json'), '{"run_id": "one", "cases": []}');
    writeFileSync(join(dirname(broken), 'list.json'), '[1]');
    for (const _ of ['first', 'remembered']) {
      const { heads, unread } = await list();
      expect(heads.map(({ id }) => id)).toEqual(['one']);
      expect(unread.map(({ message }) => message)).toEqual([
        expect.stringMatching(/0002_b\.json: is not JSON/),
        expect.stringMatching(/0003_c\.json: benchmarks must be a list/),
      ]);
    }
  });

  const hostile: readonly (readonly [string, (index: string) => string | Buffer])[] = [
    ['empty', () => ''],
    ['binary', () => Buffer.from([0, 255, 10, 254])],
    ['of another version', (index) => index.replace('"version":1', '"version":2')],
    ['of another storage', (index) => index.replace('"storage":"', '"storage":"/other')],
    ['cut in a line', (index) => index.slice(0, -40)],
    ['with values of other types', (index) => index.replace('"complete":true', '"complete":"yes"')],
    ['with another kind', (index) => index.replace('"kind":"run"', '"kind":"walk"')],
    ['without an environment', (index) => index.replace('"environment"', '"surroundings"')],
    ['with lines that are no records', (index) => `${index.split('\n')[0]}\nnull\n[]\n7\n{"path":1}\n`],
    ['with a name of the prototype', (index) => index.replace('"facts"', '"__proto__"')],
  ];

  it.each(hostile)('that is %s is rebuilt', async (_, spoil) => {
    save('0001_a.json', { run_id: 'one' });
    save('0002_b.json', { run_id: 'two' });
    await list();
    const whole = readFileSync(indexPath(), 'utf8');
    writeFileSync(indexPath(), spoil(whole));
    expect(await idsOf()).toEqual(['one', 'two']);
    expect(readFileSync(indexPath(), 'utf8')).toBe(whole);
  });

  it('that is a folder, or stands where nothing can be written, is gone without', async () => {
    save('0001_a.json', { run_id: 'one' });
    await list();
    const path = indexPath();
    rmSync(path);
    mkdirSync(path);
    expect(await idsOf()).toEqual(['one']);
    writeFileSync(join(cwd, 'file'), '');
    expect(await idsOf({ cache: join(cwd, 'file', 'benchmem') })).toEqual(['one']);
    expect(await idsOf({ cache: undefined })).toEqual(['one']);
  });

  it('is whole whoever else writes it at the same time, and no sibling stays', async () => {
    for (let number = 1; number <= 20; number += 1) save(`${String(number).padStart(4, '0')}_a.json`);
    await Promise.all(Array.from({ length: 8 }, () => list()));
    expect(readdirSync(cache)).toHaveLength(1);
    expect(readFileSync(indexPath(), 'utf8').trimEnd().split('\n')).toHaveLength(21);
  });

  it.skipIf(process.getuid?.() === 0)('names a file that cannot be read', async () => {
    chmodSync(save('0001_a.json'), 0o000);
    expect((await list()).unread).toHaveLength(1);
  });
});

describe('the folder of indexes', () => {
  it.each([
    [{ XDG_CACHE_HOME: '/var/cache', HOME: '/home/u' }, '/var/cache/benchmem'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/home/u' }, '/home/u/.cache/benchmem'],
    [{ HOME: '/home/u' }, '/home/u/.cache/benchmem'],
  ])('%j', (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });
});

describe('the baseline of a store', () => {
  const query = { kind: 'run', folder: machineFolder(), environment: { machine: 'x' } } as const;
  const find = (environment: { machine: string; memory?: string }) =>
    openFolderStore({ cwd, cache }).baseline({ ...query, environment });
  const machine = (brand: string) => ({
    machine_info: { system: 'Linux', cpu: { brand_raw: brand, count: 4 } },
  });
  const here = { machine: 'Linux; unknown unknown; 4 x here' };

  it('is the newest whole run of the environment, else the newest of the machine folder', async () => {
    expect(await find(here)).toBeUndefined();
    save('0001_a.json', { ...machine('here'), run_id: 'one', datetime: '2026-01-01T00:00:00Z' });
    save('0002_b.json', { ...machine('there'), run_id: 'two', datetime: '2026-01-02T00:00:00Z' });
    save('0003_c.json', { ...machine('here'), benchmem: { schema: 1, complete: false } });
    save('0004_d.json', { ...machine('here'), benchmem: { schema: 1, complete: true, kind: 'measure' } });
    save('extra.json', { ...machine('here'), datetime: '2026-01-09T00:00:00Z' });
    expect(await find(here)).toMatchObject({ head: { id: 'one' }, isSameEnvironment: true });
    expect(await find({ machine: 'elsewhere' })).toMatchObject({
      head: { id: 'two' },
      isSameEnvironment: false,
    });
  });
});
