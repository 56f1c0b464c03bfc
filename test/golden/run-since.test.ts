// The section below the table of `benchmem run`: what changed since the last saved run, and when nothing is said.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BenchmemError } from '../../src/errors.js';
import { columnsOf } from '../../src/layout/printable.js';
import { openFolderStore } from '../../src/runfile/folder-store.js';
import { reserveNumber } from '../../src/runfile/numbering.js';
import type { MemoryFigures } from '../../src/runfile/schema.js';
import { machineFolder } from '../../src/runfile/storage.js';
import { openRunFile } from '../../src/runfile/write.js';
import type { PlannedCase } from '../../src/runner/planned.js';
import { type FakeWorld, runFake } from './fake-world.js';
import { steady } from './figures.js';
import { expectGolden } from './golden-file.js';
import { type FakeCase, plannedCase, runWorld } from './run-world.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-since-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const folder = machineFolder('Linux', '20.0.0');
const peakOf = (bytes: number): MemoryFigures => ({ ...steady, peak_bytes: [bytes, bytes, bytes] });
const times = (seconds: number) =>
  Array.from({ length: 12 }, (_, round) => seconds * (1 + (round % 3) / 1000));

interface Given {
  readonly id: string;
  readonly seconds?: number;
  readonly bytes?: number;
  readonly rounds?: readonly number[];
  readonly planned?: PlannedCase;
}

const caseOf = ({ id, seconds, bytes, rounds, planned }: Given): FakeCase => ({
  planned: planned ?? plannedCase('store.bench.ts', id),
  ...(bytes !== undefined && { figures: peakOf(bytes) }),
  ...((seconds !== undefined || rounds !== undefined) && { times: rounds ?? times(seconds ?? 0) }),
});

interface Said {
  readonly code: number | string;
  readonly section: string;
  readonly whole: string;
  readonly stderr: string;
}

async function runCases(
  given: readonly Given[],
  flags: readonly string[] = [],
  world: FakeWorld = {},
): Promise<Said> {
  const fake = runWorld(given.map(caseOf));
  const suite = { ...fake.suite, openRunFile, reserveNumber, machineInfo: async () => machine };
  const { code, stdout, stderr } = await runFake(['run', ...flags], {
    ...fake,
    unlimited: true,
    ...world,
    cwd,
    suite: { ...suite, ...world.suite },
  });
  const at = stdout.search(
    /^(against |nothing saved|by group|.* -> .*, within|\s*pairs skipped|\s+warning )/m,
  );
  return { code, section: at === -1 ? '' : stdout.slice(at), whole: stdout, stderr };
}

const machine = {
  system: 'Linux',
  runtime: 'Node.js',
  runtime_version: '20.0.0',
  cpu: { brand_raw: 'Example', count: 4 },
};

const before: readonly Given[] = [
  { id: 'read', seconds: 0.01, bytes: 2_000_000 },
  { id: 'write', seconds: 0.02, bytes: 3_000_000 },
];
const after: readonly Given[] = [
  { id: 'read', seconds: 0.012, bytes: 2_000_000 },
  { id: 'write', seconds: 0.01, bytes: 4_000_000 },
  { id: 'fresh', seconds: 0.01, bytes: 1_000_000 },
];

describe('the section after a run', () => {
  it.each([40, 80, 120])('is as wide as the terminal, %i columns', async (columns) => {
    await runCases(before, ['--save', 'main']);
    const { code, section } = await runCases(after, [], { columns, isTerminal: true, unlimited: false });
    expect(code).toBe(0);
    expectGolden(`run-since-${columns}`, section);
    for (const line of section.split('\n')) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
  });

  it('needs no flag, also in a pipe', async () => {
    await runCases(before, ['--save', 'main']);
    const { section } = await runCases(after);
    expectGolden('run-since-pipe', section);
  });

  it('is never about the run itself, also under the same name', async () => {
    expect((await runCases(before, ['--save', 'main'])).section).toBe('');
    const { section } = await runCases(after, ['--save', 'main']);
    expect(section).toMatch(/^against 0001_main \(/);
    expect(section).toContain('benchmem analyze shows all');
    expect((await runCases(after, [])).section).toMatch(/^against 0002_main \(/);
  });

  it('leaves no store open where the run cannot be saved', async () => {
    let opened = 0;
    const suite: FakeWorld['suite'] = {
      openStore: async (storage, place) => {
        const store = await openFolderStore({ storage, cwd: place.cwd });
        opened += 1;
        return {
          ...store,
          close: async () => {
            opened -= 1;
          },
        };
      },
      reserveNumber: async () => {
        throw new BenchmemError('DATABASE', 'it does not permit saving', 'take another role');
      },
    };
    const { code, stderr } = await runCases(before, ['--save', 'main'], { suite });
    expect([code, opened]).toEqual([2, 0]);
    expect(stderr).toContain('it does not permit saving');
  });

  it('is against the run that --compare names', async () => {
    await runCases(before, ['--save', 'old']);
    await runCases(after, ['--save', 'new']);
    expect((await runCases(after, ['--compare=old'])).section).toMatch(/^against 0001_old \(/);
  });

  it('is against the newest whole run of its environment, else of the machine folder, with a warning', async () => {
    await runCases(before, ['--save', 'here']);
    const there = {
      suite: { machineInfo: async () => ({ ...machine, cpu: { brand_raw: 'Other', count: 8 } }) },
    };
    const first = await runCases(after, ['--save', 'there'], there);
    expect(first.section).toMatch(
      /^against 0001_here[\s\S]*warning ENVIRONMENT_DIFFERS: no run of this environment is saved; 0001_here is of .*4 x Example/,
    );
    const path = join(cwd, '.benchmarks', folder, '0002_there.json');
    writeFileSync(
      join(cwd, '.benchmarks', folder, '0003_half.json'),
      readFileSync(path, 'utf8').replace('"complete": true', '"complete": false'),
    );
    const second = await runCases(after, []);
    expect(second.section).toMatch(/^against 0001_here/);
    expect(second.section).not.toContain('warning');
  });

  it('shows at most 20 rows, the largest changes, and counts the rest', async () => {
    const many = (change: (n: number) => number): Given[] =>
      Array.from({ length: 60 }, (_, n) => ({ id: `case[${n}]`, bytes: 100_000 + change(n), seconds: 0.01 }));
    await runCases(
      many(() => 0),
      ['--save', 'main'],
    );
    const { section } = await runCases(many((n) => (n < 30 ? n * 1000 : 0)));
    const rows = section.split('\n').filter((line) => /^ {2}case\[/.test(line));
    expect(rows.map((line) => /\[(\d+)\]/.exec(line)?.[1])).toEqual(
      Array.from({ length: 20 }, (_, n) => String(n + 10)),
    );
    expect(section).toContain('\n  ... 9 more changed, 31 unchanged or within noise\n');
    expect(section).toMatch(
      /\n {2}60 benchmarks; time: 60 identical; peak: 29 regressed, 0 improved, 31 identical\n/,
    );
  });

  it('says within noise of times that moved by chance', async () => {
    const noisy = (shift: number) =>
      Array.from({ length: 12 }, (_, round) => 0.01 * (1 + (((round * 7 + shift) % 12) - 6) / 40));
    await runCases([{ id: 'a', rounds: noisy(0) }], ['--no-memory', '--save', 'main']);
    const { section } = await runCases(
      [{ id: 'a', rounds: noisy(0).map((value) => value * 1.02) }],
      ['--no-memory'],
    );
    expect(section).toContain('1 benchmark; time: 0 regressed, 0 improved, 1 within noise');
  });

  it('compares no times of single calls, and says so; memory stays', async () => {
    const once = (bytes: number): Given[] => [{ id: 'a', rounds: [0.01], bytes }];
    await runCases(once(1000), ['--save', 'main']);
    const { section } = await runCases(once(2000));
    expect(section).not.toContain('time min');
    expect(section).toMatch(/a +1.95 KiB +\+100\.0%/);
    expect(section).toContain('warning time was taken from a single call: not a comparison');
    const { section: memory } = await runCases([{ id: 'a', bytes: 2000 }], ['--no-time']);
    expect(memory).not.toContain('single call');
  });

  it('prints at most three warnings, and the rest as a count', async () => {
    await runCases(before, ['--save', 'main']);
    for (const n of [5, 6, 7, 8, 9])
      writeFileSync(join(cwd, '.benchmarks', folder, `000${n}_\u001b[31m.json`), `{"benchmarks": ${n}`);
    const { code, section } = await runCases(after);
    expect(code).toBe(0);
    expect(section).toMatch(/^against 0001_main/);
    const warnings = section.split('\n').filter((line) => line.startsWith('  warning '));
    expect(warnings).toHaveLength(4);
    expect(warnings[3]).toBe('  warning 2 more; benchmem analyze names them');
    expect(section).not.toContain('\u001b');
  });

  it('changes no exit code', async () => {
    await runCases(before, ['--save', 'main']);
    writeFileSync(join(cwd, 'file'), '');
    expect((await runCases(after, ['--storage', 'file'])).code).toBe(0);
    expect((await runCases([{ id: 'read', seconds: 10, bytes: 1e9 }])).code).toBe(0);
  });
});

describe('with postfixes', () => {
  const of = (id: string, bytes: number, group: string): Given => {
    const planned = plannedCase('store.bench.ts', id);
    return { id, bytes, planned: { ...planned, description: { ...planned.description, group } } };
  };
  const cases = (scale: number) => [
    of('parse_orig', 100_000, 'io'),
    of('parse_new', 50_000 * scale, 'io'),
    of('alone', 10_000, 'none'),
  ];
  const both = ['--no-time', '--original-postfix', 'orig', '--reference-postfix', '_new'];

  it('there are three tables', async () => {
    await runCases(cases(1), ['--no-time', '--save', 'main']);
    const { section } = await runCases(cases(1.5), both);
    expectGolden('run-since-postfixes', section);
  });

  it('the pairs need no saved run', async () => {
    const { section } = await runCases(cases(1), both);
    expect(section).toMatch(/^orig -> new, within this run\n/);
    expect(section).not.toContain('against');
  });

  it('one alone is named as what is missing', async () => {
    const { section } = await runCases(cases(1), ['--no-time', '--original-postfix', 'orig']);
    expect(section.trim()).toBe('pairs skipped: --reference-postfix is not set (original: orig)');
    const other = await runCases(cases(1), ['--no-time', '--reference-postfix', 'new']);
    expect(other.section.trim()).toBe('pairs skipped: --original-postfix is not set (reference: new)');
  });
});

describe('nothing is said', () => {
  it('of a first run, but one dim line on a terminal that no log keeps', async () => {
    const terminal = { isTerminal: true, columns: 80, unlimited: false };
    const { section, stderr } = await runCases(before, [], terminal);
    expect(section).toBe('nothing saved to compare with: --save NAME or --autosave\n');
    expect(stderr).not.toContain('nothing saved');
    expect((await runCases(before, [], { ...terminal, env: { CI: 'true' } })).section).toBe('');
    expect((await runCases(before)).section).toBe('');
    expect((await runCases(before, ['--save', 'main'], terminal)).section).toBe(
      'nothing saved before this run: the next one is compared with it\n',
    );
  });

  it.each<[string, readonly Given[], readonly string[]]>([
    ['where it is switched off', after, ['--no-history']],
    ['for programs: json', after, ['--reporter', 'json']],
    ['for programs: junit', after, ['--reporter', 'junit']],
    ['where the table goes to a file', after, ['--reporter', 'table=out.txt']],
    ['of a list', after, ['--list']],
    ['where nothing was measured', [], []],
    [
      'where no benchmark is in both',
      [{ id: 'other', seconds: 1 }],
      ['--no-memory', '--columns', 'allocations'],
    ],
  ])('%s', async (_, cases, flags) => {
    await runCases(before, ['--save', 'main']);
    const { whole } = await runCases(cases, flags);
    expect(whole).not.toMatch(/against 0001_main|nothing saved/);
  });
});

it('is switched off by a config, and a flag wins', async () => {
  await runCases(before, ['--save', 'main']);
  const suite = { readConfig: async () => ({ history: false }) };
  expect((await runCases(after, [], { suite })).section).toBe('');
  expect((await runCases(after, ['--history'], { suite })).section).toMatch(/^against 0001_main/);
});

it('stands in the summary of a job, as markdown', async () => {
  await runCases(before, ['--save', 'main']);
  const written = new Map<string, string>();
  const suite = {
    writeText: async (path: string, text: string) => {
      written.set(path, text);
    },
  };
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/summary.md', CI: 'true' };
  await runCases(after, [], { env, suite });
  expect(written.get('/summary.md')).toMatch(
    /#### `?against 0001\\?_main[\s\S]*\| read \| 12 ms \| \+20\.0% \|/,
  );
});

it('leaves nothing in the storage', async () => {
  mkdirSync(join(cwd, '.benchmarks'));
  await runCases(before, ['--save', 'main']);
  await runCases(after);
  expect(readdirSync(join(cwd, '.benchmarks', folder))).toEqual(['0001_main.json']);
});
