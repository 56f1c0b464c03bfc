// The same program with and without `benchmem exec`: same output, same end, nothing to see of the observer.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import type { Ended } from '../support/collected-process.js';
import { fixture, startExec, startPlain } from './exec-process.js';
import { nodesAtHand } from './nodes-at-hand.js';

const node = process.execPath;
const quiet = ['--output', '/dev/null'];

/** Durations, times of day, ports and process ids differ from run to run. */
function masked(text: string): string {
  return text
    .replaceAll(/\b\d+(\.\d+)?\s?(ms|s)\b/g, '<time>')
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, '<clock>')
    .replaceAll(/[\w-]+Z-debug-/g, '<clock>')
    .replaceAll(/\bat \d+|port \d+|pid \d+/g, '<number>')
    .replaceAll(/ {2,}/g, ' ');
}

async function both(command: readonly string[], cwd?: string): Promise<{ plain: Ended; observed: Ended }> {
  const plain = await startPlain(command, cwd).ended;
  const observed = await startExec([], command, { cwd }).ended;
  return { plain, observed };
}

/** Our report stands behind everything that the program wrote. */
function expectSame({ plain, observed }: { plain: Ended; observed: Ended }): void {
  const end = ({ code, signal, stdout }: Ended) => ({ code, signal, stdout: masked(stdout) });
  expect(end(observed)).toEqual(end(plain));
  const own = observed.stderr.slice(0, observed.stderr.search(/^benchmem: /m));
  expect(masked(own)).toBe(masked(plain.stderr));
  expect(observed.stderr.slice(own.length)).toMatch(/^benchmem: [\s\S]*\(process \d+\)[\s\S]*resident/);
}

const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the same program observed', () => {
  it('tsc, on this project', async () => {
    const tsc = `${root}/node_modules/typescript/bin/tsc`;
    const command = [node, tsc, '-p', `${root}/tsconfig.json`, '--noEmit', '--listFilesOnly'];
    const runs = await both(command);
    expect(runs.plain.stdout.split('\n').length).toBeGreaterThan(100);
    expectSame(runs);
  });

  it('tsc, with an error to report', async () => {
    const file = join(folder, 'wrong.ts');
    writeFileSync(file, 'export const one: number = "one";\n');
    const tsc = `${root}/node_modules/typescript/bin/tsc`;
    const runs = await both([node, tsc, '--noEmit', '--ignoreConfig', '--types', 'absent', file]);
    expect(runs.plain.code).toBe(2);
    expectSame(runs);
  });

  it.each([['--version'], ['ls --depth=0'], ['no-such-command']])('npm %s', async (words) => {
    expectSame(await both(['npm', ...words.split(' ')], root));
  });

  it('vitest, over processes and over threads', async () => {
    for (const pool of ['forks', 'threads']) {
      const vitest = [
        `${root}/node_modules/vitest/vitest.mjs`,
        'run',
        '--root',
        fixture('suite'),
        '--pool',
        pool,
      ];
      const runs = await both([node, ...vitest]);
      expect(runs.plain.code).toBe(1);
      expect(runs.plain.stdout).toMatch(/1 failed \| 1 passed/);
      expectSame(runs);
    }
  });

  it.each(nodesAtHand)('sees nothing of it, in workers neither, on Node $major', async ({ node }) => {
    const runs = await both([node, '--no-warnings', fixture('visible.cjs')]);
    expect(runs.plain.stdout).toContain('worker 0');
    expectSame(runs);
  });
});

const ends: ReadonlyArray<readonly [name: string, code: string, end: Partial<Ended>]> = [
  ['an exit code', 'process.exit(7)', { code: 7, signal: null }],
  ['an exit code that is set', 'process.exitCode = 8', { code: 8, signal: null }],
  ['an exception', 'throw new Error("mine")', { code: 1, signal: null }],
  ['a rejection', 'Promise.reject(new Error("mine"))', { code: 1, signal: null }],
  ['a signal', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 9)', { signal: 'SIGTERM' }],
  ['an interrupt', 'process.kill(process.pid, "SIGINT"); setInterval(() => {}, 9)', { signal: 'SIGINT' }],
  ['a kill', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 9)', { signal: 'SIGKILL' }],
];

describe('the end of the program is the end of the command', () => {
  it.each(ends)('%s', async (_name, code, end) => {
    for (const { node } of nodesAtHand) {
      const plain = await startPlain([node, '-e', code]).ended;
      const { stderr, ...observed } = await startExec([], [node, '-e', code]).ended;
      expect(observed).toMatchObject(end);
      expect(observed).toMatchObject({ code: plain.code, signal: plain.signal, stdout: plain.stdout });
      const hasLast = !stderr.includes('took no snapshot at its end');
      expect([end.signal, hasLast]).toEqual([end.signal, end.signal !== 'SIGKILL']);
    }
  });

  it('leaves no file behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmem-test-'));
    const code = 'console.log(require("node:fs").readdirSync(process.env.TMPDIR).length)';
    const { stdout } = await startExec(quiet, [node, '-e', code], { TMPDIR: folder }).ended;
    expect([stdout, readdirSync(folder)]).toEqual(['1\n', []]); // its report, while it runs
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a command that cannot be observed', () => {
  it('is an error where nothing temporary can be written', async () => {
    const { code, stderr } = await startExec([], [node, '-e', '0'], { TMPDIR: '/nowhere/at-all' }).ended;
    expect([code, stderr]).toEqual([2, expect.stringContaining('let TMPDIR name a folder')]);
  });

  it('is an error where there is no such program', async () => {
    const { code, stderr } = await startExec([], ['./gone.js']).ended;
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^benchmem: there is no program \.\/gone\.js\n {2}hint: .*node script\.js/),
    ]);
  });

  it('is the program’s own error where there is no such script', async () => {
    const { code, stderr } = await startExec([], [node, './gone.js']).ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot find module')]);
  });

  it('runs and is said not to be measured where it is not a Node program', async () => {
    const { code, stdout, stderr } = await startExec([], ['sh', '-c', 'echo hello; exit 5']).ended;
    expect([code, stdout]).toEqual([5, 'hello\n']);
    expect(stderr).toMatch(/no Node process of .* reported[\s\S]*Nothing was measured/);
  });
});
