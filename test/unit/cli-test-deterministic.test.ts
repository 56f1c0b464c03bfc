// How `benchmem test --deterministic` starts each runner.
import { describe, expect, it } from 'vitest';
import { type DeterministicRequest, deterministicLaunch } from '../../src/cli/test/deterministic.js';
import { repeatableFlags } from '../../src/engine/child/parent/node-flags.js';

const launch = (command: readonly string[], environment: DeterministicRequest['environment'] = {}) =>
  deterministicLaunch({
    command,
    environment,
    library: '/lib/benchmem.so',
    handOn: '/dist/hand-on.js',
    node: '/bin/node',
    fileOf: (runner) => `/modules/${runner}.js`,
  });

describe('the command', () => {
  const flagged = (...words: readonly string[]) => ['/bin/node', ...repeatableFlags, ...words];
  it.each([
    [['jest', '-i'], flagged('/modules/jest.js', '-i')],
    [['npx', '--no-install', 'mocha', 'a.js'], flagged('/modules/mocha.js', 'a.js')],
    [['node_modules/.bin/jest'], flagged('/modules/jest.js')],
    [
      ['node', '--test', 'a.mjs'],
      ['node', ...repeatableFlags, '--test', 'a.mjs'],
    ],
    [
      ['/usr/bin/node', 'node_modules/jest/bin/jest.js'],
      ['/usr/bin/node', ...repeatableFlags, 'node_modules/jest/bin/jest.js'],
    ],
    [
      ['npx', 'vitest', 'run'],
      ['npx', 'vitest', 'run'],
    ],
  ])('%j has the flags of V8 where its tests run', (command, expected) => {
    expect(launch(command).command).toEqual(expected);
  });

  it.each([
    [['npm', 'test']],
    [['timeout', '60', 'jest']],
    [['sh', '-c', 'jest']],
    [['time', 'node', '--test']],
  ])('%j is refused, because nobody knows its processes', (command) => {
    expect(() => launch(command)).toThrow('--deterministic starts vitest, jest, mocha or node --test');
  });
});

it('preloads, and says what is to be handed on and restored', () => {
  const { environment } = launch(['jest'], {
    LD_PRELOAD: '/other.so',
    NODE_OPTIONS: '--no-warnings',
    HOME: '/',
  });
  expect(environment).toMatchObject({
    HOME: '/',
    LD_PRELOAD: '/lib/benchmem.so:/other.so',
    BENCHMEM_ALLOCATOR: 'jemalloc',
    NODE_OPTIONS: '--no-warnings --require "/dist/hand-on.js"',
  });
  expect(JSON.parse(environment.BENCHMEM_TEST_PRELOAD ?? '')).toMatchObject({
    library: '/lib/benchmem.so',
    before: '/other.so',
    flags: repeatableFlags,
  });
});
