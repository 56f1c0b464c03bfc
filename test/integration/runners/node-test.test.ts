// Limits and the report in node:test of each Node. All but the oldest and the newest run with BENCHMEM_FULL=1.
import { describe, expect, it } from 'vitest';
import { nodesAtHand } from '../nodes-at-hand.js';
import { checkRecords, checkVerdicts, commonTests, type Dialect } from './bodies.js';
import { type RunRequest, runTests } from './ran.js';

const isFull = process.env.BENCHMEM_FULL === '1';

const dialect: Dialect = {
  head: `import { beforeEach, describe, test } from 'node:test';
import { assertMemory, limitLeaks, limitMemory } from 'benchmem/node-test';
const kept = [];
let held;
beforeEach(() => { held = Buffer.alloc(8e6); });`,
  test: 'test',
  timed: (name, body, ms) => `test('${name}', { timeout: ${ms} }, ${body});`,
  doneParameters: 't, done',
  reportHoldsHooks: true,
};

const source = `${commonTests(dialect)}
test('context', limitMemory({ native: '1 MB' }, async (t) => { if (t.name !== 'context') throw new Error(t.name); }));
test('parent', async (t) => { await t.test('child', () => { Buffer.alloc(1e5); }); });
test('limited parent', limitMemory({ native: '9 MB' }, async (t) => { await t.test('child of a limited one', () => { Buffer.alloc(1e5); }); }));
describe('at once', { concurrency: true }, () => {
  for (const name of ['a', 'b']) test('at once ' + name, async () => {
    const block = Buffer.alloc(1e6);
    await new Promise((resolve) => setTimeout(resolve, 20));
    block.fill(1);
  });
});
test('left out', { skip: true }, () => {});
`;

const quiet = `${dialect.head}
test('has no window', () => { Buffer.alloc(2e6); });
test('has a wrapper', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
`;

const cells = isFull ? nodesAtHand : [...nodesAtHand.slice(0, 1), ...nodesAtHand.slice(1).slice(-1)];

describe.each(cells)('node:test on Node $major', ({ node, major }) => {
  const run = (request: Omit<RunRequest, 'runner' | 'node'>) =>
    runTests({ runner: 'node-test', node, ...request });

  it('judges every body, and measures all of them', () => {
    const ran = run({ files: { 'a.test.mjs': source } });
    checkVerdicts(ran);
    checkRecords(ran, dialect);
    for (const name of [
      'context',
      'parent',
      'child',
      'limited parent',
      'child of a limited one',
      'at once a',
      'at once b',
    ]) {
      expect(ran.verdicts.get(name)?.status, `${name} ${ran.output}`).toBe('passed');
    }
    expect(ran.verdicts.get('left out')?.status).toBe('pending');
    expect(ran.recordOf('parent').figures.native_total_bytes).toBeGreaterThan(1e5);
    expect(ran.recordOf('child').test).toMatchObject({ outcome: 'unmeasured' });
    expect(ran.recordOf('plain: empty').test.includes).toBe('hooks and reporter');
  });

  it('has the same verdicts where nobody asks for a report', () => {
    const ran = run({ files: { 'a.test.mjs': quiet }, report: false });
    expect(ran.verdicts.get('has no window')?.status, ran.output).toBe('passed');
    expect(ran.verdicts.get('has a wrapper')?.status).toBe('failed');
    expect(ran.spool.records).toEqual([]);
  });

  it('takes limits of the project and of files, with what its hooks allocate', () => {
    const tests = { limits: { native: '9 MB' } };
    const files = {
      'package.json': JSON.stringify({ private: true, benchmem: { tests } }),
      'a.test.mjs': quiet,
      'b.test.mjs': `/** @benchmem {"native":"20 MB"} */\n${quiet.replaceAll("'has ", "'in b: has ")}`,
    };
    const ran = run({ files, report: false });
    expect(ran.verdicts.get('has no window')?.message, ran.output).toMatch(
      /limit 9 MB[\s\S]*hooks and reporter too/,
    );
    expect(ran.verdicts.get('in b: has no window')?.status).toBe('passed');
  });

  it.runIf(Number(major) >= 22)('registers assertions', () => {
    const file = `import { test } from 'node:test';
test('below', async (t) => { await t.assert.peakBelow(() => Buffer.alloc(1e6), '2 MB'); });
const kept = [];
test('leaks', async (t) => { await t.assert.leakBelow(() => { kept.push(Buffer.allocUnsafeSlow(100)); }, '0 B'); });
test('above', async (t) => { await t.assert.peakBelow(() => Buffer.alloc(3e6), '2 MB'); });`;
    const ran = run({ files: { 'a.test.mjs': file } });
    expect(ran.verdicts.get('below')?.status, ran.output).toBe('passed');
    expect(ran.verdicts.get('leaks')?.message).toMatch(/leaks \d+ B per call/);
    expect(ran.verdicts.get('above')?.message).toMatch(/peaked at (2\.[89]|3\.[0-3])\d MiB/);
  });
});
