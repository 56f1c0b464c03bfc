// What `benchmem test` says: the report at two widths, its run file, and what moved since a saved one, from a fixed spool.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, describe, expect, it } from 'vitest';
import type { TestsEnd, TestsRequest } from '../../src/cli/world.js';
import { reserveNumber } from '../../src/runfile/numbering.js';
import { readRun } from '../../src/runfile/run.js';
import { openRunFile } from '../../src/runfile/write.js';
import { renderOwn } from '../../src/test-report/render-own.js';
import { parseSpoolLine } from '../../src/testing/record.js';
import type { SpoolContents } from '../../src/testing/spool.js';
import { type CliAnswer, type FakeWorld, runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';
import { detailed, record, sound, suite, unmeasured } from './tests-spool.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-cli-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran extends CliAnswer {
  readonly requests: readonly TestsRequest[];
}

async function runTests(
  argv: readonly string[],
  contents: SpoolContents,
  { end = { exitCode: 0 }, ...world }: FakeWorld & { readonly end?: TestsEnd['end'] } = {},
): Promise<Ran> {
  const requests: TestsRequest[] = [];
  const answer = await runFake(['test', ...argv, '--', 'vitest', 'run'], {
    cwd: folder,
    ...world,
    suite: {
      nodeVersion: async () => '22.23.3',
      openRunFile,
      reserveNumber,
      runTests: async (request) => {
        requests.push(request);
        return { end, contents };
      },
    },
  });
  return { ...answer, requests };
}

describe('the report', () => {
  it.each([80, 120])('fits into %i columns', async (columns) => {
    const { stdout, stderr, code } = await runTests([], suite, { columns });
    expect([stderr, code]).toEqual(['', 1]);
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expectGolden(`test-${columns}`, stdout);
  });

  it('shows all tests, all reasons and the order that was asked for', async () => {
    const { stdout } = await runTests(['--most', '0', '--sort', 'allocations', '--verbose'], suite, {
      columns: 120,
    });
    expectGolden('test-verbose', stdout);
  });

  it('is short if asked, and silent if asked', async () => {
    expectGolden('test-quiet', (await runTests(['--quiet'], suite)).stdout);
    expect(await runTests(['--no-summary'], suite)).toMatchObject({ stdout: '', stderr: '', code: 1 });
  });

  it.each([80, 120])(
    'says sizes, what keeps objects, and where profiles are in %i columns',
    async (columns) => {
      const argv = ['--sizes', '--native', '--leaks', '--profile', 'memory'];
      const { stdout, stderr, requests } = await runTests(argv, detailed, { columns });
      expect(stderr).toBe('');
      expect(requests[0]?.settings).toEqual({
        leaks: '0 B',
        sizes: true,
        native: true,
        stacks: true,
        profile: { folder: join(folder, 'memory'), most: 5 },
      });
      for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      expectGolden(`test-detailed-${columns}`, stdout);
    },
  );

  it('has sizes in markdown, too', async () => {
    expectGolden('test-detailed-markdown', (await runTests(['--format', 'md'], detailed)).stdout);
  });

  it('is JSON for a program, and that is the run file', async () => {
    const { stdout } = await runTests(['--format', 'json'], detailed);
    const path = join(folder, 'format.json');
    writeFileSync(path, stdout);
    const { file } = await readRun(path, {});
    expect(file.benchmarks.map(({ fullname }) => fullname)).toContain('src/image.test.ts::resizes');
  });

  it('names a limit by the word that sets it', async () => {
    const over = {
      outcome: 'limit',
      limits: { per_stack_bytes: 1e6 },
      exceeded: ['per_stack_bytes'],
    } as const;
    const site = { bytes: 2e6, count: 2, stack: ['pages (image.js:5)'] };
    const records = [record('a.test.js::pages', { native: 2 }, { ...over, sites: [site] })];
    const { stdout } = await runTests([], { ...sound(), records }, { columns: 120 });
    expect(stdout).toMatch(/pages .* limit per stack 1 MB\n/);
    expect(stdout).toContain('held 1.91 MiB from one stack at the peak, limit 1 MB');
  });

  it('is the same from the reporter of a runner, except for what one may type', async () => {
    const columns = process.env.COLUMNS;
    process.env.COLUMNS = '120';
    try {
      const own = renderOwn(suite, 5).replaceAll('most: 0', '--most 0');
      expect(own).toBe((await runTests([], suite, { columns: 120 })).stdout);
    } finally {
      if (columns === undefined) delete process.env.COLUMNS;
      else process.env.COLUMNS = columns;
    }
  });

  it('is markdown for a pull request', async () => {
    expectGolden('test-markdown', (await runTests(['--format', 'md'], suite)).stdout);
  });

  it('prints nothing that a terminal would obey', async () => {
    const hostile = unmeasured('a.test.ts::\u001b]0;title\u0007x', 'because \u001b[31mof this');
    for (const format of ['table', 'md']) {
      const { stdout } = await runTests(['--format', format], { ...sound(), records: [hostile] });
      for (const control of ['\u0007', '\u001b']) expect(stdout).not.toContain(control);
    }
  });
});

describe('the end', () => {
  it('is the one of the runner, or 1 where only a limit, a leak or a lost process is wrong', async () => {
    expect((await runTests([], sound())).code).toBe(0);
    expect((await runTests([], suite)).code).toBe(1);
    expect((await runTests([], { ...sound(), open: suite.open })).code).toBe(1);
    expect((await runTests([], suite, { end: { exitCode: 7 } })).code).toBe(7);
    expect((await runTests([], suite, { end: { signal: 'SIGTERM' } })).code).toBe('SIGTERM');
  });

  it('is 2 with what to set up where no test was measured, unless the runner failed', async () => {
    const nothing = { records: [], open: [], workers: [], unreadable: [] };
    expect(await runTests([], nothing)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('hint: add memory() to the plugins of vitest.config.ts'),
    });
    expect(await runTests([], nothing, { end: { exitCode: 1 } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no test of vitest run was measured'),
    });
  });
});

describe('the settings', () => {
  it('go to the tests', async () => {
    const { requests } = await runTests(
      ['--limit', 'peak:64MB', '--limit', 'allocations:2000', '--leaks', '--stacks', '2'],
      sound(),
    );
    expect(requests).toEqual([
      {
        command: ['vitest', 'run'],
        settings: { limits: { peak: '64MB', allocations: '2000' }, leaks: '0 B', stacks: true },
        deterministic: false,
        cwd: folder,
      },
    ]);
  });

  it.each([
    [['--limit', 'peak'], 'METRIC:SIZE is expected'],
    [['--limit', 'peek:64MB'], 'there is no limit "peek"'],
    [['--limit', 'peak:64 mb'], 'mb is not a unit of peak'],
    [['--limit', 'time:5ms'], 'time cannot be limited in a test'],
    [['--leaks=much'], 'much'],
    [['--leaks', '--compare'], '--leaks repeats the bodies'],
    [['--leaks', '--fail-on-increase'], '--leaks repeats the bodies'],
    [['--fail-on-increase=peek:5%'], 'there is no metric peek'],
    [['--most', '-1'], '--most must be'],
    [['--stacks', '0'], '--stacks must be'],
    [['--profile', ''], '--profile'],
    [['--quiet', '--verbose'], 'contradict each other'],
    [['--json', '-'], '--json cannot be -'],
    [['vitest'], 'the command stands behind --'],
  ])('are refused where they mean nothing: %j', async (argv, message) => {
    const { code, stderr, requests } = await runTests(argv, sound());
    expect([code, requests]).toEqual([2, []]);
    expect(stderr).toContain(message);
  });

  it('need a command', async () => {
    expect(await runFake(['test'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('needs a command behind --'),
    });
  });
});

describe('the run file', () => {
  it('has a benchmark for each test with figures that did not fail, and all else beside them', async () => {
    const path = join(folder, 'tests.json');
    await runTests(['--json', path], suite);
    const { file } = await readRun(path, {});
    expect(file.benchmem).toMatchObject({ kind: 'test', complete: false });
    expect(file.benchmarks.map(({ fullname }) => fullname)).toEqual(
      suite.records
        .filter(({ test }) => !['failed', 'unmeasured'].includes(test.outcome))
        .map(({ id }) => id),
    );
    const { others, workers } = (
      file.benchmem as unknown as { tests: { others: object[]; workers: object[] } }
    ).tests;
    expect(others).toHaveLength(4);
    expect(workers).toEqual([
      expect.objectContaining({ pid: 4711, peak_rss_bytes: 412 * 1024 * 1024 }),
      expect.objectContaining({ pid: 4712, files: 1 }),
    ]);
    expect(file.benchmem?.failures?.map(({ fullname }) => fullname)).toEqual([
      'src/big.test.ts::holds everything at once',
      'src/cache.test.ts::throws',
    ]);
    for (const other of others) expect(parseSpoolLine(JSON.stringify(other))).toEqual(other);
    for (const { fullname, extra_info: extra } of file.benchmarks) {
      const { test, peak_bytes: [peak] = [] } = extra.benchmem as unknown as {
        test: object;
        peak_bytes: number[];
      };
      expect(
        parseSpoolLine(JSON.stringify({ id: fullname, figures: { peak_bytes: peak }, test })),
      ).toBeDefined();
    }
  });

  it('is what --format json prints', async () => {
    const path = join(folder, 'same.json');
    const { stdout } = await runTests(['--json', path, '--format', 'json'], suite);
    expect(stdout).toBe(readFileSync(path, 'utf8'));
  });

  it('is read by compare and by plot', async () => {
    const [base, head] = [join(folder, 'base.json'), join(folder, 'head.json')];
    await runTests(['--json', base], sound());
    await runTests(['--json', head], sound(2));
    const compared = await runFake(
      ['compare', base, head, '--diff', '--columns', 'peak,allocations', '--fail-on', 'peak:5%'],
      { cwd: folder },
    );
    expect(compared.code).toBe(1);
    expect(compared.stdout).toContain('src/parse.test.ts::reader::parses 10 MB');
    const plotted = await runFake(['plot', base, '--x', 'node.func', '--output', join(folder, 'plot.html')], {
      cwd: folder,
    });
    expect([plotted.code, plotted.stderr]).toEqual([0, '']);
    expect(readFileSync(join(folder, 'plot.html'), 'utf8')).toContain('parses 10 MB');
  });
});

describe('a saved run', () => {
  const at = (name: string) => ['--storage', join(folder, name)];

  it('is kept only if nothing failed or grew, and is what the next one is compared with', async () => {
    const storage = at('grown');
    expect((await runTests(['--save', 'main', ...storage], suite)).stderr).toBe('');
    const saved = await runTests(['--save', 'main', ...storage], sound());
    expect(saved.stderr).toMatch(/^saved .*0001_main\.json\n$/);
    const grown = await runTests(['--fail-on-increase', '--save', 'main', ...storage], sound(2), {
      columns: 120,
    });
    expect([grown.code, grown.stderr]).toEqual([1, '']);
    expectGolden('test-increase', grown.stdout);
    const same = await runTests(['--fail-on-increase', '--save', 'main', ...storage], sound(1.01));
    expect(same.code).toBe(0);
    expect(same.stderr).toContain('0002_main.json');
  });

  it('lets through what a peak moves by without a cause', async () => {
    const storage = at('noise');
    const small = (js: number) => ({ ...sound(), records: [record('a.test.ts::x', { js })] });
    await runTests(['--save', 'main', ...storage], small(0.1));
    expect((await runTests(['--fail-on-increase', ...storage], small(0.15))).code).toBe(0);
    expect((await runTests(['--fail-on-increase', ...storage], small(0.2))).code).toBe(1);
    expect((await runTests(['--fail-on-increase=allocations:0', ...storage], small(0.2))).code).toBe(0);
  });

  it('says nothing of a test whose collections were forced in one run only, nor of one that failed', async () => {
    const storage = at('tiers');
    await runTests(['--save', 'main', ...storage], sound());
    const { code, stdout } = await runTests(['--fail-on-increase', ...storage], sound(3, 'near-live'));
    expect(code).toBe(0);
    expect(stdout).toContain('1 test compared with 0001_main, 1 not comparable');
  });

  it('that is not there is a warning, or with --require-baseline an error', async () => {
    const missing = await runTests(['--compare', ...at('none')], sound());
    expect(missing).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('there is no saved run of tests'),
    });
    const required = await runTests(['--compare', '--require-baseline', ...at('none')], sound());
    expect([required.code, required.requests]).toEqual([2, []]);
  });
});
