// The real command: bin/benchmem.js in a process of its own, real children, real run files.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { readRunFile } from '../../src/runfile/read.js';
import { startCli } from '../support/cli-process.js';

const fixtures = fileURLToPath(new URL('../fixtures/cli', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'benchmem-cli-'));
const mebibyte = 1024 * 1024;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...argv: string[]) => startCli(argv, { cwd: fixtures });
const benchmem = (...argv: string[]) => start(...argv).ended;

describe('benchmem measure', () => {
  it('prints exact figures and writes them to a run file', async () => {
    const json = join(folder, 'hold.json');
    const { code, stdout, stderr } = await benchmem(
      'measure',
      'job.mjs',
      '--export',
      'hold',
      '--repeats',
      '2',
      '--json',
      json,
    );
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^\[1\/1\] job\.mjs::hold: peak 10 MiB\n1 of 1 benchmark in [\d.]+ s \(.*\)\n$/),
    ]);
    expect(stdout).toMatch(/^job\.mjs::hold\n/);
    expect(stdout).toMatch(/ {2}allocations +10\b/);
    expect(stdout).toContain('allocator jemalloc 5.3.0');
    const run = await readRunFile(json);
    expect(run.benchmem).toEqual({ schema: 1, complete: true, kind: 'measure', tags: {}, failures: [] });
    const [benchmark] = run.benchmarks;
    expect(benchmark).toMatchObject({
      name: 'hold',
      fullname: 'job.mjs::hold',
      options: { repeats: 2, setup: 'setup' },
    });
    expect(benchmark?.extra_info.benchmem).toMatchObject({
      allocations: [10, 10],
      native_total_bytes: [10 * mebibyte, 10 * mebibyte],
      native_peak_bytes: [10 * mebibyte, 10 * mebibyte],
      environment: {
        mode: 'preloaded',
        node: process.versions.node,
        flags: { peak: expect.arrayContaining(['--predictable']) },
      },
    });
  });

  it('hands over what the set-up made, then the arguments', async () => {
    const json = join(folder, 'sized.json');
    const { code } = await benchmem(
      'measure',
      'job.mjs',
      '--export',
      'sized',
      '--args',
      '[3000000]',
      '--repeats',
      '1',
      '--json',
      json,
    );
    expect(code).toBe(0);
    const [benchmark] = (await readRunFile(json)).benchmarks;
    expect(benchmark?.extra_info).toMatchObject({
      args: '[3000000]',
      benchmem: { native_total_bytes: [3_000_000] },
    });
  });

  it('takes TypeScript and CommonJS, attached and with either allocator', async () => {
    const typed = await benchmem(
      'measure',
      'typed.ts',
      '--repeats',
      '1',
      '--args',
      '[4]',
      '--allocator',
      'system',
    );
    expect([typed.code, typed.stdout]).toEqual([
      0,
      expect.stringMatching(/typed\.ts::default[\s\S]*allocations +4\b[\s\S]*allocator glibc/),
    ]);
    const common = await benchmem('measure', 'common.cjs', '--repeats', '1', '--attached');
    expect([common.code, common.stdout]).toEqual([
      0,
      expect.stringMatching(/common\.cjs::only[\s\S]*attached to a plain process/),
    ]);
  });

  it('goes on after a failure, and says in the run file what failed', async () => {
    const json = join(folder, 'failures.json');
    const exports = ['fails', 'dies', 'hold'].flatMap((name) => ['--export', name]);
    const { code, stdout, stderr } = await benchmem(
      'measure',
      'job.mjs',
      ...exports,
      '--repeats',
      '1',
      '--json',
      json,
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/fails +failed[\s\S]*dies +failed/);
    expect(stderr).toContain('benchmem: job.mjs::fails: the action threw: beyond\\x1b[31m the end\n');
    expect(stderr).toMatch(/at fails \(.*job\.mjs:\d+:\d+\)/);
    expect(stderr).toContain('benchmem: job.mjs::dies: the peak child was killed (signal SIGKILL)\n');
    const run = await readRunFile(json);
    expect(run.benchmarks.map(({ name }) => name)).toEqual(['hold']);
    expect(run.benchmem).toMatchObject({
      complete: true,
      failures: [
        { fullname: 'job.mjs::fails', step: 'peak', code: 1, signal: null },
        { fullname: 'job.mjs::dies', step: 'peak', code: null, signal: 'SIGKILL' },
      ],
    });
  });

  it('says why a module cannot be imported', async () => {
    const broken = await benchmem('measure', 'broken.mjs');
    expect(broken).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr:
        'benchmem: broken.mjs failed while it was loaded: not today\\x1b[2J\n' +
        `  at ${pathToFileURL(join(fixtures, 'broken.mjs'))}:2:7\n`,
    });
    const quits = await benchmem('measure', 'quits.mjs');
    expect(quits.code).toBe(2);
    expect(quits.stderr).toContain(
      'quits.mjs cannot be loaded: the load child ended before it reported (exit code 3); its last words:\n' +
        '  I am leaving\n  hint: node quits.mjs shows where\n',
    );
    expect((await benchmem('measure', 'gone.mjs')).stderr).toContain('there is no file gone.mjs');
  });

  it('ends on an interrupt with 130, its children with it, and keeps what it has', async () => {
    const json = join(folder, 'interrupted.json');
    const { child, ended } = start(
      'measure',
      'job.mjs',
      '--export',
      'hold',
      '--export',
      'forever',
      '--repeats',
      '1',
      '--json',
      json,
    );
    await new Promise<void>((resolve) => {
      let seen = '';
      child.stderr?.on('data', (text: string) => {
        seen += text;
        if (seen.includes('job.mjs::hold: peak')) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain('hold');
    expect(stderr).toMatch(/^benchmem: /m);
    const run = await readRunFile(json);
    expect([run.benchmem?.complete, run.benchmarks.map(({ name }) => name)]).toEqual([false, ['hold']]);
  });

  it('does not mind a reader that leaves', async () => {
    const { child, ended } = start('completion');
    child.stdout?.destroy();
    expect((await ended).stderr).toBe('');
  });

  it('refuses a run file that cannot be written before it measures', async () => {
    const { code, stdout, stderr } = await benchmem(
      'measure',
      'job.mjs',
      '--export',
      'hold',
      '--json',
      '/dev/null',
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^benchmem: cannot write \/dev\/null: it is not a regular file\n {2}hint: /);
    expect(existsSync('/dev/null')).toBe(true);
  });
});
