// The wrappers in every runner without any plug-in or configuration. All Nodes run with BENCHMEM_FULL=1.
import { describe, expect, it } from 'vitest';
import type { TestRunner } from '../../support/test-runners.js';
import { nodesAtHand } from '../nodes-at-hand.js';
import { checkVerdicts, commonTests, type Dialect, lineOf } from './bodies.js';
import { type Ran, runTests } from './ran.js';

const isFull = process.env.BENCHMEM_FULL === '1';

interface Language extends Dialect {
  readonly runner: TestRunner;
  readonly file: string;
  /** What no other runner has, as source, and what each of it comes to. */
  readonly own: string;
  readonly statusOfOwn: Readonly<Record<string, 'passed' | 'failed'>>;
}

const needs = 'assertMemory, limitLeaks, limitMemory, memoryMatchers';
const kept = 'const kept = [];';
const slow = '{ await new Promise((resolve) => setTimeout(resolve, 20)); }';

const expects = `
expect.extend(memoryMatchers);
test('matcher', () => { expect(() => Buffer.alloc(1e6)).toPeakBelow('2 MB'); });
test('matcher, not kept', () => { expect(() => Buffer.alloc(3e6)).toPeakBelow('2 MB'); });
test('matcher, not asked for', () => { expect(() => Buffer.alloc(1e6)).not.toPeakBelow('2 MB'); });
test('matcher, awaited', async () => { await expect(async () => Buffer.alloc(3e6)).toAllocateLessThan('2 MB'); });
test('matcher of no leaks', () => { expect(() => JSON.parse('[]')).toLeakBelow('0 B'); });
test('counts assertions', limitLeaks('0 B', () => { expect.assertions(1); expect(kept).toBeDefined(); }));
test.each([[1, 2]])('each', limitMemory('1 MB', (a, b) => { expect([a, b]).toEqual([1, 2]); }));
`;
const statusOfExpects = {
  matcher: 'passed',
  'matcher, not kept': 'failed',
  'matcher, not asked for': 'failed',
  'matcher, awaited': 'failed',
  'matcher of no leaks': 'passed',
  'counts assertions': 'passed',
  each: 'passed',
} as const;

const vitest: Omit<Language, 'runner'> = {
  file: 'a.test.mjs',
  head: `import { expect, test } from 'vitest'; import { ${needs} } from 'benchmem/limits'; ${kept}`,
  test: 'test',
  timed: (name, body, ms) => `test('${name}', ${body}, ${ms});`,
  doneParameters: '{ task }, done',
  own: `${expects}
test('matcher of what stays', () => { expect(() => kept.push(Buffer.alloc(1e5))).toRetainLessThan('50 KB'); });
test('matcher of leaks', () => { expect(() => kept.push(Buffer.alloc(1e5))).toLeakBelow('50 KB'); });
const fixed = test.extend({ db: async ({}, use) => { await use({ big: Buffer.alloc(3e6) }); } });
fixed('fixture', limitMemory('1 MB', ({ db }) => { expect(db.big.length).toBe(3e6); }));
test.fails('fails', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
let tries = 0;
test('retried', { retry: 2 }, limitMemory('1 MB', () => { tries += 1; if (tries < 2) Buffer.alloc(2e6); }));
test.concurrent('at once a', limitMemory('3 MB', async () => ${slow}));
test.concurrent('at once b', limitMemory('3 MB', async () => ${slow}));
`,
  statusOfOwn: {
    ...statusOfExpects,
    'matcher of what stays': 'failed',
    'matcher of leaks': 'failed',
    fixture: 'passed',
    fails: 'passed',
    retried: 'passed',
    'at once a': 'passed',
    'at once b': 'passed',
  },
};

const languages: readonly Language[] = [
  { ...vitest, runner: 'vitest-4' },
  { ...vitest, runner: 'vitest-5' },
  {
    runner: 'jest',
    file: 'a.test.js',
    head: `const { ${needs} } = require('benchmem/limits'); ${kept} jest.setTimeout(120000);`,
    test: 'test',
    timed: (name, body, ms) => `test('${name}', ${body}, ${ms});`,
    doneParameters: 'done',
    own: `${expects}
test.failing('fails', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
test.concurrent('at once a', limitMemory('3 MB', async () => ${slow}));
test.concurrent('at once b', limitMemory('3 MB', async () => ${slow}));
describe('again', () => {
  jest.retryTimes(2);
  let tries = 0;
  test('retried', limitMemory('1 MB', () => { tries += 1; if (tries < 2) Buffer.alloc(2e6); }));
  test('fails each time', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
});
`,
    statusOfOwn: {
      ...statusOfExpects,
      fails: 'passed',
      'at once a': 'passed',
      'at once b': 'passed',
      retried: 'passed',
      'fails each time': 'failed',
    },
  },
  {
    runner: 'mocha',
    file: 'a.test.js',
    head: `const { ${needs} } = require('benchmem/limits'); ${kept} before(function () { this.timeout(60000); });`,
    test: 'it',
    timed: (name, body, ms) => `it('${name}', ${body}).timeout(${ms});`,
    doneParameters: 'done',
    own: `
it('this', limitMemory('1 MB', function () { this.timeout(5000); if (this.test.title !== 'this') throw new Error(); }));
let tries = 0;
it('retried', limitMemory('1 MB', function () { this.retries(2); tries += 1; if (tries < 2) Buffer.alloc(2e6); }));
`,
    statusOfOwn: { this: 'passed', retried: 'passed' },
  },
  {
    runner: 'node-test',
    file: 'a.test.mjs',
    head: `import { after, test } from 'node:test'; import { ${needs} } from 'benchmem/limits'; ${kept}
// A promise that never settles keeps no process alive.
const alive = setInterval(() => {}, 1000);
after(() => clearInterval(alive));`,
    test: 'test',
    timed: (name, body, ms) => `test('${name}', { timeout: ${ms} }, ${body});`,
    doneParameters: 't, done',
    own: `
test('subtests', async (t) => {
  await t.test('child', limitMemory('1 MB', () => {}));
  await t.test('child, not kept', limitMemory('1 MB', () => { Buffer.alloc(2e6); }));
});
`,
    statusOfOwn: { subtests: 'failed', child: 'passed', 'child, not kept': 'failed' },
  },
];

// Garbage copies of a growing array would be another 12 MB, now and then.
const arrayOfDoubles = 'const list = []; for (let i = 0; i < 1.25e6; i += 1) list.push(i + 0.5);';

const more = ({ test }: Dialect) => `
${test}('array, at most', limitMemory('18 MB', () => { ${arrayOfDoubles} }));
${test}('array, at least', limitMemory('17.3 MB', () => { ${arrayOfDoubles} }));
${test}('two limits, memory', limitLeaks('0 B', limitMemory('1 MB', () => { Buffer.alloc(2e6); })));
${test}('two limits, leak', limitMemory('1 MB', limitLeaks('0 B', () => { kept.push(Buffer.allocUnsafeSlow(100)); })));
${test}('two limits, kept', limitMemory('1 MB', limitLeaks('0 B', () => { Buffer.alloc(10); })));
${test}('one stack', limitMemory({ perStack: '1 MB' }, () => { for (let i = 0; i < 3; i += 1) kept.push(Buffer.alloc(5e5)); }));
${test}('retained', limitMemory({ retained: '1 MB' }, () => { kept.push(Buffer.alloc(2e6)); }));
${test}('not measured', limitMemory({ mapped: '1 MB' }, () => {}));
${test}('asserts inside', limitMemory('9 MB', async () => { await null; await assertMemory(async () => {}, '1 MB'); }));
${test}('waits for a callback', limitMemory('9 MB', (${test === 'test' ? 'a, b' : 'a'}) => {}));
${test}('assertion', async () => { await assertMemory(() => Buffer.alloc(2e6), '1 MB'); });
`;

// The JavaScript side of an attached peak has noise of up to some hundred KiB; the native side has none.
const twoMegabytesOfNative = /peaked at (1\.9|2\.[0-4])\d MiB, limit 1 MB = 976\.56 KiB \(native 1\.91 MiB/;

const messages: Readonly<Record<string, RegExp>> = {
  'array, at least': /peaked at 1[67]\.\d\d MiB, limit 17\.3 MB/,
  'two limits, memory': twoMegabytesOfNative,
  'two limits, leak': /leaks [\d.]+ (B|KiB) per call, limit 0 B \(native 1\d\d B/,
  'one stack': /held 1\.43 MiB from one stack at the peak, limit 1 MB[\s\S]*a\.test\.m?js:\d+/,
  retained: /retained (1\.9|2\.0)\d MiB, limit 1 MB/,
  'not measured': /mapped_peak_bytes has a limit and was not measured[\s\S]*hint: /,
  'asserts inside': /inside a body that has a limit[\s\S]*hint: /,
  assertion: twoMegabytesOfNative,
};

const chosen = languages.flatMap((language) => {
  const possible = nodesAtHand.filter(({ major }) => language.runner !== 'vitest-5' || major !== '20');
  return (isFull ? possible : possible.slice(0, 1)).map((node) => ({
    ...node,
    language,
    of: language.runner,
  }));
});

function checkLines({ output, verdicts }: Ran, source: string, language: Language): void {
  const file = language.file.replaceAll('.', '\\.');
  for (const name of ['wrapped: too much', 'retained', 'assertion', 'not measured']) {
    const said = `${verdicts.get(name)?.message}\n${output}`;
    expect(said, name).toMatch(new RegExp(`${file}:${lineOf(source, name)}:\\d+`));
  }
}

describe.each(chosen)('$of alone on Node $major', ({ language, node }) => {
  const sourceOf = (source: string) =>
    language.runner === 'jest'
      ? source.replaceAll("await import('benchmem')", "require('benchmem')")
      : source;

  it('has limits, leaks and assertions, each at its line', () => {
    const source = sourceOf(commonTests(language) + more(language) + language.own);
    const args = language.runner === 'mocha' ? [language.file, '--timeout', '120000'] : [];
    const files = { [language.file]: source, ...(language.runner.startsWith('vitest') && configured) };
    const ran = runTests({ runner: language.runner, node, files, args, alone: true, report: false });
    checkVerdicts(ran);
    for (const name of ['array, at most', 'two limits, kept']) {
      expect(ran.verdicts.get(name)?.status, `${name}\n${ran.output}`).toBe('passed');
    }
    for (const [name, message] of Object.entries(messages)) {
      expect(ran.verdicts.get(name)?.message, `${name}\n${ran.output}`).toMatch(message);
    }
    const status = Object.keys(language.statusOfOwn).map((name) => [name, ran.verdicts.get(name)?.status]);
    expect(Object.fromEntries(status), ran.output).toEqual(language.statusOfOwn);
    checkLines(ran, source, language);
  });
});

// WHY: there is a timeout, because a busy machine needs more than five seconds for twelve rounds of a leak.
const configured = { 'vitest.config.mjs': 'export default { test: { testTimeout: 120000 } };\n' };
