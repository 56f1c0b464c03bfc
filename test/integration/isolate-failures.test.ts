// Children that end badly: a typed error each time, bounded last words, and a parent that goes on measuring.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { IsolateOptions } from '../../src/engine/options.js';
import type { ChildError } from '../../src/errors.js';
import { builtApi, builtIsolate } from '../support/built-api.js';

const { measureMemory } = builtApi;
const job = (name: string) => fileURLToPath(new URL(`../fixtures/jobs/${name}.mjs`, import.meta.url));

async function failure(name: string, args: readonly unknown[] = [], options: Partial<IsolateOptions> = {}) {
  const run = measureMemory(
    { module: job('misbehaving'), export: name, args },
    { isolate: true, ...options },
  );
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error as ChildError;
}

// The next measurement works, whatever the one before did.
afterEach(async () => {
  const next = await measureMemory(
    { module: job('well-behaved'), export: 'buffers', args: [10, 5000] },
    { isolate: true, repeats: 1 },
  );
  expect(next.allocations).toBe(10);
});

describe('a child that', () => {
  it('crashes', async () => {
    expect(await failure('crash')).toMatchObject({
      code: 'CHILD_CRASHED',
      child: { step: 'peak', signal: 'SIGSEGV' },
    });
  });

  it('is killed', async () => {
    expect(await failure('die')).toMatchObject({ code: 'CHILD_CRASHED', child: { signal: 'SIGKILL' } });
  });

  it('runs out of memory', async () => {
    const error = await failure('exhaustHeap', [], { nodeFlags: ['--max-old-space-size=64'] });
    expect(error.code).toBe('CHILD_OUT_OF_MEMORY');
    expect(error.child.tail).toMatch(/heap out of memory/);
  });

  it('prints megabytes and fails: its last words, and no more', async () => {
    const error = await failure('flood');
    expect(error).toMatchObject({ code: 'ACTION_FAILED', message: expect.stringMatching(/after the flood/) });
    expect(error.child.tail).toMatch(/the last line$/);
    expect(error.child.tail.length).toBeLessThanOrEqual(4096);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
    expect(error.child.tail).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });

  it('prints megabytes and works', async () => {
    const result = await measureMemory(
      { module: job('misbehaving'), export: 'chatter' },
      { isolate: true, repeats: 1, warmup: 0 },
    );
    expect(result.native.peakBytes).toBeGreaterThanOrEqual(1_000_000);
  });

  it.each([0, 3])('exits early with code %i', async (code) => {
    expect(await failure('exitEarly', [code])).toMatchObject({
      code: 'CHILD_EXITED',
      child: { exitCode: code },
    });
  });

  it('exits with busy workers', async () => {
    expect(await failure('exitWithBusyWorkers')).toMatchObject({
      code: 'CHILD_EXITED',
      child: { exitCode: 7 },
    });
  });

  it('throws, with the error that was thrown as the cause', async () => {
    for (const name of ['throwsOwn', 'rejects']) {
      const error = await failure(name);
      expect(error).toMatchObject({ code: 'ACTION_FAILED', exitCode: 1 });
      expect(error.cause).toMatchObject({ name: 'RangeError', message: 'too far', code: 'E_FAR' });
    }
  });

  it('throws from a later turn of its event loop', async () => {
    const error = await failure('throwsLater');
    expect(error).toMatchObject({ code: 'CHILD_EXITED', child: { exitCode: 1 } });
    expect(error.child.tail).toMatch(/from a later turn/);
  });

  it('waits for a promise that nothing settles', async () => {
    expect(await failure('neverSettles')).toMatchObject({ code: 'ACTION_NEVER_SETTLED' });
  });

  it.each(['hang', 'hangPolitely'])('hangs (%s) past its signal', async (name) => {
    const reason = new Error('enough');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 700);
    const error = await failure(name, [], { signal: controller.signal });
    expect(error).toMatchObject({ code: 'ABORTED', cause: reason });
  });

  it.each(['fillsItsChannel', 'cutsItsChannel'])('writes to what is not its own: %s', async (name) => {
    expect(await failure(name)).toMatchObject({ code: 'CHILD_EXITED' });
  });

  it('has a setup that fails', async () => {
    const setup = { module: job('misbehaving'), export: 'throwsOwn' };
    const error = await failure('hang', [], { setup });
    expect(error).toMatchObject({ code: 'SETUP_FAILED', cause: { name: 'RangeError' } });
  });

  it('has no such export', async () => {
    expect(await failure('nonsense')).toMatchObject({ code: 'EXPORT_NOT_FOUND', exitCode: 2 });
  });
});

describe('a child that reports, although it', () => {
  const measure = (name: string) =>
    measureMemory({ module: job('misbehaving'), export: name }, { isolate: true, repeats: 1 });

  it('leaves handles behind', async () => {
    expect((await measure('leavesHandles')).warnings).toEqual([]);
  });

  it('crashes at its exit: a warning', async () => {
    process.env.BENCHMEM_TEST_CRASH_AT_EXIT = '1';
    try {
      const { warnings, repeats } = await measure('leavesHandles');
      expect(warnings.map(({ code }) => code)).toEqual(['CHILD_END']);
      expect(repeats).toBe(1);
    } finally {
      delete process.env.BENCHMEM_TEST_CRASH_AT_EXIT;
    }
  });
});

describe('a preload library that', () => {
  const { measureIsolated, realChildHost } = builtIsolate;
  const measureWith = (library: string) =>
    measureIsolated(
      { module: job('well-behaved'), export: 'nothing' },
      { isolate: true, repeats: 1 },
      { ...realChildHost(), preloadLibraryPath: () => library },
    );

  it('is not there', async () => {
    await expect(measureWith('/nowhere/libbenchmem.so')).rejects.toMatchObject({
      code: 'PRELOAD_MISSING',
      exitCode: 2,
      child: { tail: expect.stringMatching(/nowhere/) },
    });
  });

  it('is of another version', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmem-skewed-'));
    const source = join(folder, 'skewed.c');
    const library = join(folder, 'libskewed.so');
    writeFileSync(
      source,
      'static const struct { unsigned version, bytes; } table = { 99, 8 };\n' +
        'const void* benchmem_abi_table(void) { return &table; }\n',
    );
    execFileSync('gcc', ['-shared', '-fPIC', '-o', library, source]);
    try {
      await expect(measureWith(library)).rejects.toMatchObject({
        code: 'PRELOAD_VERSION',
        message: expect.stringMatching(/version 99/),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stands in a folder with a blank in its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmem with blanks: '));
    const library = join(folder, 'libbenchmem.so');
    execFileSync('cp', [realChildHost().preloadLibraryPath(), library]);
    try {
      expect((await measureWith(library)).environment.mode).toBe('preloaded');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('an unsupported platform', () => {
  it('is an error that says why, in a child too', async () => {
    process.env.BENCHMEM_SIMULATE_UNSUPPORTED = '1';
    try {
      expect(await failure('leavesHandles', [], { attached: true })).toMatchObject({
        code: 'UNSUPPORTED_RUNTIME',
        message: expect.stringMatching(/simulated/),
        exitCode: 2,
      });
    } finally {
      delete process.env.BENCHMEM_SIMULATE_UNSUPPORTED;
    }
  });
});
