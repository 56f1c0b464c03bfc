// How benchmarks and series are called in comparisons: whole labels at every width, ids that stay apart, whole warnings.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchmark } from '../unit/compare-support.js';
import { type FakeWorld, runFake } from './fake-world.js';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'benchmem-labels-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Two runs of these ids, the second of which needs twice as much. */
async function compare(ids: readonly string[], argv: readonly string[], world: FakeWorld = {}) {
  for (const [index, name] of ['base.json', 'head.json'].entries()) {
    const benchmarks = ids.map((id) => benchmark({ id, peak: [5000 * (index + 1)], time: [0.001] }));
    writeFileSync(join(cwd, name), JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks }));
  }
  return runFake(['compare', 'base.json', 'head.json', ...argv], { cwd, ...world });
}

const long = [
  'bench/json.bench.ts::parse objects with many keys in nested arrays (strict)',
  'bench/json.bench.ts::parse objects with many keys in nested arrays (loose)',
  'bench/json.bench.ts::parse objects with few keys in nested arrays (strict)',
];
const labels = ['the base of the pull request', 'the head of the pull request'];
const labelled = labels.flatMap((label) => ['--label', label]);
const widths = [40, 60, 80, 100, 120];

describe.each(widths)('on a terminal of %d columns', (columns) => {
  const terminal = { columns, isTerminal: true };

  it('every row says whole which series it is of, and the ids stay apart', async () => {
    const { stdout } = await compare(long, [...labelled, '--group-by', '', '--columns', 'peak'], terminal);
    const rows = stdout.split('\n').filter((line) => /\d/.test(line));
    const names = rows.map((row) => row.slice(0, row.indexOf(')  ')));
    for (const label of labels) {
      const own = rows.filter((row) => row.includes(`(${label})`));
      expect(own.length).toBeGreaterThanOrEqual(long.length);
      expect(own.length * labels.length).toBe(rows.length);
    }
    expect(new Set(names).size).toBe(long.length * labels.length);
  });

  it('the label stands alone where the title is the id', async () => {
    const { stdout } = await compare(long, [...labelled, '--columns', 'peak'], terminal);
    for (const label of labels)
      expect(stdout.split(` (${label}) `).length - 1).toBeGreaterThanOrEqual(long.length);
  });

  it('the middle of an id goes', async () => {
    const { stdout } = await compare(
      long,
      ['--group-by', '', '--columns', 'peak', '--stat', 'min'],
      terminal,
    );
    const names = stdout.match(/^ \S.*(?= \((?:base|head)\))/gm) ?? [];
    expect(names).toHaveLength(6);
    for (const name of names) {
      expect(name).toMatch(/^ parse o/);
      expect(name).toMatch(/(?:strict|oose)\)$/);
    }
    for (const line of stdout.split('\n'))
      expect(stringWidth(line)).toBeLessThanOrEqual(Math.max(columns, 80));
  });

  it('no line of a warning ends inside an id', async () => {
    const ids = ['m::an id with blanks in it', `m::${'long'.repeat(12)}`];
    const more = ids.map((id) => benchmark({ id, peak: [1] }));
    writeFileSync(
      join(cwd, 'more.json'),
      JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: more }),
    );
    const argv = ['compare', 'head.json', 'more.json', '--columns', 'peak', '--fail-on', 'peak:10%'];
    await compare(['m::an id with blanks in it'], []);
    const { stderr } = await runFake(argv, { cwd, ...terminal });
    expect(stderr.split('\n').length).toBeGreaterThan(2);
    expect(stderr).toContain(ids[1]);
    const pivoted = [1, 2].map((n) =>
      benchmark({ id: `m::an id, with blanks[a b-${n}]`, peak: [1], params: { n } }),
    );
    const taken = benchmark({ id: 'm::an id, with blanks[a b]', peak: [1], params: { n: 1 } });
    const all = JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: [...pivoted, taken] });
    writeFileSync(join(cwd, 'pivot.json'), all);
    const answer = await runFake(['compare', 'pivot.json', '--pivot', 'n', '--columns', 'peak'], {
      cwd,
      ...terminal,
    });
    expect(answer.stderr).toContain('m::an id, with blanks[a b-1]');
    expect(answer.stderr).toContain('m::an id, with blanks[a b],');
  });
});

it('warnings are not wrapped where nobody watches', async () => {
  const { stderr } = await compare(['m::a'], ['--columns', 'peak,retained', '--fail-on', 'peak:900%'], {
    columns: 40,
  });
  expect(stderr.split('\n')).toEqual([
    'warning: COLUMN_ABSENT: retained: no run has it, so its column is left out',
    '  hint: measured were time, peak, allocated, allocations',
    '',
  ]);
});

describe('names that are not unique', () => {
  const alike = ['a.js::build::big[1]', 'b.js::build::big[1]', 'b.js::read::big[1]', 'b.js::read::small[1]'];
  const names = ['a.js::build::big[1]', 'b.js::build::big[1]', 'read::big[1]', 'small[1]'];
  const one = ['--group-by', '', '--columns', 'peak', '--stat', 'min'];

  it.each([
    ['a table', one, / (\S+) \(base\)/g],
    ['markdown', [...one, '--format', 'md'], /\| `?([^|` ]+)`? \(base\)/g],
    ['a diff', [...one, '--diff'], /^ (\S+) +4\.88 KiB/gm],
    ['a diff as markdown', [...one, '--diff', '--format', 'md'], /^\| `?([^|` ]+)`? \| 4\.88/gm],
    ['regressions', [...one, '--fail-on', 'peak:10%'], /^ {2}peak +(\S+): 4\.88/gm],
    [
      'regressions as markdown',
      [...one, '--fail-on', 'peak:10%', '--format', 'md'],
      /^- peak `?([^:` ]\S+?)`?: 4\.88/gm,
    ],
  ])('carry as much of the id as tells them apart in %s', async (_, argv, pattern) => {
    const { stdout } = await compare(alike, argv);
    expect([...stdout.matchAll(pattern)].map(([, name]) => name)).toEqual(names);
  });

  it('are unique among all ids of both runs in a regression', async () => {
    writeFileSync(
      join(cwd, 'odd.json'),
      JSON.stringify({
        machine_info: {},
        commit_info: {},
        benchmarks: [benchmark({ id: 'a::x', peak: [1000] }), benchmark({ id: 'b::x', peak: [10] })],
      }),
    );
    await compare(['a::x', 'c::y'], []);
    const { stdout } = await runFake(['compare', 'odd.json', 'head.json', '--fail-on', 'peak:1%'], { cwd });
    expect(stdout).toContain('  peak         a::x: 1000 B → ');
  });
});

it.each(widths)(
  'columns stand under each other beside wide and combining characters, at %d',
  async (columns) => {
    const wide = [
      'm::漢字漢字漢字',
      'm::e\u0301te\u0301',
      'm::👍🏽 ok',
      'm::ｆｕｌｌ',
      'm::plain',
      'm::한국어 벤치마크 이름',
    ];
    const { stdout } = await compare(wide, ['--group-by', '', '--columns', 'peak', '--stat', 'min'], {
      columns,
      isTerminal: true,
    });
    const rows = stdout.split('\n').filter((line) => / \((?:base|head)\) /.test(line));
    expect(rows).toHaveLength(wide.length * 2);
    const ends = rows.map((row) => stringWidth(row.slice(0, row.lastIndexOf('(')).replace(/[\d.]+ $/, '')));
    expect(new Set(rows.map((row) => stringWidth(row))).size).toBeLessThanOrEqual(2);
    expect(Math.max(...ends) - Math.min(...ends)).toBeLessThanOrEqual(1);
  },
);
