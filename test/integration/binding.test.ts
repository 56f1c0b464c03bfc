// The binding's own promises: ownership and phases of windows, typed errors for every misuse, windows left open,
// install and uninstall, and no noise of its own. Each scenario runs in a fresh process.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import type { BindingPlan } from './binding-child.js';

const file = bundleEntry('test/integration/binding-child.ts');
const modes = ['attached', 'jemalloc', 'system'] as const;

interface ProfiledWindow {
  readonly outcomes: Record<string, string>;
  readonly totals: Record<string, number>;
  readonly program: Record<string, number>;
  readonly perStack: number;
}

async function run(scenario: BindingPlan['scenario'], mode = 'attached'): Promise<unknown> {
  return runMeasured({ mode, file, plan: { scenario } });
}

describe('a window', () => {
  it.each(['attached', 'jemalloc'])(
    'refuses every misuse with a code and a hint in %s mode',
    async (mode) => {
      expect(await run('misuse', mode)).toEqual({
        open: {
          openTwice: 'WINDOW_OPEN',
          drainWrongToken: 'NO_WINDOW',
          readWrongToken: 'NO_WINDOW',
          objectsWrongToken: 'NO_WINDOW',
          closeWrongToken: 'NO_WINDOW',
          collectWrongToken: 'NO_WINDOW',
          tokenAsNumber: 'NO_WINDOW',
          noToken: 'NO_WINDOW',
        },
        phases: {
          read: 'measuring',
          drain: 'fine',
          drainTwice: 'WRONG_PHASE',
          afterDrain: 'draining',
          objects: 'fine',
          close: 'fine',
          closeTwice: 'NO_WINDOW',
          readAfterClose: 'NO_WINDOW',
        },
        options: {
          none: 'INVALID_OPTION',
          empty: 'INVALID_OPTION',
          unknownThreads: 'INVALID_OPTION',
          wrongType: 'INVALID_OPTION',
          roomAsText: 'INVALID_OPTION',
          roomOfWords: 'INVALID_OPTION',
          emptyRoom: 'fine',
        },
        next: expect.objectContaining({ allocations: 1, totalBytes: 2_000_000, peakBytes: 2_000_000 }),
      });
    },
  );

  it.each(modes)(
    'has its profile while it drains, if one was started before it, in %s mode',
    async (mode) => {
      const { outcomes, totals, program, perStack } = (await run('profilePhases', mode)) as ProfiledWindow;
      expect(outcomes).toEqual({
        before: 'NO_WINDOW',
        start: 'WINDOW_OPEN',
        stop: 'WINDOW_OPEN',
        readMeasuring: 'WRONG_PHASE',
        wrongToken: 'NO_WINDOW',
        closed: 'NO_WINDOW',
        stopped: 'NO_PROFILE',
      });
      expect(totals).toMatchObject({
        allocations: program.allocations,
        bytes: program.totalBytes,
        live: program.liveBytes,
        peak: program.peakBytes,
      });
      expect(program.liveBytes).toBe(2_000_000);
      expect(perStack).toBe(9);
    },
  );

  it('lets an error of the caller through', async () => {
    expect(await run('throwingOption')).toEqual({ name: 'RangeError', next: 'fine' });
  });

  it.each(modes)('counts nothing of its own in %s mode', async (mode) => {
    const windows = (await run('emptyWindows', mode)) as { allocations: number; bytes: number; js: number }[];
    expect(windows).toHaveLength(40);
    // Native: from the first one on. JS: once the calls are warm.
    expect(windows.every(({ allocations, bytes }) => allocations === 0 && bytes === 0)).toBe(true);
    expect(windows.slice(20).map(({ js }) => js)).toEqual(Array(20).fill(0));
  });

  it.each(['attached', 'jemalloc'])('left open by a worker is closed when it ends (%s)', async (mode) => {
    const expected = ['WINDOW_OPEN', '1 allocation of 300000 B'];
    const endings = { exit: expected, throw: expected, terminate: expected, return: expected };
    expect(await run('abandonedWindows', mode)).toEqual(endings);
  });

  it('belongs to the thread that opened it', async () => {
    expect(await run('foreignToken')).toEqual({
      fromWorker: ['NO_WINDOW', 'WINDOW_OPEN'],
      stillMine: 'fine',
    });
  });

  it.each(['attached', 'jemalloc'])(
    'is exact beside busy workers, and process.exit ends them all in %s mode',
    async (mode) => {
      expect(await run('busyWorkers', mode)).toEqual({ windows: 120, holdsTheBuffer: true });
    },
  );

  it.each(modes)('left open at the end of the process harms nothing in %s mode', async (mode) => {
    expect(await run('leftOpen', mode)).toBe('left open');
  });
});

describe('install and uninstall', () => {
  it('may come any number of times; a window needs an installed hook', async () => {
    const rounds = Array(20).fill('1 NOT_INSTALLED');
    expect(await run('install')).toEqual(['NOT_INSTALLED', ...rounds]);
  });
});

describe('a preload library of another version', () => {
  it('is refused, naming both versions', async () => {
    const skewed = testAddon('v8-skewed-preload').replace(/([^/]+)\.node$/, 'lib$1.so');
    const attempt = runMeasured({ file, plan: { scenario: 'leftOpen' }, env: { LD_PRELOAD: skewed } });
    await expect(attempt).rejects.toThrow(/interface version 999, this addon has version \d+/);
    await expect(attempt).rejects.toThrow(/PRELOAD_VERSION/);
  });
});
