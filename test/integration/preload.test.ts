// libbenchmem.so in real processes, on every Node at hand and over both allocators: it starts, leaves no trace in the
// environment, keeps the promises of malloc, survives fork, and says truly what jemalloc mapped.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import { nativeOutputs, root } from '../../scripts/lib/paths.mjs';
import type { AllocatorReading } from '../../src/native/contract.js';
import type { PreloadPlan } from './preload-child.js';

const file = bundleEntry('test/integration/preload-child.ts');
const preload = String(nativeOutputs[1]);
const counter = testAddon('completeness').replace(/([^/]+)\.node$/, 'lib$1.so');
const addons = { probe: testAddon('probe'), 'entry-points': testAddon('entry-points') };
const allocators = ['jemalloc', 'system'] as const;
const megabyte = 1024 * 1024;

/** The running Node, and those that the node matrix has fetched. */
const others = ['22', '24', '26'].map((major) => `${root}/.node-matrix/node_modules/node${major}/bin/node`);
const nodes = [process.execPath, ...others.filter((path) => existsSync(path))];
const everywhere = nodes.flatMap((node) =>
  allocators.map((mode) => ({ node, mode, major: execFileSync(node, ['-v'], { encoding: 'utf8' }).trim() })),
);

interface Where {
  readonly node?: string;
  readonly mode?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function run(scenario: PreloadPlan['scenario'], where: Where = {}): Promise<unknown> {
  return runMeasured({ mode: 'jemalloc', file, plan: { scenario, addons }, ...where });
}

const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime: string } };
const glibcVersion = report.header.glibcVersionRuntime;

describe.each(everywhere)('$major over $mode', ({ node, mode }) => {
  it('starts', () => {
    const env = { LD_PRELOAD: preload, BENCHMEM_ALLOCATOR: mode };
    expect(execFileSync(node, ['-p', '1 + 1'], { env, encoding: 'utf8' })).toBe('2\n');
  });

  it('leaves nothing behind in the environment, and preloads no program that it starts', async () => {
    expect(await run('world', { node, mode })).toEqual({
      description: expect.objectContaining({
        mode: 'preloaded',
        allocator:
          mode === 'jemalloc'
            ? { name: 'jemalloc', version: '5.3.0' }
            : { name: 'glibc', version: glibcVersion },
        engineSplit: 'symbols',
      }),
      preloaded: true,
      child: { variables: 'unset unset', preloaded: false },
    });
  });

  it('bears workers, the pool, zlib, crypto and the resolver', async () => {
    expect(await run('work', { node, mode })).toEqual({
      exits: [0, 0, 0],
      inflated: Array(8).fill(true),
      keys: 1,
      brotli: 50_000,
      address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      objects: 50_000,
    });
  });

  it('bears native packages', async () => {
    expect(await run('packages', { node, mode })).toEqual({ width: 100, height: 75, css: 'a{color:red}' });
  });

  it('keeps what malloc, the aligned forms and operator new promise, in a window and outside', async () => {
    const { outside, inside, allocations } = (await run('entryPoints', { node, mode })) as {
      outside: string[];
      inside: string[];
      allocations: number;
    };
    expect({ outside, inside }).toEqual({ outside: [], inside: [] });
    expect(allocations).toBeGreaterThan(1000);
  });

  it('forks with busy threads inside a window: the child has none, and can open its own', async () => {
    expect(await run('fork', { node, mode })).toEqual({ failures: [], next: megabyte });
  });
});

describe('the environment', () => {
  it.each(allocators)('keeps what else the user preloads, over %s', async (mode) => {
    const env = { LD_PRELOAD: `${preload}:${counter}` };
    expect(await run('world', { mode, env })).toMatchObject({
      description: { allocator: { name: mode === 'jemalloc' ? 'jemalloc' : basename(counter) } },
      preload: counter,
      preloaded: true,
      child: { variables: `${counter} unset`, preloaded: false },
    });
  });

  it('lets an allocator that the user preloads behind ours serve', async () => {
    const env = { LD_PRELOAD: `${preload} ${counter}` };
    expect(await run('entryPoints', { mode: 'system', env })).toMatchObject({ outside: [], inside: [] });
  });

  it.each(allocators)(
    'says so where another malloc comes first, and leaves it alone, over %s',
    async (mode) => {
      const attempt = run('world', { mode, env: { LD_PRELOAD: `${counter}:${preload}` } });
      await expect(attempt).rejects.toThrow(
        `another malloc comes before libbenchmem.so, which must be first in LD_PRELOAD: ${counter}`,
      );
    },
  );

  it('takes jemalloc when nothing says otherwise', async () => {
    const { description } = (await run('world', { env: { BENCHMEM_ALLOCATOR: '' } })) as {
      description: { allocator: { name: string } };
    };
    expect(description.allocator.name).toBe('jemalloc');
  });

  it('refuses an allocator that it does not know, and says which it knows', async () => {
    await expect(run('world', { env: { BENCHMEM_ALLOCATOR: 'tcmalloc' } })).rejects.toThrow(
      /BENCHMEM_ALLOCATOR must be jemalloc or system, not tcmalloc/,
    );
  });
});

describe('what jemalloc maps', () => {
  it('is exact for large blocks', async () => {
    const { nothing, transient, twice, kept, released } = (await run('mapped')) as Record<
      string,
      AllocatorReading
    >;
    expect(nothing).toMatchObject({ mappedPeakBytes: 0, requestedAtMappedPeakBytes: 0 });
    expect(transient).toMatchObject({
      mappedPeakBytes: 64 * megabyte,
      requestedAtMappedPeakBytes: 64 * megabyte,
    });
    expect(twice).toMatchObject({
      mappedPeakBytes: 32 * megabyte,
      requestedAtMappedPeakBytes: 32 * megabyte,
    });
    expect(kept).toMatchObject({
      mappedPeakBytes: 8 * megabyte,
      mappedBytes: Number(nothing?.mappedBytes) + 8 * megabyte,
    });
    expect(released).toMatchObject({ mappedPeakBytes: 0, mappedBytes: nothing?.mappedBytes });
    // Nothing is kept back: what is mapped is what live blocks lie on.
    for (const figures of [transient, kept, released])
      expect(figures?.mappedBytes).toBe(figures?.activeBytes);
  });

  it('is little more than what was asked for, when it grows by small blocks', async () => {
    const figures = (await run('growth')) as AllocatorReading;
    const asked = 20_000 * 1000;
    expect(figures.requestedAtMappedPeakBytes).toBeGreaterThan(asked * 0.98);
    expect(figures.mappedPeakBytes).toBeGreaterThanOrEqual(figures.requestedAtMappedPeakBytes);
    expect(figures.mappedPeakBytes).toBeLessThan(asked * 1.1);
  });

  it('is the same from run to run, except for pages that threads of V8 take when they get to run', async () => {
    const runs = await Promise.all([run('growth'), run('growth'), run('growth')]);
    const marks = runs.map((figures) => (figures as AllocatorReading).mappedPeakBytes);
    // On a busy machine a fifth of the runs have a page less.
    expect(Math.max(...marks) - Math.min(...marks)).toBeLessThanOrEqual(4 * 4096);
  });

  it('is absent where the system allocator serves', async () => {
    const { transient } = (await run('mapped', { mode: 'system' })) as { transient?: AllocatorReading };
    expect(transient).toBeUndefined();
  });
});
