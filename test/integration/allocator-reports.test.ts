// benchmem_allocator.h: an allocator inside an addon reports its blocks, exact to the byte, preloaded and attached, and
// works as before where there is no benchmem. The rules of its opening comment are checked.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { blocks, mebibyte } from '../fixtures/measured/native-allocator-actions.mjs';
import { builtApi } from '../support/built-api.js';
import type { AllocatorReport, Level, PoolReport } from './allocator-reports-child.js';

const addons = { example: testAddon('native-allocator'), reports: testAddon('pool-reports') };
const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']);

function changes({ levels }: PoolReport): readonly Level[] {
  const subtract = (now: Level, before: Level) =>
    Object.fromEntries(
      Object.entries(now).map(([name, value]) => [name, value - before[name as keyof Level]]),
    );
  return levels.slice(1).map((level, index) => subtract(level, levels[index] as Level) as unknown as Level);
}

const none: Level = { allocations: 0, total: 0, live: 0, peak: 0, olderBlocks: 0, olderBytes: 0 };
const taken = (bytes: number, peak = bytes): Level => ({
  ...none,
  allocations: 1,
  total: bytes,
  live: bytes,
  peak,
});

function expectExactPool(pool: PoolReport): void {
  expect(changes(pool)).toEqual([
    taken(1000),
    taken(1),
    taken(0),
    { ...taken(19_999), total: 20_000 },
    { ...none, live: -1000 },
    { ...none, olderBlocks: 1, olderBytes: 5000 },
    taken(7, 0),
    { ...none, live: -20_007, olderBlocks: 1, olderBytes: 300 },
    taken(64, 0),
  ]);
  expect(pool.ofObject).toEqual([6, 21_072, 64]);
  expect(pool.otherMappings).toEqual([]);
  expect(pool.poolsAfterClose).toBe(0);
}

describe.each(nodes)('on Node $major', ({ executable: node }) => {
  it.each(['attached', 'jemalloc', 'system'])('%s: exact to the byte, the rules checked', async (mode) => {
    const file = bundleEntry('test/integration/allocator-reports-child.ts');
    const flags = ['--expose-gc'];
    const report = (await runMeasured({ node, mode, file, plan: addons, flags })) as AllocatorReport;
    expectExactPool(report.mapped);
    expect(report.mapped.pools).toMatchObject([{ mappedBy: 'pool', committedBytes: mebibyte }]);
    expectExactPool(report.allocated);
    expect(report.allocated.pools).toEqual([]);
    expect(changes(report.openedInside)).toEqual([none, taken(4096), taken(10)]);
    expect(report.codes).toEqual({
      plain: 'none',
      misaligned: 'INVALID_REPORT',
      misalignedFree: 'INVALID_REPORT',
      twice: 'INVALID_REPORT',
      again: 'none',
      countedSlab: 'INVALID_REPORT',
      leftOpen: 'INVALID_REPORT',
      stillOpen: 'INVALID_REPORT',
      ended: 'none',
      endedTwice: 'none',
      afterwards: 'none',
    });
    expect(report.found).toEqual(mode === 'attached' ? [false, true, false, true] : [true, true]);
  });
});

describe('a pool of 64 MiB', () => {
  const module = fileURLToPath(new URL('../fixtures/measured/native-allocator-actions.mjs', import.meta.url));

  it.each([
    ['preloaded', {}],
    ['attached', { attached: true }],
  ])('%s: its blocks are in the peak, its pages are no unseen memory', async (_mode, options) => {
    const result = await builtApi.measureMemory(
      { module, export: 'fillPool' },
      { isolate: true, repeats: 1, ...options },
    );
    expect(result.native.peakBytes).toBeGreaterThanOrEqual(blocks * mebibyte);
    expect(result.native.peakBytes).toBeLessThan(blocks * mebibyte + 65_536);
    expect(result.bySharedObject).toContainEqual({
      object: addons.example,
      source: 'program',
      allocations: blocks,
      totalBytes: blocks * mebibyte,
    });
    expect(result.warnings.filter(({ code }) => code === 'UNSEEN_MEMORY')).toEqual([]);
  });

  it('64 MiB from a bare system call are told by the kernel, without a name', async () => {
    const result = await builtApi.measureMemory(
      { module, export: 'systemCall' },
      { isolate: true, repeats: 1, warmup: 0 },
    );
    const unseen = result.warnings.filter(({ code }) => code === 'UNSEEN_MEMORY');
    expect(unseen).toHaveLength(1);
    expect(unseen[0]?.objects).toBeUndefined();
    expect(unseen[0]?.bytes).toBeGreaterThan(63 * mebibyte);
    expect(unseen[0]?.bytes).toBeLessThan(72 * mebibyte);
  });
});

describe('the header', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'benchmem-header-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('without benchmem: the addon works and finds nobody', () => {
    const script = `
      const { example, reports } = JSON.parse(process.argv[1]);
      const bump = require(example);
      for (const mapped of [0, 1]) {
        bump.open(mapped, 1 << 20);
        bump.resize(bump.take(1000), 2000);
        bump.release(0);
        bump.close();
      }
      console.log(require(reports).isFound());`;
    const argv = ['-e', script, JSON.stringify(addons)];
    expect(execFileSync(process.execPath, argv, { encoding: 'utf8' }).trim()).toBe('false');
  });

  const text = `#include <benchmem_allocator.h>
    void* give(void* block) { benchmem_allocated(block, 16); benchmem_freed(block); return block; }\n`;
  it.each([
    ['gcc', '-std=c99', 'c', []],
    ['gcc', '-std=c11', 'c', ['-O2', '-fvisibility=hidden', '-Wl,-z,defs', '-Wl,-Bsymbolic']],
    ['g++', '-std=c++11', 'cpp', []],
    ['g++', '-std=c++20', 'cpp', ['-O2', '-fvisibility=hidden', '-Wl,-z,defs']],
  ])(
    '%s %s .%s compiles without a warning and links to nothing of ours',
    (compiler, standard, ending, flags) => {
      const source = join(folder, `user.${ending}`);
      const output = join(folder, 'user.so');
      writeFileSync(source, text);
      const strict = [
        '-Wall',
        '-Wextra',
        '-Wpedantic',
        '-pedantic-errors',
        '-Werror',
        '-Wno-unused-function',
      ];
      const args = [standard, ...strict, ...flags, `-I${root}/native/include`, '-shared', '-fPIC', source];
      execFileSync(compiler, [...args, '-o', output], { stdio: 'pipe' });
      const symbols = execFileSync('readelf', ['--wide', '--dyn-syms', '--relocs', output], {
        encoding: 'utf8',
      });
      expect(symbols).toMatch(/R_(X86_64|AARCH64)_GLOB_DA.*benchmem_allocator_provider_v1/);
      expect(symbols).toMatch(/WEAK\s+DEFAULT\s+UND benchmem_allocator_provider_v1/);
    },
  );
});
