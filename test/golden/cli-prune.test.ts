// `benchmem prune`: what goes and what stays, that nothing goes without --yes, and what it refuses.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PruneRules, prunable } from '../../src/history/prune.js';
import { benchmark, randomFrom } from '../unit/compare-support.js';
import { headOf } from '../unit/history-support.js';
import { runFake } from './fake-world.js';

let cwd: string;
let folder: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-prune-'));
  folder = join(cwd, '.benchmarks', 'Linux-Node-20-64bit');
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const digits = (number: number) => String(number).padStart(4, '0');
/** A run that named itself, measured so many days before the world's now, 2 January 2026. */
function save(number: number, daysAgo: number, { branch = 'main', name = '', rounds = 1 } = {}): void {
  const datetime = new Date(Date.UTC(2026, 0, 2, 3) - daysAgo * 86_400_000).toISOString();
  const commit = `${digits(number)}abcdef`;
  const own = name === '' ? `${commit}_20260101_000000` : name;
  const bench = benchmark({ id: 'a', time: Array.from({ length: rounds }, (_, at) => at + 1) });
  const document = { machine_info: {}, commit_info: { id: commit, branch }, datetime, benchmarks: [bench] };
  writeFileSync(join(folder, `${digits(number)}_${own}.json`), JSON.stringify(document));
}
const prune = (...words: string[]) => runFake(['prune', ...words], { cwd });
const numbers = () =>
  readdirSync(folder)
    .map((entry) => Number(entry.slice(0, 4)))
    .sort((a, b) => a - b);

describe('prune', () => {
  it('removes the oldest, and only with --yes', async () => {
    for (let number = 1; number <= 6; number += 1) save(number, 10 - number);
    const rules = ['--keep', '2', '--keep-per-branch', '2'];
    const asked = await prune(...rules);
    expect([asked.code, asked.stderr, numbers()]).toEqual([0, '', [1, 2, 3, 4, 5, 6]]);
    expect(asked.stdout).toMatch(
      /^remove {3}Linux-Node-20-64bit\/0001_0001abcdef_\S+ \(main 0001abcd, 9 days ago\)$/m,
    );
    expect(asked.stdout).toMatch(/^would remove 4 runs, [\d.]+ KiB: pass --yes to do it$/m);
    const done = await prune(...rules, '--yes');
    expect([done.code, numbers()]).toEqual([0, [5, 6]]);
    expect(done.stdout).toMatch(/^removed 4 runs, [\d.]+ KiB$/m);
    expect((await prune(...rules, '--yes')).stdout).toBe('nothing to remove\n');
  });

  it('keeps named runs, accepted commits, the newest of each branch and what is young', async () => {
    save(1, 100, { name: 'release' });
    save(2, 99);
    save(3, 98);
    save(4, 97, { branch: 'topic' });
    for (let number = 5; number <= 9; number += 1) save(number, 9 - number);
    const accepted = [{ id: 'a', metric: 'time', commit: '0002abcdef', note: '' }];
    writeFileSync(join(cwd, '.benchmarks', 'accepted.json'), JSON.stringify(accepted));
    await prune('--keep', '1', '--keep-per-branch', '1', '--older-than', '3d', '--yes');
    expect(numbers()).toEqual([1, 2, 4, 7, 8, 9]);
  });

  it('drops rounds of what stays, and no statistic', async () => {
    save(1, 1, { rounds: 100 });
    const path = join(folder, readdirSync(folder)[0] ?? '');
    const before = JSON.parse(readFileSync(path, 'utf8'));
    expect((await prune('--drop-rounds', '10')).stdout).toMatch(/rounds of 1 run, \d+ B: pass --yes/);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(before);
    await prune('--drop-rounds', '10', '--yes');
    const {
      data,
      data_sampled_from: all,
      ...stats
    } = JSON.parse(readFileSync(path, 'utf8')).benchmarks[0].stats;
    const { data: _, ...expected } = before.benchmarks[0].stats;
    expect([data.length, all, stats]).toEqual([10, 100, expected]);
    expect((await prune('--drop-rounds', '10', '--yes')).stdout).toBe('nothing to remove\n');
  });

  it('removes marks that are older than a day, and leaves what it does not know', async () => {
    const [old, young, other] = ['.0007.reserved', '.0008.reserved', 'notes.txt'].map((name) =>
      join(folder, name),
    );
    for (const path of [old, young, other]) writeFileSync(path as string, '');
    const now = Date.UTC(2026, 0, 2, 3, 4) / 1000;
    for (const [path, age] of [
      [old, 90_000],
      [young, 60],
      [other, 90_000],
    ] as const) {
      utimesSync(path as string, now - age, now - age);
    }
    expect((await prune()).stdout).toContain('1 mark of a run that never ended');
    await prune('--yes');
    expect([old, young, other].map((path) => existsSync(path as string))).toEqual([false, true, true]);
  });

  it.each<[readonly string[], string]>([
    [['runs'], 'takes no operand'],
    [['--keep', '0'], '--keep must be'],
    [['--older-than', '90'], 'hours, days or weeks'],
    [['--drop-rounds', 'all'], '--drop-rounds must be'],
    [['--storage', ''], '--storage is empty'],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await prune(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('what may go', () => {
  it('is never the newest whole run of a branch, whatever the rules', () => {
    const random = randomFrom(5);
    for (let round = 0; round < 100; round += 1) {
      const heads = Array.from({ length: 40 }, (_, at) =>
        headOf(`${digits(at + 1)}_abcdef0_20260101_000000`, {
          datetime: new Date(at * 1e6).toISOString(),
          branch: random() < 0.5 ? 'main' : 'topic',
          complete: random() < 0.6,
          isShard: random() < 0.3,
        }),
      );
      const rules: PruneRules = {
        keep: 1 + Math.floor(random() * 5),
        keepPerBranch: 1 + Math.floor(random() * 5),
        olderThanMs: undefined,
      };
      const going = prunable(heads, rules, [], 1e12);
      const left = heads.filter((head) => !going.includes(head));
      expect(left.slice(-rules.keep)).toEqual(heads.slice(-rules.keep));
      for (const branch of ['main', 'topic']) {
        const newest = heads.findLast((head) => head.branch === branch && head.complete && !head.isShard);
        if (newest !== undefined) expect(left).toContain(newest);
      }
    }
  });
});
