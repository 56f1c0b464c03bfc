// What changed between two profiled runs of a real project: a function of an addon and one of TypeScript that allocate
// 1 MiB more each are named first in the table, the markdown, the JSON and the page, though a file was renamed and every
// line moved; and `compare --profiles` names them below the regression.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAddon } from '../../scripts/lib/measured-child.mjs';
import type { PageData } from '../../src/flamegraph/page-data.js';
import { movedFunctions } from '../../src/flamegraph/page-diff.js';
import { rowsOf, structureOf, sumsOf } from '../../src/flamegraph/page-view.js';
import type { MoversReport } from '../../src/profile/diff/movers.js';
import { readProfile } from '../../src/profile/index.js';
import { table } from '../../src/profile/reports/table.js';
import { startCli } from '../support/cli-process.js';
import { makeProject } from '../support/project-folder.js';

const mebibyte = 1 << 20;
const cwd = makeProject('profile-diff');
afterAll(() => rmSync(cwd, { recursive: true }));

interface Version {
  readonly rows: string;
  /** Stands before every function. */
  readonly comment: string;
  readonly more: number;
}

function writeProject({ rows, comment, more }: Version): void {
  mkdirSync(join(cwd, 'src'), { recursive: true });
  writeFileSync(
    join(cwd, `src/${rows}.ts`),
    `${comment}
const kept: Buffer[] = [];
export function keepRows(): void {
  kept.push(Buffer.alloc(${3 * mebibyte + more}));
}
${comment}
export function keepHeads(): void {
  kept.push(Buffer.alloc(200_000));
}
export function forget(): void {
  kept.length = 0;
}
`,
  );
  writeFileSync(
    join(cwd, 'table.bench.ts'),
    `${comment}
import { createRequire } from 'node:module';
import { bench } from 'benchmem';
import { forget, keepHeads, keepRows } from './src/${rows}.ts';

const addon = createRequire(import.meta.url)(${JSON.stringify(testAddon('growth'))});
${comment}
function readTable(): void {
  addon.readHeader(${2 * mebibyte + more});
  addon.readIndex(${5 * mebibyte});
}

bench('build', () => {
  addon.release();
  forget();
  readTable();
  keepHeads();
  ${more === 0 ? 'Buffer.from("x".repeat(3000), "utf16le");' : ''}
  keepRows();
});
bench('other', () => keepHeads());
`,
  );
}

async function benchmem(...words: readonly string[]) {
  const { stdout, stderr, code } = await startCli(words, { cwd, env: { COLUMNS: '200' } }).ended;
  return { stdout, stderr, code };
}

async function run(version: Version, name: string): Promise<void> {
  rmSync(join(cwd, 'src'), { recursive: true, force: true });
  writeProject(version);
  const words = [
    'run',
    '--no-time',
    '--no-color',
    '--repeats',
    '2',
    '--profile',
    name,
    '--json',
    `${name}.json`,
  ];
  expect(await benchmem(...words)).toMatchObject({ code: 0 });
}

const id = 'table.bench.ts::build';
const profileIn = (folder: string) =>
  readProfile(
    readFileSync(
      join(cwd, folder, readdirSync(join(cwd, folder)).find((name) => name.includes('build')) ?? ''),
    ),
  );

beforeAll(async () => {
  await run({ rows: 'rows', comment: '', more: 0 }, 'base');
  await run({ rows: 'table-rows', comment: '// One line.\n// Another one.\n', more: mebibyte }, 'head');
});

describe('what changed between two profiles of a project', () => {
  let report: MoversReport;
  beforeAll(async () => {
    const { stdout } = await benchmem(
      'flamegraph',
      'base',
      'head',
      'build',
      '--report',
      'table',
      '--format',
      'json',
    );
    report = JSON.parse(stdout);
  });

  it('names the two functions first, and nothing that was only moved', () => {
    const [first, second, ...others] = report.rows;
    expect(new Set([first?.change, second?.change])).toEqual(new Set([mebibyte]));
    const named = [first, second].map((row) => [row?.leaf?.name, row?.site?.name]);
    expect(named).toContainEqual([expect.stringContaining('read_header'), 'readTable']);
    expect(named).toContainEqual([expect.anything(), 'keepRows']);
    for (const { change } of others) expect(Math.abs(change)).toBeLessThan(100_000);
    const keepRows = report.rows.find(({ site }) => site?.name === 'keepRows');
    expect(keepRows).toMatchObject({
      site: { file: 'src/table-rows.ts' },
      siteBefore: { file: 'src/rows.ts' },
    });
  });

  it('has the totals of the two profiles and of their tables', () => {
    const [base, head] = ['base', 'head'].map((folder) => table(profileIn(folder)).total);
    expect(report.total).toEqual({ base, head });
    const moved = report.rows.reduce((sum, { change }) => sum + change, 0);
    const aside = report.aside.reduce((sum, each) => sum + each.head - each.base, 0);
    expect(moved + aside).toBe((head ?? 0) - (base ?? 0));
  });

  it('says so on a terminal and in markdown, the largest first', async () => {
    const shown = await benchmem('flamegraph', 'base', 'head', 'build', '--report', 'table', '--no-color');
    const lines = shown.stdout.split('\n').filter((line) => /^ +[+-]/.test(line));
    expect(lines.slice(0, 2).join('\n')).toMatch(/readTable/);
    expect(lines.slice(0, 2).join('\n')).toMatch(/keepRows src\/table-rows\.ts:\d+/);
    expect(shown.stdout).toMatch(/^ +before src\/rows\.ts$/m);
    for (const line of lines.slice(0, 2)) expect(line).toMatch(/^ +\+1 MiB /);
    const { stdout } = await benchmem('flamegraph', 'base', 'head', 'build', '--format', 'md');
    const rows = stdout.split('\n').filter((line) => /^\| [+-]/.test(line));
    expect(rows.slice(0, 2).join('\n')).toMatch(/read_header[\s\S]*keepRows|keepRows[\s\S]*read_header/);
  });

  it('makes a page whose first functions are these, and whose totals are the same', async () => {
    const { code, stdout } = await benchmem('flamegraph', 'base', 'head', 'build');
    const [file = ''] = stdout.split(': ');
    expect([code, file]).toEqual([0, expect.stringMatching(/^head\/.*\.diff\.flamegraph\.html$/)]);
    const html = readFileSync(join(cwd, file), 'utf8');
    const [, json = ''] = /<script type="application\/json" id="profile">([^<]*)<\/script>/.exec(html) ?? [];
    const data = JSON.parse(json) as PageData;
    const [metric] = data.metrics;
    expect([metric?.base?.total, metric?.total]).toEqual([report.total.base, report.total.head]);
    const structure = structureOf(data, true, false);
    const all = { thread: -1, owner: -1 };
    const before = {
      ...data,
      metrics: data.metrics.map((each) => ({ ...each, values: each.base?.values ?? [] })),
    };
    const sums = {
      head: sumsOf(structure, data, 0, all, false),
      base: sumsOf(structure, before, 0, all, false),
    };
    const library = { rowsOf } as unknown as Parameters<typeof movedFunctions>[3];
    const names = movedFunctions(structure, data, sums, library)
      .slice(0, 2)
      .map(({ which, own }) => [data.functions[which]?.name, own]);
    expect(names.map(([name]) => String(name).replace(/.*(read_header).*/, '$1')).sort()).toEqual([
      'keepRows',
      'read_header',
    ]);
    expect(names.map(([, own]) => own)).toEqual([mebibyte, mebibyte]);
  });

  it('lists what is gone, and shows only that for the profiles of one id', async () => {
    const { stdout } = await benchmem('flamegraph', 'head', 'base', id, '--report', 'table');
    expect(stdout.split('\n')[0]).toMatch(new RegExp(`^${id}: .* → .* live at the peak, -[\\d.]+ MiB`));
    expect(await benchmem('flamegraph', 'base', 'head', '--report', 'table')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('head holds 2 profiles'),
    });
  });
});

describe('compare --profiles', () => {
  const words = ['compare', 'base.json', 'head.json', '--columns', 'peak,native', '--stat', 'min'];
  const folders = ['--profiles', 'base', 'head'];

  it('names the two functions below the regression, and fails as the gate does', async () => {
    const { code, stdout } = await benchmem(...words, ...folders, '--fail-on', 'peak:5%', '--no-color');
    expect(code).toBe(1);
    const [, below = ''] = stdout.split('1 regression(s) over threshold:\n');
    const [title, ...lines] = below.split('\n');
    expect(title).toMatch(/^ {2}peak +build: 10\.\d+ MiB → 12\.\d+ MiB/);
    const named = lines.slice(0, 2).sort();
    expect(named[0]).toMatch(/^ +\+1 MiB {2}.*read_header.* ← readTable table\.bench\.ts:\d+/);
    expect(named[1]).toMatch(/^ +\+1 MiB {2}.* ← keepRows src\/table-rows\.ts:\d+/);
  });

  it('names them without a gate too, for each figure that got worse', async () => {
    const { code, stdout } = await benchmem(...words, ...folders, '--format', 'json');
    const { profiles } = JSON.parse(stdout);
    expect(code).toBe(0);
    const [native] = profiles.filter(({ field }: { field: string }) => field === 'native');
    expect(native).toMatchObject({
      id,
      metric: 'native',
      stacks: [{ change: mebibyte }, { change: mebibyte }, { head: 0 }],
    });
  });
});
