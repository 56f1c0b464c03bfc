// Limits and the report in mocha 12. The other Nodes run with BENCHMEM_FULL=1.
import { describe, expect, it } from 'vitest';
import { nodesAtHand } from '../nodes-at-hand.js';
import { checkRecords, checkVerdicts, commonTests, type Dialect } from './bodies.js';
import { type RunRequest, runTests } from './ran.js';

const isFull = process.env.BENCHMEM_FULL === '1';

const dialect: Dialect = {
  head: `const { assertMemory, limitLeaks, limitMemory } = require('benchmem/mocha');
const kept = [];
let held;
beforeEach(() => { held = Buffer.alloc(8e6); });`,
  test: 'it',
  timed: (name, body, ms) => `it('${name}', ${body}).timeout(${ms});`,
  doneParameters: 'done',
};

const source = `${commonTests(dialect)}
it('this', limitMemory({ native: '1 MB' }, function () { this.timeout(5000); if (this.test.title !== 'this') throw new Error(this.test.title); }));
it('this, measured', function () { this.timeout(5000); if (this.test.title !== 'this, measured') throw new Error(this.test.title); });
it('done, measured', (done) => { setTimeout(done, 5); });
it('done, failing', (done) => { setTimeout(() => done(new Error('by callback')), 5); });
it('done, twice', (done) => { done(); done(); });
it('skips', function () { this.skip(); });
it('skips later', async function () { await null; this.skip(); });
it('twice', () => {});
it('twice', () => {});
let tries = 0;
it('retried', function () { this.retries(2); tries += 1; if (tries < 2) throw new Error('once'); });
let limitedTries = 0;
it('retried by its limit', limitMemory('1 MB', function () { this.retries(2); limitedTries += 1; if (limitedTries < 2) Buffer.alloc(2e6); }));
`;

const statusOfOwn = {
  this: 'passed',
  'this, measured': 'passed',
  'done, measured': 'passed',
  'done, failing': 'failed',
  'done, twice': 'failed',
  skips: 'pending',
  'skips later': 'pending',
  twice: 'passed',
  retried: 'passed',
  'retried by its limit': 'passed',
};

const quiet = `${dialect.head}
it('has no window', () => { Buffer.alloc(2e6); });
it('has a wrapper', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
`;

const settings = (tests: object) => JSON.stringify({ private: true, benchmem: { tests } });
const rc = JSON.stringify({ require: ['benchmem/mocha'], spec: ['*.test.js'], timeout: 60_000 });
const cells = isFull ? nodesAtHand : nodesAtHand.slice(0, 1);

describe.each(cells)('mocha on Node $major', ({ node }) => {
  const run = (request: Omit<RunRequest, 'runner' | 'node'>) =>
    runTests({ runner: 'mocha', node, ...request });

  it('judges every body, and measures all of them', () => {
    const ran = run({ files: { 'a.test.js': source, '.mocharc.json': rc } });
    checkVerdicts(ran);
    checkRecords(ran, dialect);
    const statuses = Object.keys(statusOfOwn).map((name) => [name, ran.verdicts.get(name)?.status]);
    expect(Object.fromEntries(statuses), ran.output).toEqual(statusOfOwn);
    const { recordOf } = ran;
    const { figures } = recordOf('plain: ten');
    expect([figures.native_total_bytes, figures.allocations]).toEqual([1e7, 10]);
    expect(recordOf('plain: empty').figures).toMatchObject({ native_total_bytes: 0, allocations: 0 });
    expect(recordOf('retried').test).toMatchObject({ retry: 1, outcome: 'passed' });
    expect(recordOf('twice (2)').test.outcome).toBe('passed');
  });

  it('has the same verdicts where nobody asks for a report', () => {
    const ran = run({ files: { 'a.test.js': quiet, '.mocharc.json': rc }, report: false });
    expect(ran.verdicts.get('has no window')?.status, ran.output).toBe('passed');
    expect(ran.verdicts.get('has a wrapper')?.status).toBe('failed');
    expect(ran.spool.records).toEqual([]);
  });

  it('takes limits of the project and of files, and joins what several processes wrote', () => {
    const files = {
      'package.json': settings({ limits: { peak: '1 MB' }, report: true }),
      '.mocharc.json': rc,
      'a.test.js': quiet,
      'b.test.js': `/** @benchmem {"peak":"9 MB","leaks":"0 B"} */
const kept = [];
it('leaks', () => { kept.push(Buffer.allocUnsafeSlow(100)); });
it('does not leak', () => { Buffer.alloc(2e6); });`,
    };
    const ran = run({ files, args: ['--parallel', '--jobs', '2'], report: false });
    const statuses = Object.fromEntries([...ran.verdicts].map(([name, { status }]) => [name, status]));
    expect(statuses, ran.output).toEqual({
      'has no window': 'failed',
      'has a wrapper': 'failed',
      leaks: 'failed',
      'does not leak': 'passed',
    });
    expect(ran.verdicts.get('leaks')?.message).toMatch(/leaks \d+ B per call/);
    expect(ran.output).toMatch(/Memory {3}4 tests measured {3}mocha 12\.0\.3/);
  });

  it('finds its hooks by NODE_OPTIONS where nothing is configured', () => {
    const files = { 'a.test.js': quiet };
    const env = { NODE_OPTIONS: '--import benchmem/register' };
    const ran = run({ files, env, args: ['*.test.js'] });
    expect(ran.recordOf('has no window').figures.native_total_bytes, ran.output).toBe(2e6);
  });
});
