// findLeak in a plain process, on the oldest and the newest Node at hand: what an addon loses is found to the byte, and what
// the documentation says of sparse leaks and large caches is so.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import type { LeakReport } from '../../src/engine/leaks/leak-report.js';
import type { BodyName } from './leak-check-child.js';
import { nodesAtHand } from './nodes-at-hand.js';

type Failure = { readonly code: string; readonly message: string };

interface Answer {
  readonly reports: Readonly<Record<BodyName, LeakReport>>;
  readonly restless: Readonly<Record<'leaks' | 'clean' | 'fewCalls', LeakReport>>;
  readonly filtered: LeakReport;
  readonly others: LeakReport;
  readonly atOnce: LeakReport;
  readonly promiseAtOnce: Failure;
  readonly aborted: Failure;
  readonly tooLong: Failure;
  readonly isOwnError: boolean;
  readonly afterwards: LeakReport;
}

const file = bundleEntry('test/integration/leak-check-child.ts');
const nodes = nodesAtHand.filter((_, at) => at === 0 || at === nodesAtHand.length - 1);
const clean: readonly BodyName[] = [
  'empty',
  'emptyPromise',
  'buffersDropped',
  'cacheOf100',
  'fullCache',
  'oneCallIn200',
];
const leaky: readonly BodyName[] = [
  'native16',
  'native100',
  'nativeLater',
  'objects',
  'wasmMemories',
  'cacheOf5000',
  'fullCacheThatLeaks',
];

describe.each(nodes)('findLeak on Node $major', ({ node }) => {
  const running = runMeasured({
    node,
    file,
    plan: {
      findLeak: `${root}/dist/engine/leaks/find-leak.js`,
      addon: testAddon('leaks'),
      bodies: [...clean, ...leaky],
    },
  }) as Promise<Answer>;

  it.each(clean)('finds nothing in %s', async (name) => {
    const { reports } = await running;
    expect(reports[name]).toMatchObject({ isLeak: false, perCallBytes: 0 });
    expect(reports[name]).not.toHaveProperty('sites');
  });

  it.each([
    ['native16', 16],
    ['native100', 100],
    ['nativeLater', 100],
    ['wasmMemories', 65_536],
  ] as const)('reads the native bytes of %s exactly: %i', async (name, bytes) => {
    expect((await running).reports[name]).toMatchObject({ isLeak: true, nativeBytes: bytes, rounds: 12 });
  });

  it('finds what leaks beside a cache that was full before', async () => {
    const { isLeak, nativeBytes } = (await running).reports.fullCacheThatLeaks;
    // Of what is freed from before any window the usable size is known only, which is larger.
    expect(isLeak).toBe(true);
    expect(nativeBytes).toBeGreaterThan(400);
    expect(nativeBytes).toBeLessThanOrEqual(510);
  });

  it('names the function of the addon that loses blocks, with the bytes of a call', async () => {
    const { sites = [] } = (await running).reports.native16;
    expect(sites.map(({ bytes, count }) => [bytes, count])).toEqual([[16, 1]]);
    expect(sites[0]?.stack[0]?.name).toContain('lose');
  });

  it('finds objects that are kept, within a fifth', async () => {
    const { nativeBytes, jsBytes = 0 } = (await running).reports.objects;
    expect(nativeBytes).toBe(0);
    expect(Math.abs(jsBytes - 96)).toBeLessThan(20);
  });

  it('takes a cache of more entries than calls for a leak, and says how many calls it made', async () => {
    expect((await running).reports.cacheOf5000).toMatchObject({ isLeak: true, calls: 1140 });
  });

  it('asks a heap that never comes to rest again where calls were raised, and says what hides in it', async () => {
    const { leaks, clean, fewCalls } = (await running).restless;
    expect(leaks).toMatchObject({ isLeak: true, nativeBytes: 0 });
    expect(Math.abs((leaks.jsBytes ?? 0) - 200)).toBeLessThan(60);
    expect(clean).toMatchObject({ isLeak: false, jsBytes: 0 });
    expect(fewCalls).toMatchObject({ isLeak: false, noisy: true });
    expect(fewCalls.noisyFloorBytes).toBeGreaterThan(50);
  });

  it('leaves out what the filter knows, and nothing else', async () => {
    const { filtered, others } = await running;
    expect(filtered).toMatchObject({ isLeak: false, perCallBytes: 0, sites: [] });
    expect(others).toMatchObject({ isLeak: true, nativeBytes: 16 });
    expect(others.sites?.map(({ bytes }) => bytes)).toEqual([16]);
  });

  it('has a form without a turn of the event loop, which takes no promise', async () => {
    const { atOnce, promiseAtOnce } = await running;
    expect(atOnce).toMatchObject({ isLeak: true, nativeBytes: 16 });
    expect(promiseAtOnce.code).toBe('INVALID_ACTION');
  });

  it('ends with its signal, with its time, and with the error of the body, and gives the process back', async () => {
    const { aborted, tooLong, isOwnError, afterwards } = await running;
    expect(aborted.code).toBe('ABORTED');
    expect(tooLong).toEqual({ code: 'ACTION_TIMEOUT', message: 'the leak check was not over after 20 ms' });
    expect(isOwnError).toBe(true);
    expect(afterwards).toMatchObject({ isLeak: true, nativeBytes: 100, calls: 380 });
  });
});
