// Help, version, completion and every wrong command line, as they are printed.
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.js';
import { type CliAnswer, functions, runFake } from './fake-world.js';
import { steady } from './figures.js';
import { expectGolden } from './golden-file.js';

const modules = {
  'job.mjs': functions('build', 'write', 'setup'),
  'one.mjs': functions('only'),
  'constants.mjs': [
    { name: 'limit', kind: 'value' },
    { name: 'table', kind: 'object' },
  ],
  'classes.mjs': [{ name: 'Model', kind: 'class' }, ...functions('run')],
  'empty.mjs': [],
} as const;

describe('help', () => {
  it.each([
    ['help', ['--help']],
    ...commands.map(({ name }): [string, string[]] => [`help-${name}`, [name, '--help']]),
    ['completion', ['completion']],
  ])('%s', async (name, argv) => {
    const answer = await runFake(argv);
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    expectGolden(name, answer.stdout);
  });

  it.each(commands)('of $name fits 40 columns', async ({ name }) => {
    const { stdout } = await runFake([name, '--help'], { columns: 40 });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  it('is not led by the language of the user', async () => {
    const before = process.env.LC_ALL;
    process.env.LC_ALL = 'de_DE.UTF-8';
    try {
      expect(await runFake(['measure', '--nonsense'])).toEqual(await runFake(['measure', '--nonsense']));
      expect((await runFake(['--help'])).stdout).toContain('Show help');
    } finally {
      if (before === undefined) delete process.env.LC_ALL;
      else process.env.LC_ALL = before;
    }
  });

  it('is what an empty command line gets, with the exit code of a wrong one', async () => {
    const { stdout } = await runFake(['--help']);
    expect(await runFake([])).toEqual({ code: 2, stdout: '', stderr: stdout });
  });

  it('prints the version', async () => {
    expect(await runFake(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  it('completes flags', async () => {
    const { stdout } = await runFake(['--get-yargs-completions', 'benchmem', 'measure', '--']);
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(['--export', '--allocator', '--json']));
    const ofRun = await runFake(['--get-yargs-completions', 'benchmem', 'run', '--']);
    const flags = ['--repeats', '--compare-fail', '--reporter', '--require-baseline'];
    expect(ofRun.stdout.split('\n')).toEqual(expect.arrayContaining(flags));
  });
});

const wrongLines: ReadonlyArray<readonly [name: string, argv: readonly string[]]> = [
  ['unknown-command', ['mesure']],
  ['unknown-word', ['frobnicate']],
  ['no-file', ['measure']],
  ['empty-file', ['measure', '']],
  ['missing-file', ['measure', 'gone.mjs']],
  ['same-file-twice', ['measure', 'one.mjs', './one.mjs']],
  ['unknown-flag', ['measure', 'one.mjs', '--exprt', 'only']],
  ['unknown-far-flag', ['measure', 'one.mjs', '--frobnicate']],
  ['unknown-short-flag', ['measure', 'one.mjs', '-x']],
  ['flag-without-value', ['measure', 'one.mjs', '--json']],
  ['empty-json', ['measure', 'one.mjs', '--json', '']],
  ['flag-twice', ['measure', 'one.mjs', '--repeats', '2', '--repeats', '3']],
  ['args-not-json', ['measure', 'one.mjs', '--args', '[1,']],
  ['args-not-a-list', ['measure', 'one.mjs', '--args', '{"a":1}']],
  ['repeats-zero', ['measure', 'one.mjs', '--repeats', '0']],
  ['repeats-not-a-number', ['measure', 'one.mjs', '--repeats', 'many']],
  ['repeats-negative', ['measure', 'one.mjs', '--repeats', '-1']],
  ['calls-fraction', ['measure', 'one.mjs', '--calls', '1.5']],
  ['warmup-not-a-number', ['measure', 'one.mjs', '--warmup', 'x']],
  ['max-time-without-meaning', ['measure', 'one.mjs', '--max-time', 'soon']],
  ['max-time-with-repeats', ['measure', 'one.mjs', '--max-time', '5s', '--repeats', '3']],
  ['wrong-allocator', ['measure', 'one.mjs', '--allocator', 'tcmalloc']],
  ['wrong-format', ['measure', 'one.mjs', '--format', 'html']],
  ['wrong-threads', ['measure', 'one.mjs', '--threads', 'some']],
  ['allocator-attached', ['measure', 'one.mjs', '--attached', '--allocator', 'system']],
  ['cold-and-calls', ['measure', 'one.mjs', '--cold', '--calls', '2']],
  ['cold-and-warmup', ['measure', 'one.mjs', '--cold', '--warmup', '2']],
  ['cold-and-attached', ['measure', 'one.mjs', '--cold', '--attached']],
  ['loads-and-export', ['measure', 'one.mjs', '--loads', '--export', 'only']],
  ['loads-and-attached', ['measure', 'one.mjs', '--loads', '--attached']],
  ['timeout-without-meaning', ['measure', 'one.mjs', '--timeout', 'soon']],
  ['all-and-export', ['measure', 'job.mjs', '--all', '--export', 'build']],
  ['several-exports', ['measure', 'job.mjs']],
  ['export-not-found', ['measure', 'job.mjs', '--export', 'biuld']],
  ['export-not-a-function', ['measure', 'constants.mjs', '--export', 'limit']],
  ['export-an-object', ['measure', 'constants.mjs', '--export', 'table']],
  ['export-a-class', ['measure', 'classes.mjs', '--export', 'Model']],
  ['setup-not-found', ['measure', 'job.mjs', '--export', 'build', '--setup', 'prepare']],
  ['no-function', ['measure', 'constants.mjs']],
  ['no-export', ['measure', 'empty.mjs']],
  ['run-unknown-flag', ['run', '--repaets', '3']],
  ['run-far-flag', ['run', '--frobnicate']],
  ['run-short-flag', ['run', '-x']],
  ['run-flag-twice', ['run', '--repeats', '2', '--repeats', '3']],
  ['run-flag-without-value', ['run', '--json']],
  ['run-empty-keyword', ['run', '-k', '']],
  ['run-keyword-without-value', ['run', '-k']],
  ['run-keyword-twice', ['run', '-k', 'a', '-k', 'b']],
  ['run-repeats-zero', ['run', '--repeats', '0']],
  ['run-jobs', ['run', '--jobs', 'all']],
  ['run-duration', ['run', '--time-max', 'soon']],
  ['run-no-duration', ['run', '--timeout', '0']],
  ['run-max-time-with-repeats', ['run', '--max-time', '5s', '--repeats', '3']],
  ['run-attached-rss', ['run', '--attached', '--rss']],
  ['run-nothing', ['run', '--no-time', '--no-memory']],
  ['run-columns', ['run', '--columns', 'time,paek']],
  ['run-empty-column', ['run', '--columns', 'time,,peak']],
  ['run-stats', ['run', '--stats', 'min,avg']],
  ['run-table', ['run', '--table', 'wide']],
  ['run-reporter', ['run', '--reporter', 'junti']],
  ['run-reporter-no-file', ['run', '--reporter', 'junit=']],
  ['run-two-reporters', ['run', '--reporter', 'table', '--reporter', 'json']],
  ['run-tag', ['run', '--tag', 'branch']],
  ['run-compare-fail-alone', ['run', '--compare-fail', 'peak:5%']],
  ['run-compare-fail', ['run', '--compare', '--compare-fail', 'paek:5%']],
  ['run-compare-fail-no-limit', ['run', '--compare', '--compare-fail', 'peak']],
  ['exec-no-command', ['exec']],
  ['exec-nothing-behind', ['exec', '--']],
  ['exec-no-dashes', ['exec', 'node', 'server.js']],
  ['exec-words-before', ['exec', 'node', '--', 'server.js']],
  ['exec-unknown-flag', ['exec', '--intervall', '1s', '--', 'node', 'server.js']],
  ['exec-far-flag', ['exec', '--frobnicate', '--', 'node']],
  ['exec-flag-without-value', ['exec', '--json', '--', 'node']],
  ['exec-interval', ['exec', '--interval', 'often', '--', 'node']],
  ['exec-short-interval', ['exec', '--interval', '10ms', '--', 'node']],
  ['exec-signal', ['exec', '--signal', 'SIGNOPE', '--', 'node']],
  ['exec-reserved-signal', ['exec', '--signal', 'SIGUSR1', '--', 'node']],
  ['exec-uncatchable-signal', ['exec', '--signal', 'SIGKILL', '--', 'node']],
  ['exec-uncatchable-signal-stop', ['exec', '--signal', 'stop', '--', 'node']],
  ['exec-fault-signal', ['exec', '--signal', 'SIGIOT', '--', 'node']],
  ['exec-allocator', ['exec', '--allocator', 'tcmalloc', '--', 'node']],
  ['exec-one-file-twice', ['exec', '--json', './a', '--output', 'a', '--', 'node']],
  ['exec-flag-twice', ['exec', '--json', 'a', '--json', 'b', '--', 'node']],
];

describe('a wrong command line', () => {
  it('is answered with what is wrong and what to type, and exit code 2', async () => {
    const texts: string[] = [];
    for (const [name, argv] of wrongLines) {
      const answer = await runFake(argv, { modules });
      expect([name, answer.code, answer.stdout]).toEqual([name, 2, '']);
      texts.push(`# ${name}\n$ benchmem ${argv.map(quote).join(' ')}\n${answer.stderr}`);
    }
    expectGolden('usage-errors', texts.join('\n'));
  });

  it('measures nothing', async () => {
    for (const [, argv] of wrongLines) {
      const measured: string[] = [];
      const measure = async ({ target }: { target: { name: string } }) => {
        measured.push(target.name);
        return steady;
      };
      await runFake(argv, { modules, measure });
      expect(measured).toEqual([]);
    }
  });
});

describe('a right one', () => {
  it.each<[string, readonly string[], Partial<CliAnswer>]>([
    ['a file after --', ['measure', '--', 'one.mjs'], { code: 0 }],
    ['a duration', ['measure', 'one.mjs', '--max-time', '1.5s'], { code: 0 }],
    ['a flag before the file', ['measure', '--export', 'build', 'job.mjs'], { code: 0 }],
    ['no setup', ['measure', 'job.mjs', '--export', 'build', '--no-setup'], { code: 0 }],
  ])('takes %s', async (_name, argv, expected) => {
    expect(await runFake(argv, { modules, measure: async () => steady })).toMatchObject(expected);
  });
});

function quote(word: string): string {
  return /^[\w./=-]+$/.test(word) ? word : `'${word}'`;
}
