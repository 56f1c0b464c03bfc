// Limits and the report in vitest 4.1 and 5. The rest of the Nodes, and of the pools, run with BENCHMEM_FULL=1.
import { describe, expect, it } from 'vitest';
import type { TestRunner } from '../../support/test-runners.js';
import { nodesAtHand } from '../nodes-at-hand.js';
import { checkRecords, checkVerdicts, commonTests, type Dialect, lineOf } from './bodies.js';
import { type Ran, type RunRequest, runTests } from './ran.js';

const isFull = process.env.BENCHMEM_FULL === '1';

const dialect: Dialect = {
  head: `import { afterEach, beforeEach, describe, expect, test as plain, vi } from 'vitest';
import { assertMemory, limitLeaks, limitMemory } from 'benchmem/vitest';
const kept = [];
let held;
beforeEach(() => { held = Buffer.alloc(8e6); });`,
  test: 'plain',
  timed: (name, body, ms) => `plain('${name}', ${body}, ${ms});`,
  doneParameters: '{ task }, done',
};

const configOf = (options = '', test = ''): string => `
import { defineConfig } from 'vitest/config';
import { memory } from 'benchmem/vitest';
export default defineConfig({ plugins: [memory(${options})], test: { testTimeout: 60000, ${test} } });
`;

const ownTests = `
const test = plain.extend({ db: async ({}, use) => { await use({ big: Buffer.alloc(3e6) }); } });
test('fixture', limitMemory({ native: '1 MB' }, ({ db }) => { expect(db.big.length).toBe(3e6); }));
test('fixture, measured', ({ db }) => { expect(db.big.length).toBe(3e6); });
plain('context', limitMemory({ native: '1 MB' }, async ({ task, expect }) => { await null; expect(task.name).toBe('context'); }));
plain.each([1, 2])('each %i', limitMemory({ native: '1 MB' }, (n) => { expect(n).toBeGreaterThan(0); }));
plain.fails('is to fail', () => { throw new Error('expected'); });
plain.fails('is to pass its limit', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
let tries = 0;
plain('retried', { retry: 2 }, limitMemory('1 MB', () => { tries += 1; if (tries < 2) Buffer.alloc(2e6); }));
let plainTries = 0;
plain('retried, measured', { retry: 2 }, () => { plainTries += 1; if (plainTries < 2) throw new Error('once'); });
plain('by meta', { meta: { memory: { peak: '1 MB' } } }, () => { Buffer.alloc(2e6); });
plain('by meta, allowed', { meta: { memory: { allocations: 10 } } }, () => { Buffer.alloc(1e6); });
describe('suite', { meta: { memory: { peak: '1 MB' } } }, () => {
  plain('by its suite', () => { Buffer.alloc(2e6); });
  plain('lifted', { meta: { memory: false } }, () => { Buffer.alloc(2e6); });
});
plain('by meta, not readable', { meta: { memory: { peek: '1 MB' } } }, () => {});
plain('own limit, measured inside', { meta: { memory: '1 MB' } }, async () => {
  const { measureMemory } = await import('benchmem');
  await measureMemory(() => {});
});
plain('matcher', async () => { await expect(() => Buffer.alloc(1e6)).toPeakBelow('2 MB'); });
plain('matcher, not kept', () => { expect(() => Buffer.alloc(3e6)).toPeakBelow('2 MB'); });
plain('matcher, not awaited', () => { expect(async () => { await new Promise((r) => setTimeout(r, 50)); }).toPeakBelow('2 MB'); });
plain('fake timers', () => { vi.useFakeTimers(); setTimeout(() => {}, 1000); vi.advanceTimersByTime(1000); });
plain('after fake timers', () => { vi.useRealTimers(); Buffer.alloc(1e6); });
describe.concurrent('at once', () => {
  for (const name of ['a', 'b', 'c']) plain('at once ' + name, limitMemory({ native: 2.5e6 }, async () => {
    const block = Buffer.alloc(1.5e6);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (block.length === 0) throw new Error('never');
  }));
  for (const name of ['d', 'e']) plain('measured at once ' + name, async () => {
    Buffer.alloc(1e6);
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
`;

const source = commonTests(dialect) + ownTests;
const verdictsOfOwn = {
  fixture: 'passed',
  'fixture, measured': 'passed',
  context: 'passed',
  'each 1': 'passed',
  'each 2': 'passed',
  'is to fail': 'passed',
  'is to pass its limit': 'passed',
  retried: 'passed',
  'retried, measured': 'passed',
  'by meta': 'failed',
  'by meta, allowed': 'passed',
  'by its suite': 'failed',
  lifted: 'passed',
  'by meta, not readable': 'failed',
  'own limit, measured inside': 'failed',
  matcher: 'passed',
  'matcher, not kept': 'failed',
  'matcher, not awaited': 'failed',
  'fake timers': 'passed',
  'after fake timers': 'passed',
  'at once a': 'passed',
  'at once b': 'passed',
  'at once c': 'passed',
  'measured at once d': 'passed',
  'measured at once e': 'passed',
};

const quiet = `${dialect.head}
plain('has no window', () => { Buffer.alloc(2e6); });
plain('has a limit', { meta: { memory: '1 MB' } }, () => { Buffer.alloc(2e6); });
plain('has a wrapper', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
`;

function statusesOf({ verdicts }: Ran): [string, string][] {
  return [...verdicts].map(([name, { status }]) => [name, status]);
}

interface Cell {
  readonly runner: TestRunner;
  readonly major: string;
  readonly node: string;
}

const cells: Cell[] = nodesAtHand.flatMap(({ major, node }) => [
  { runner: 'vitest-4' as const, major, node },
  ...(major === '20' ? [] : [{ runner: 'vitest-5' as const, major, node }]),
]);
const inGate = (runner: TestRunner): Cell[] => cells.filter((cell) => cell.runner === runner).slice(0, 1);
const chosen = isFull ? cells : [...inGate('vitest-4'), ...inGate('vitest-5')];

describe.each(chosen)('$runner on Node $major', ({ runner, node }) => {
  const run = (request: Partial<RunRequest>) =>
    runTests({ runner, node, files: {}, ...request, ...(request.files && { files: request.files }) });

  it('judges every body, and measures all of them', () => {
    const ran = run({ files: { 'a.test.mjs': source, 'vitest.config.mjs': configOf() } });
    checkVerdicts(ran);
    checkRecords(ran, dialect);
    const statuses = Object.keys(verdictsOfOwn).map((name) => [name, ran.verdicts.get(name)?.status]);
    expect(Object.fromEntries(statuses), ran.output).toEqual(verdictsOfOwn);
    const message = (name: string) => ran.verdicts.get(name)?.message;
    expect(message('by meta')).toMatch(/peaked at \d\.\d\d MiB, limit 1 MB/);
    expect(message('by meta, not readable')).toMatch(/no setting "peek"/);
    expect(message('own limit, measured inside')).toMatch(/cannot be judged, because a measurement inside/);
    expect(message('matcher, not awaited')).toMatch(/nothing awaits it/);
    for (const name of ['wrapped: too much', 'by meta']) {
      expect(ran.output).toMatch(new RegExp(`a\\.test\\.mjs:${lineOf(source, name)}:\\d+`));
    }
    const { recordOf } = ran;
    expect(recordOf('by meta').test).toMatchObject({ outcome: 'limit', line: lineOf(source, 'by meta') });
    expect(recordOf('is to fail').test.outcome).toBe('passed');
    expect(recordOf('retried').test).toMatchObject({ retry: 1, outcome: 'passed' });
    expect(recordOf('retried, measured').test).toMatchObject({ retry: 1, outcome: 'passed' });
    // Vitest itself allocates meanwhile; two of them at once would be 3 MB.
    expect(recordOf('at once b').figures.native_peak_bytes).toBeLessThan(2.5e6);
    expect(recordOf('measured at once d').figures.native_peak_bytes).toBeLessThan(1.9e6);
    expect(ran.spool.workers).toHaveLength(1);
  });

  it('leaves tests alone that have no limit where nobody asks for a report', () => {
    const files = { 'a.test.mjs': quiet, 'vitest.config.mjs': configOf() };
    const ran = run({ files, report: false });
    expect(Object.fromEntries(statusesOf(ran))).toEqual({
      'has no window': 'passed',
      'has a limit': 'failed',
      'has a wrapper': 'failed',
    });
    expect(ran.spool.records).toEqual([]);
  });

  it('refuses pools whose workers share an allocator, and takes one worker of them', () => {
    const files = { 'a.test.mjs': quiet, 'vitest.config.mjs': configOf() };
    const refused = run({ files, args: ['--pool=threads', '--maxWorkers=2'] });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(/pool threads, whose threads share one allocator/);
    expect(refused.output).toMatch(/pool: 'forks'/);
    expect(refused.verdicts.size).toBe(0);
    const alone = run({ files, args: ['--pool=threads', '--maxWorkers=1'] });
    expect(alone.verdicts.get('has a limit')?.status, alone.output).toBe('failed');
  });

  it('measures with hooks where the project has a runner of its own', () => {
    const files = {
      'a.test.mjs': `${dialect.head}\nplain('with hooks', { meta: { memory: '1 MB' } }, () => {});`,
      'vitest.config.mjs': configOf('', "runner: './runner.mjs'"),
      'runner.mjs': "import { TestRunner } from 'vitest';\nexport default class extends TestRunner {}\n",
    };
    const ran = run({ files });
    expect(ran.verdicts.get('with hooks')?.status, ran.output).toBe('failed');
    expect(ran.output).toMatch(/the window holds the test's hooks too/);
    expect(ran.recordOf('with hooks').figures.native_total_bytes).toBeGreaterThanOrEqual(8e6);
    expect(ran.recordOf('with hooks').test.includes).toBe('hooks');
  });

  it.runIf(isFull || runner === 'vitest-4')(
    'writes a record for each process, and names the test in which one ended',
    () => {
      const crashing = `${dialect.head}
plain('before it', () => {});
plain('ends its process', () => { process.kill(process.pid, 'SIGKILL'); });`;
      const files = { 'a.test.mjs': quiet, 'b.test.mjs': crashing, 'vitest.config.mjs': configOf() };
      const ran = run({ files, args: ['--maxWorkers=2'] });
      expect(ran.code).not.toBe(0);
      expect(ran.recordOf('before it').test.outcome).toBe('passed');
      expect(ran.recordOf('has no window').test.outcome).toBe('passed');
      expect(ran.spool.open.map(({ started }) => started)).toEqual(['b.test.mjs::ends its process']);
      expect(new Set(ran.spool.workers.map(({ pid }) => pid)).size).toBe(2);
    },
  );

  it.runIf(isFull || runner === 'vitest-4')('prints a report of its own where no command makes one', () => {
    const reportOf = (most: number) => {
      const config = configOf(`{ report: true, most: ${most}, limits: { peak: '64 MB' } }`);
      return run({ files: { 'a.test.mjs': quiet, 'vitest.config.mjs': config }, report: false }).output;
    };
    const all = reportOf(0);
    expect(all).toMatch(/Memory {3}3 tests measured/);
    // 2 MB of Buffer, and what V8 compiles meanwhile: up to half a megabyte on Node 20.
    expect(all).toMatch(/a\.test\.mjs::has a limit +(1\.9|2\.[0-4])\d MiB +1\.91 MiB.*limit 1 MB/);
    expect(reportOf(1)).toMatch(/… and 2 more/);
  });

  it.runIf(isFull || runner === 'vitest-4')(
    'takes the limits of its file, of the project, and says what cannot be read',
    () => {
      const files = {
        'a.test.mjs': `/** @benchmem {"peak":"3 MB"} */\n${quiet}`,
        'b.test.mjs': `${dialect.head}\nplain('by the project', () => { Buffer.alloc(5e6); });`,
        'vitest.config.mjs': configOf("{ limits: { peak: '4 MB' } }"),
      };
      const ran = run({ files, report: false });
      expect(ran.verdicts.get('by the project')?.message).toMatch(/limit 4 MB/);
      expect(ran.verdicts.get('has no window')?.status).toBe('passed');
      const broken = run({ files: { ...files, 'vitest.config.mjs': configOf("{ limit: '4 MB' }") } });
      expect(broken.output).toMatch(/memory\(\): there is no setting "limit"/);
    },
  );
});

const inProject = (name: string, options: string) => `import { memory } from 'benchmem/vitest';
export default { plugins: [memory(${options})], test: { name: '${name}', testTimeout: 60000 } };
`;

describe.each(inGate('vitest-4'))('several projects with $runner', ({ runner, node }) => {
  it('have settings of their own, and their tests ids of their own in one spool', () => {
    const ran = runTests({
      runner,
      node,
      files: {
        'vitest.config.mjs': "export default { test: { projects: ['small', 'large'] } };\n",
        'small/vitest.config.mjs': inProject('small', "{ limits: { peak: '1 MB' } }"),
        'large/vitest.config.mjs': inProject('large', "{ limits: { peak: '8 MB' } }"),
        'small/a.test.mjs': `${dialect.head}\nplain('takes two', () => { Buffer.alloc(2e6); });`,
        'large/a.test.mjs': `${dialect.head}\nplain('takes two', () => { Buffer.alloc(2e6); });`,
      },
    });
    const outcomes = ran.spool.records.map(({ id, test }) => [id, test.outcome]).sort();
    expect(outcomes, ran.output).toEqual([
      ['[large] a.test.mjs::takes two', 'passed'],
      ['[small] a.test.mjs::takes two', 'limit'],
    ]);
    expect(ran.code).toBe(1);
  });
});

describe.each(inGate('vitest-5'))('benchmarks with $runner', ({ runner, node }) => {
  it('have memory beside their times, for assertions and in meta', () => {
    const files = {
      'vitest.config.mjs': `import { memory } from 'benchmem/vitest';
export default {
  plugins: [memory()],
  test: { benchmark: { enabled: true, provider: 'benchmem/vitest', include: ['*.bench.mjs'] } },
};
`,
      'a.bench.mjs': `import { expect, test } from 'vitest';
let prepared = 0;
test('buffers', async ({ bench, task }) => {
  const options = { time: 20, iterations: 5 };
  const two = bench('two', { beforeEach: () => { prepared += 1; Buffer.alloc(9e6); } }, () => { Buffer.alloc(2e6); });
  const storage = await bench.compare(two, bench('one', () => { Buffer.alloc(1e6); }), options);
  expect(prepared).toBeGreaterThan(1);
  expect(storage.get('two').memory.native_peak_bytes).toBe(2e6);
  expect(storage.get('one').memory.allocations).toBe(1);
  expect(storage.get('one').latency.mean).toBeGreaterThan(0);
  expect(task.meta.benchmarks.two.native_peak_bytes).toBe(2e6);
});
test('throws', async ({ bench }) => {
  await expect(bench('broken', () => { throw new Error('mine'); }).run()).rejects.toThrow('mine');
});
`,
    };
    const { code, verdicts, output } = runTests({ runner, node, files });
    const statuses = ['buffers', 'throws'].map((name) => verdicts.get(name)?.status);
    expect([code, ...statuses], output).toEqual([0, 'passed', 'passed']);
    expect(output).toMatch(/^ memory of benchmarks +peak +/m);
    expect(output).toMatch(/^ {3}two +1\.9\d MiB +1\.91 MiB/m);
  });
});

describe.runIf(isFull).each(chosen)('$runner on Node $major, pools', ({ runner, node }) => {
  it.each(['--pool=vmForks', '--no-isolate', '--pool=forks'])('%s', (flag) => {
    const files = { 'a.test.mjs': source, 'b.test.mjs': quiet, 'vitest.config.mjs': configOf() };
    const ran = runTests({ runner, node, files, args: [flag, '--maxWorkers=2'] });
    checkVerdicts(ran);
    checkRecords(ran, dialect);
  });
});
