// A library of somebody else in LD_PRELOAD with which a measuring child never starts: an error that says so, and the
// ways around it that it names.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { refuseHangingPreload, waitsForDebugger } from '../../src/engine/child/parent/foreign-preload.js';
import { runPlan } from '../../src/engine/child/parent/run.js';

const hanging = join(root, 'build/test-addons/libhangs.so');
const ours = join(root, 'build/Release/libbenchmem.so');
const faketime = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/faketime/libfaketime.so.1',
].find((path) => existsSync(path));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-preload-'));
  writeFileSync(join(folder, 'job.mjs'), 'export const run = () => Buffer.alloc(1 << 20);\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function benchmem(preload: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/benchmem.js'), ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LD_PRELOAD: preload, FAKETIME: '2020-01-01 00:00:00' },
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  return { status, stdout, stderr };
}

describe('a preload library that hangs', () => {
  it('is an error when the child has said nothing', async () => {
    const started = runPlan({
      plan: { benchmem: 'plan', kind: 'peak' },
      world: { flags: [], environment: { LD_PRELOAD: `${ours}:${hanging}` }, userPreload: hanging },
      output: 'ignore',
      silenceMs: 1500,
    });
    await expect(started).rejects.toMatchObject({
      code: 'UNSUPPORTED_RUNTIME',
      message: expect.stringContaining(`did not start within 1.5 s, with LD_PRELOAD=${hanging}`),
      hint: expect.stringContaining('--allocator system'),
    });
  });

  it.each([
    [['--inspect-brk=0'], undefined],
    [[], '--no-warnings --inspect-wait=127.0.0.1:0'],
  ])('is left alone while it may wait for a debugger: %j, NODE_OPTIONS %j', async (flags, options) => {
    const NODE_OPTIONS = options === undefined ? {} : { NODE_OPTIONS: options };
    const started = runPlan({
      plan: { benchmem: 'plan', kind: 'peak' },
      world: { flags, environment: { LD_PRELOAD: `${ours}:${hanging}`, ...NODE_OPTIONS } },
      output: 'ignore',
      silenceMs: 100,
      timeoutMs: 1500,
    });
    await expect(started).rejects.toMatchObject({ code: 'CHILD_TIMED_OUT' });
  });

  it.each([
    [['--inspect'], undefined, false],
    [['--inspect=0', '--expose-gc'], '--max-old-space-size=100', false],
    [['-r', 'x', '--inspect-brk'], undefined, true],
    [['--inspect_wait=9229'], '', true],
    [[], '--inspect-brk', true],
    [[], '"--inspect-brk=0" --no-warnings', true],
    [[], '--require ./not--inspect-brk.js', false],
  ])('waits for a debugger: %j with NODE_OPTIONS %j: %j', (flags, options, waits) => {
    expect(waitsForDebugger(flags, options)).toBe(waits);
  });

  it.each([
    ['jemalloc', undefined, false],
    ['jemalloc', '', false],
    ['jemalloc', '/usr/lib/libother.so', false],
    ['jemalloc', '/a/libfaketime.so.1', true],
    ['jemalloc', '/a/libother.so /b/faketime/libfaketimeMT.so.1', true],
    ['jemalloc', '/a/libother.so:libfaketime.so.1', true],
    ['system', '/a/libfaketime.so.1', false],
  ] as const)('is known: %s with %j', (allocator, preload, refused) => {
    const refuse = () => refuseHangingPreload(allocator, preload);
    if (refused) expect(refuse).toThrow(/hangs before it starts/);
    else expect(refuse).not.toThrow();
  });
});

describe.skipIf(faketime === undefined)('under libfaketime', () => {
  const preload = faketime ?? '';

  it('jemalloc is refused, with a way around', () => {
    const { status, stderr } = benchmem(preload, 'measure', 'job.mjs', '--export', 'run');
    expect(status).toBe(2);
    expect(stderr).toContain(`a process with ${preload} (in LD_PRELOAD) and jemalloc hangs before it starts`);
    expect(stderr).toMatch(/hint: unset LD_PRELOAD.*--allocator system or --attached/);
    expect(benchmem(preload, 'exec', '--allocator', 'jemalloc', '--', 'node', '-e', '0').status).toBe(2);
  });

  it.each([[['--allocator', 'system']], [['--attached']]])('%j is a way around', (way) => {
    const { status, stdout } = benchmem(
      preload,
      'measure',
      'job.mjs',
      '--export',
      'run',
      '--repeats',
      '1',
      ...way,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/1\.0\d MiB|1,024/);
  });

  it('exec observes with the allocator of the system', () => {
    const { status, stderr } = benchmem(preload, 'exec', '--', process.execPath, '-e', '0');
    expect(status).toBe(0);
    expect(stderr).toMatch(/ended with exit code 0/);
  });
});
