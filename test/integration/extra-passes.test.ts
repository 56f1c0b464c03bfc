// The opt-in passes against the built package: object counts that are known, and the resident high-water mark of small
// children. The same on another Node: run vitest with it.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { IsolateOptions } from '../../src/engine/options.js';
import { builtApi } from '../support/built-api.js';

const { measureMemory, MemoryResult } = builtApi;
const jobs = (name: string) => fileURLToPath(new URL(`../fixtures/jobs/${name}.mjs`, import.meta.url));

function count(name: string, args: readonly unknown[], options: Partial<IsolateOptions> = {}) {
  const module = jobs('object-counts');
  return measureMemory(
    { module, export: name, args },
    { isolate: true, repeats: 1, objects: true, setup: { module, export: 'prepare' }, ...options },
  );
}

const timeout = 120_000;

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
    timeout,
  );

  it(
    'are counted across collections, and in cold code',
    async () => {
      expect((await count('churn', [100_000, 12])).objects).toBe(2_400_000);
      expect((await count('churn', [100_000, 2], { warmup: 0 })).objects).toBe(400_000);
      expect((await count('churn', [1000, 2], { calls: 5 })).objects).toBe(20_000);
    },
    timeout,
  );

  it(
    'of nothing are none, and instances and arrays are told apart',
    async () => {
      expect((await count('nothing', [])).objects).toBe(0);
      const { objects, objectKinds } = await count('mixed', [500]);
      expect(objects).toBe(1001);
      expect(objectKinds?.map(({ kind, objects: each }) => [kind, each])).toEqual([
        ['Array', 500],
        ['Object', 500],
        ['Map', 1],
      ]);
    },
    timeout,
  );

  it(
    'survive the run file as a series of their own',
    async () => {
      const result = await count('closures', [10], { repeats: 3 });
      expect(result.toBlob()).toMatchObject({ unaligned: { objects: [20] } });
      const copy = MemoryResult.fromBlob(JSON.parse(JSON.stringify(result)));
      expect([copy.objects, copy.objectKinds]).toEqual([20, result.objectKinds]);
    },
    timeout,
  );
});

describe('rss', () => {
  const held = 64 * 2 ** 20;
  const measure = (options: Partial<IsolateOptions>, bytes = 0) =>
    measureMemory(
      { module: jobs('resident'), export: 'touch', args: [bytes] },
      { isolate: true, rss: true, repeats: 1, ...options },
    );

  it(
    'is right in a small child of a parent that holds 1 GB',
    async () => {
      const ballast = Buffer.alloc(2 ** 30, 1);
      expect(process.memoryUsage.rss()).toBeGreaterThan(2 ** 30);
      const { rssBytes = Number.NaN } = await measure({});
      expect(rssBytes).toBeGreaterThan(25e6);
      expect(rssBytes).toBeLessThan(100e6);
      expect(ballast.length).toBe(2 ** 30);
    },
    timeout,
  );

  it(
    'rises by what one call touches, though it is freed again; warm-up and passes do not add up',
    async () => {
      const { rssBytes: without = Number.NaN } = await measure({ rssPasses: 3 });
      const result = await measure({ rssPasses: 3, warmup: 2 }, held);
      const grown = (result.rssBytes ?? Number.NaN) - without;
      expect(grown).toBeGreaterThan(0.95 * held);
      expect(grown).toBeLessThan(1.1 * held);
      expect(result.unaligned.rss_bytes).toHaveLength(3);
    },
    timeout,
  );

  it(
    'has one entry per pass unless it is capped, and the user’s flags',
    async () => {
      const result = await measure({ repeats: 2, nodeFlags: ['--max-old-space-size=300'] });
      expect(result.samples.map(({ rss_bytes: rss }) => typeof rss)).toEqual(['number', 'number']);
      expect(result.unaligned).toEqual({});
      expect(result.environment.flags.rss).toEqual(['--max-old-space-size=300']);
    },
    timeout,
  );

  it('reports the action’s error', async () => {
    const run = measureMemory(
      { module: jobs('resident'), export: 'failsColdly' },
      { isolate: true, rss: true, repeats: 1 },
    );
    await expect(run).rejects.toMatchObject({ code: 'ACTION_FAILED', cause: { message: 'no preload here' } });
  });
});
