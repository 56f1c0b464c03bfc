// Test runners on a machine where memory cannot be measured: a test with a limit fails and says why, and no other test does.
// The machine is simulated inside the processes that run tests; a runner's own tools belong to this one.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/paths.mjs';
import type { TestRunner } from '../../support/test-runners.js';
import { runTests } from './ran.js';

const host = join(root, 'test/support/other-host.cjs');
const env = { BENCHMEM_TEST_HOST: JSON.stringify({ platform: 'darwin', arch: 'arm64' }) };

const bodies = (test: string) => `
${test}('no limit', () => { Buffer.alloc(1e6); });
${test}('a limit', limitMemory('24 MB', () => { Buffer.alloc(1e6); }));
${test}('leaks', limitLeaks('0 B', () => {}));
`;

interface Runner {
  readonly runner: TestRunner;
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

const runners: readonly Runner[] = [
  {
    runner: 'vitest-4',
    files: {
      'vitest.config.mjs': `import { memory } from 'benchmem/vitest';
export default { plugins: [memory()], test: { pool: 'forks', execArgv: ['--require', ${JSON.stringify(host)}] } };`,
      'a.test.mjs': `import { test } from 'vitest'; import { limitLeaks, limitMemory } from 'benchmem/vitest';${bodies('test')}`,
    },
  },
  {
    runner: 'jest',
    files: {
      'jest.config.js': `module.exports = { testEnvironment: './other.js', setupFilesAfterEnv: ['benchmem/jest/setup'] };`,
      'other.js': `require(${JSON.stringify(host)}); module.exports = require('benchmem/jest');`,
      'a.test.js': `const { limitLeaks, limitMemory } = require('benchmem/jest');${bodies('test')}`,
    },
    args: ['--runInBand'],
  },
  {
    runner: 'mocha',
    files: { 'a.test.cjs': `const { limitLeaks, limitMemory } = require('benchmem/mocha');${bodies('it')}` },
    args: ['--require', host, '--require', 'benchmem/mocha', 'a.test.cjs'],
  },
  {
    runner: 'node-test',
    files: {
      'a.test.mjs': `import { test } from 'node:test'; import { limitLeaks, limitMemory } from 'benchmem/node-test';${bodies('test')}`,
    },
    args: ['--require', host],
  },
];

describe.each(runners)('$runner', ({ runner, files, args = [] }) => {
  it.each([false, true])('fails tests with a limit only; with a report: %s', (report) => {
    const { verdicts, output } = runTests({ runner, files, args, env, report });
    expect(verdicts.get('no limit')?.status, output).toBe('passed');
    for (const name of ['a limit', 'leaks']) {
      expect(verdicts.get(name)?.status, output).toBe('failed');
      expect(verdicts.get(name)?.message).toContain('this is macOS (darwin-arm64)');
    }
  });
});
