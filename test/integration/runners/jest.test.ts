// Limits and the report in jest 30. The other Nodes run with BENCHMEM_FULL=1.
import { describe, expect, it } from 'vitest';
import { nodesAtHand } from '../nodes-at-hand.js';
import { checkRecords, checkVerdicts, commonTests, type Dialect, lineOf } from './bodies.js';
import { type RunRequest, runTests } from './ran.js';

const isFull = process.env.BENCHMEM_FULL === '1';

const dialect: Dialect = {
  head: `const { assertMemory, limitLeaks, limitMemory } = require('benchmem/jest');
const kept = [];
let held;
beforeEach(() => { held = Buffer.alloc(8e6); });`,
  test: 'test',
  timed: (name, body, ms) => `test('${name}', ${body}, ${ms});`,
  doneParameters: 'done',
};

const configOf = (memory = '{}', more = ''): string => `module.exports = {
  testEnvironment: 'benchmem/jest', setupFilesAfterEnv: ['benchmem/jest/setup'], testTimeout: 60000,
  testEnvironmentOptions: { memory: ${memory} }, ${more}
};
`;

// WHY: there is no dynamic import, because jest has none without a flag of Node's.
const common = commonTests(dialect).replaceAll("await import('benchmem')", "require('benchmem')");

const source = `${common}
test('done, measured', (done) => { setTimeout(done, 5); });
test('done, failing', (done) => { setTimeout(() => done(new Error('by callback')), 5); });
test('done, twice', (done) => { done(); done(); });
test('answers a value', () => 5);
test('answers and calls', (done) => { done(); return 5; });
test('counts assertions', limitLeaks('64 KB', () => { expect.assertions(1); expect(1).toBe(1); }));
test.failing('is to fail', () => { throw new Error('expected'); });
test.each([1, 2])('each %i', limitMemory({ native: '1 MB' }, (n) => { expect(n).toBeGreaterThan(0); }));
test.each([[1], [2]])('each measured %i', (n, done) => { expect(n).toBeGreaterThan(0); done(); });
test('generator', function* () { yield Promise.resolve(); });
test('matcher', () => { expect(() => Buffer.alloc(1e6)).toPeakBelow('2 MB'); });
test('matcher, not kept', () => { expect(() => Buffer.alloc(3e6)).toPeakBelow('2 MB'); });
test('matcher, not awaited', () => { expect(async () => { await new Promise((r) => setTimeout(r, 50)); }).toPeakBelow('2 MB'); });
test.concurrent('at once a', limitMemory({ native: 2.5e6 }, async () => { const held = Buffer.alloc(1.5e6); await new Promise((r) => setTimeout(r, 20)); held.fill(1); }));
test.concurrent('at once b', limitMemory({ native: 2.5e6 }, async () => { const held = Buffer.alloc(1.5e6); await new Promise((r) => setTimeout(r, 20)); held.fill(1); }));
test.concurrent('measured at once', async () => { const held = Buffer.alloc(1e6); await new Promise((r) => setTimeout(r, 20)); held.fill(1); });
`;

const retried = `jest.retryTimes(2);
let tries = 0;
test('retried', () => { tries += 1; if (tries < 2) throw new Error('once'); });
test('never passes', () => { throw new Error('always'); });
`;

const statusOfOwn = {
  'done, measured': 'passed',
  'done, failing': 'failed',
  'done, twice': 'failed',
  'answers a value': 'failed',
  'answers and calls': 'failed',
  'counts assertions': 'passed',
  'is to fail': 'passed',
  'each 1': 'passed',
  'each 2': 'passed',
  'each measured 1': 'passed',
  'each measured 2': 'passed',
  generator: 'passed',
  matcher: 'passed',
  'matcher, not kept': 'failed',
  'matcher, not awaited': 'failed',
  'at once a': 'passed',
  'at once b': 'passed',
  'measured at once': 'passed',
  retried: 'passed',
  'never passes': 'failed',
};

const quiet = `${dialect.head}
test('has no window', () => { Buffer.alloc(2e6); });
test('has a wrapper', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
`;

const cells = isFull ? nodesAtHand : nodesAtHand.slice(0, 1);

describe.each(cells)('jest on Node $major', ({ node }) => {
  const run = (request: Omit<RunRequest, 'runner' | 'node'>) =>
    runTests({ runner: 'jest', node, ...request });

  it('judges every body, and measures all of them', () => {
    const ran = run({
      files: { 'a.test.js': source, 'b.test.js': retried, 'jest.config.js': configOf() },
      args: ['-i'],
    });
    checkVerdicts(ran);
    checkRecords(ran, dialect);
    const statuses = Object.keys(statusOfOwn).map((name) => [name, ran.verdicts.get(name)?.status]);
    expect(Object.fromEntries(statuses), ran.output).toEqual(statusOfOwn);
    expect(ran.verdicts.get('answers a value')?.message).toMatch(/can only return Promise or undefined/);
    expect(ran.verdicts.get('done, twice')?.message).toMatch(/called multiple times/);
    expect(ran.verdicts.get('matcher, not awaited')?.message).toMatch(/nothing awaits it/);
    expect(ran.output).toMatch(new RegExp(`a\\.test\\.js:${lineOf(source, 'wrapped: too much')}:\\d+`));
    const { recordOf } = ran;
    expect(recordOf('plain: empty').test.line).toBe(lineOf(source, 'plain: empty'));
    expect([
      recordOf('plain: ten').figures.native_total_bytes,
      recordOf('plain: ten').figures.allocations,
    ]).toEqual([1e7, 10]);
    expect(recordOf('generator').test).toMatchObject({
      outcome: 'unmeasured',
      reason: 'its body is a generator',
    });
    expect(recordOf('retried').test).toMatchObject({ retry: 1, outcome: 'passed' });
    expect(recordOf('never passes').test).toMatchObject({ retry: 2, outcome: 'failed' });
    expect(recordOf('is to fail').test.outcome).toBe('passed');
    expect(recordOf('measured at once').figures.native_peak_bytes).toBe(1e6);
  });

  it('has the same verdicts where nobody asks for a report, and replaces no function', () => {
    const ran = run({ files: { 'a.test.js': quiet, 'jest.config.js': configOf() }, report: false });
    expect(ran.verdicts.get('has no window')?.status, ran.output).toBe('passed');
    expect(ran.verdicts.get('has a wrapper')?.status).toBe('failed');
    expect(ran.spool.records).toEqual([]);
  });

  it('takes limits of the project and of files, finds leaks of whole tests, and joins two workers', () => {
    const files = {
      'jest.config.js': configOf(
        "{ limits: { peak: '1 MB' } }",
        "reporters: ['default', ['benchmem/jest/reporter', { most: 2 }]]",
      ),
      'a.test.js': quiet,
      'b.test.js': `/** @benchmem {"peak":"9 MB"} */\n${quiet.replaceAll('has ', 'in b: has ')}`,
      'c.test.js': `/** @jest-environment-options {"memory":{"leaks":"0 B"}} */
const kept = [];
test('leaks', () => { kept.push(Buffer.allocUnsafeSlow(100)); });
test('does not leak', () => { expect.assertions(1); expect(JSON.parse('{"a":1}').a).toBe(1); });
test('is not repeatable', () => { expect(kept.length).toBeLessThan(1e9); if (kept.done) throw new Error('again'); kept.done = true; });`,
    };
    const ran = run({ files, args: ['-w', '2'], report: false });
    const statuses = Object.fromEntries([...ran.verdicts].map(([name, { status }]) => [name, status]));
    expect(statuses, ran.output).toEqual({
      'has no window': 'failed',
      'has a wrapper': 'failed',
      'in b: has no window': 'passed',
      'in b: has a wrapper': 'failed',
      leaks: 'failed',
      'does not leak': 'passed',
      'is not repeatable': 'passed',
    });
    expect(ran.verdicts.get('leaks')?.message).toMatch(/leaks \d+ B per call/);
    expect(ran.output).toMatch(/Memory {3}7 tests measured/);
    expect(ran.output).toMatch(/… and 5 more/);
  });

  it('measures in jsdom by the mix-in', () => {
    const files = {
      'jest.config.js': configOf("{ limits: { peak: '1 MB' } }").replace("'benchmem/jest'", "'./dom.js'"),
      'dom.js': `const { withMemory } = require('benchmem/jest');
module.exports = withMemory(require('jest-environment-jsdom').TestEnvironment);`,
      'a.test.js': `test('has a document', () => { expect(document.createElement('p').tagName).toBe('P'); });
test('too much', () => { new ArrayBuffer(2e6); });`,
    };
    const ran = run({ files });
    expect(ran.verdicts.get('has a document')?.status, ran.output).toBe('passed');
    expect(ran.verdicts.get('too much')?.status).toBe('failed');
  });

  it('names the test in which a worker ended', () => {
    const files = {
      'jest.config.js': configOf(),
      'a.test.js': quiet,
      'b.test.js': "test('ends its process', () => { process.kill(process.pid, 'SIGKILL'); });",
    };
    const ran = run({ files, args: ['-w', '2'] });
    expect(ran.code).not.toBe(0);
    expect(new Set(ran.spool.open.map(({ started }) => started))).toEqual(
      new Set(['b.test.js::ends its process']),
    );
    expect(ran.recordOf('has no window').test.outcome).toBe('passed');
  });
});
