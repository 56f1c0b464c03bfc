// The opt-in passes against the built package: object counts that are known, and the resident high-water mark of small
// children. What depends on V8 is asked of four Nodes; all of it on another: run vitest with it.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import type { IsolateOptions } from '../../src/engine/options.js';
import { builtApi } from '../support/built-api.js';
import { measureOnNode } from '../support/isolated-on-node.js';

const { measureMemory, MemoryResult } = builtApi;
const jobs = (name: string) => fileURLToPath(new URL(`../fixtures/jobs/${name}.mjs`, import.meta.url));

function count(name: string, args: readonly unknown[], options: Partial<IsolateOptions> = {}) {
  const module = jobs('object-counts');
  return measureMemory(
    { module, export: name, args },
    { isolate: true, repeats: 1, objects: true, setup: { module, export: 'prepare' }, ...options },
  );
}

describe('objects', () => {
  it.each(['closures', 'dropped'])(
    'are two for each object with its closure, alive or not: %s',
    async (name) => {
      const result = await count(name, [100_000]);
      expect(result.objects).toBe(200_000);
      expect(result.objectKinds?.map(({ kind, objects }) => [kind, objects])).toEqual([
        ['Function', 100_000],
        ['Object', 100_000],
      ]);
      expect(result.environment.flags.objects).toEqual(expect.arrayContaining(['--gc-global']));
    },
  );

  it('are counted across collections, and in cold code', async () => {
    expect((await count('churn', [100_000, 12])).objects).toBe(2_400_000);
    expect((await count('churn', [100_000, 2], { warmup: 0 })).objects).toBe(400_000);
    expect((await count('churn', [1000, 2], { calls: 5 })).objects).toBe(20_000);
  });

  it('of nothing are none, and instances and arrays are told apart', async () => {
    expect((await count('nothing', [])).objects).toBe(0);
    const { objects, objectKinds } = await count('mixed', [500]);
    expect(objects).toBe(1001);
    expect(objectKinds?.map(({ kind, objects: each }) => [kind, each])).toEqual([
      ['Array', 500],
      ['Object', 500],
      ['Map', 1],
    ]);
  });

  it('survive the run file as a series of their own', async () => {
    const result = await count('closures', [10], { repeats: 3 });
    expect(result.toBlob()).toMatchObject({ unaligned: { objects: [20] } });
    const copy = MemoryResult.fromBlob(JSON.parse(JSON.stringify(result)));
    expect([copy.objects, copy.objectKinds]).toEqual([20, result.objectKinds]);
  });
});

const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']);

describe.each(nodes)('on Node $major', ({ major, executable: execPath }) => {
  // WHY: there are so few on 26, because V8 14 awaits what is no promise without a promise and closures of its own. The bytes
  // that its heap grows by say the same: 48 each, where V8 before takes 248.
  const [ofAwaits, bytesOfAwait] = Number(major) < 26 ? [3004, 248] : [4, 48];
  // A closure, an object and a context; 16 bytes more each until the function is optimized.
  it.each([
    ['closures', 10_000, 20_000, [136, 152]],
    ['promises', 1000, ofAwaits, [bytesOfAwait, bytesOfAwait]],
  ])(
    'objects of %s, and the function that allocates them',
    async (name, times, expected, [least = Number.NaN, most = Number.NaN]) => {
      const module = jobs('object-counts');
      const run = { execPath, module, name, args: [times], setup: 'prepare', repeats: 1, objects: true };
      const { objects, objectSites } = await measureOnNode(run);
      expect(objects).toBe(expected);
      const [site] = objectSites?.sites ?? [];
      expect(site).toMatchObject({ function: name, file: module });
      // What compiling the function takes is a few KB beside them.
      expect(site?.bytes).toBeGreaterThanOrEqual(least * (times - 5));
      expect(site?.bytes).toBeLessThanOrEqual(most * times + 10_000);
    },
  );
});

describe('the functions that allocate', () => {
  const module = jobs('allocation-sites');
  const measure = (name: string, args: readonly unknown[] = [], options: Partial<IsolateOptions> = {}) =>
    measureMemory(
      { module, export: name, args },
      { isolate: true, repeats: 1, objects: true, setup: { module, export: 'prepare' }, ...options },
    );

  it('are named with all their bytes, built-ins with their caller, after a turn of the event loop too', async () => {
    const { objectSites, environment } = await measure('both', [], { calls: 2 });
    expect(objectSites?.intervalBytes).toBe(1);
    const sites = objectSites?.sites.slice(0, 3) ?? [];
    expect(new Set(sites.map((site) => site.function))).toEqual(new Set(['points', '', 'copies']));
    for (const { file, line } of sites) expect([file, line > 1]).toEqual([module, true]);
    const each = (name: string) =>
      (sites.find((site) => site.function === name)?.bytes ?? Number.NaN) / 20_000;
    // 16 bytes more each until the function is optimized.
    expect(each('points')).toBeGreaterThanOrEqual(40);
    expect(each('points')).toBeLessThan(40 + 16 + 1);
    expect(each('')).toBeGreaterThanOrEqual(32 + 8);
    expect(Math.round(each('copies'))).toBe(8);
    expect(environment.flags.sites).not.toContain('--gc-global');
  });

  it('survive the run file', async () => {
    const result = await measure('both');
    const copy = MemoryResult.fromBlob(JSON.parse(JSON.stringify(result)));
    expect(copy.objectSites).toEqual(result.objectSites);
  });

  it('and the count stand though the program prints; what is cut is not available', async () => {
    expect((await measure('prints', [false])).objectKinds).toContainEqual(
      expect.objectContaining({ kind: 'Object', objects: expect.any(Number) }),
    );
    await expect(measure('prints', [true])).rejects.toMatchObject({ code: 'NOT_AVAILABLE' });
  });
});

describe('rss', () => {
  const held = 64 * 2 ** 20;
  const measure = (options: Partial<IsolateOptions>, bytes = 0) =>
    measureMemory(
      { module: jobs('resident'), export: 'touch', args: [bytes] },
      { isolate: true, rss: true, repeats: 1, ...options },
    );

  it('is right in a small child of a parent that holds 1 GB', async () => {
    const ballast = Buffer.alloc(2 ** 30, 1);
    expect(process.memoryUsage.rss()).toBeGreaterThan(2 ** 30);
    const { rssBytes = Number.NaN } = await measure({});
    expect(rssBytes).toBeGreaterThan(25e6);
    expect(rssBytes).toBeLessThan(100e6);
    expect(ballast.length).toBe(2 ** 30);
  });

  it('rises by what one call touches, though it is freed again; warm-up and passes do not add up', async () => {
    const { rssBytes: without = Number.NaN } = await measure({ rssPasses: 3 });
    const result = await measure({ rssPasses: 3, warmup: 2 }, held);
    const grown = (result.rssBytes ?? Number.NaN) - without;
    expect(grown).toBeGreaterThan(0.95 * held);
    expect(grown).toBeLessThan(1.1 * held);
    expect(result.unaligned.rss_bytes).toHaveLength(3);
  });

  it('has one entry per pass unless it is capped, and the user’s flags', async () => {
    const result = await measure({ repeats: 2, nodeFlags: ['--max-old-space-size=300'] });
    expect(result.samples.map(({ rss_bytes: rss }) => typeof rss)).toEqual(['number', 'number']);
    expect(result.unaligned).toEqual({});
    expect(result.environment.flags.rss).toEqual(['--max-old-space-size=300']);
  });

  it('reports the action’s error', async () => {
    const run = measureMemory(
      { module: jobs('resident'), export: 'failsColdly' },
      { isolate: true, rss: true, repeats: 1 },
    );
    await expect(run).rejects.toMatchObject({ code: 'ACTION_FAILED', cause: { message: 'no preload here' } });
  });
});
