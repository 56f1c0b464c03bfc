// Isolated measurements against the built package: right numbers, the child's world, and the same bytes twice.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { IsolateOptions } from '../../src/engine/options.js';
import type { Sample } from '../../src/engine/result/sample.js';
import { builtApi } from '../support/built-api.js';

const { measureMemory, measurePeak, MemoryResult } = builtApi;
const module = fileURLToPath(new URL('../fixtures/jobs/well-behaved.mjs', import.meta.url));

type Options = Partial<IsolateOptions>;

const run = (name: string, args: readonly unknown[] = [], options: Options = {}) =>
  measureMemory({ module, export: name, args }, { isolate: true, repeats: 2, ...options });

// What jemalloc maps depends on when its other threads came, by a few pages.
function withoutMapped({
  mapped_peak_bytes: _,
  requested_at_mapped_peak_bytes: __,
  ...rest
}: Sample): Sample {
  return rest;
}

const modes: ReadonlyArray<readonly [string, Options]> = [
  ['jemalloc', {}],
  ['the system allocator', { allocator: 'system' }],
  ['no preload', { attached: true }],
];

describe.concurrent.each(modes)('a child with %s', (_mode, options) => {
  it('counts Buffers exactly', async () => {
    const result = await run('buffers', [100, 50_000], options);
    expect([result.allocations, result.native.totalBytes, result.native.peakBytes]).toEqual([
      100, 5_000_000, 5_000_000,
    ]);
    expect(result.peakBytes).toBeGreaterThanOrEqual(5_000_000);
    expect(result.peakBytes).toBeLessThan(5_300_000);
    expect(result.warnings).toEqual([]);
  });

  it('knows what is retained', async () => {
    const bytes = 3_000_000;
    const retained = (await run('keep', [bytes], { ...options, repeats: 4 })).series('retained_bytes') ?? [];
    expect(retained).toHaveLength(4);
    for (const value of retained.slice(2)) expect(Math.abs(value - bytes)).toBeLessThan(16_384);
  });

  it('hands over what setup made, outside the window', async () => {
    const setup = { module, export: 'prepare', args: [1_000_000] };
    const result = await run('copy', [], { ...options, setup });
    expect([result.allocations, result.native.totalBytes]).toEqual([1, 1_000_000]);
  });
});

describe.concurrent('the peak', () => {
  const expected = 134_217_728;
  it.each(['keySync', 'keyAsync'])('of %s shows what no collection saw', async (name) => {
    const peak = await measurePeak({ module, export: name }, { isolate: true, repeats: 1 });
    expect(Math.abs(peak - expected) / expected).toBeLessThan(0.01);
  });

  it('is the sum of its parts', async () => {
    for (const sample of (await run('objects', [20_000])).samples) {
      const parts = [
        sample.native_at_peak_bytes,
        sample.js_at_peak_bytes,
        sample.mapped_other_at_peak_bytes ?? 0,
      ];
      expect(parts.reduce((sum = 0, part = Number.NaN) => sum + part, 0)).toBe(sample.peak_bytes);
    }
  });
});

describe('mapped', () => {
  it('covers what was requested just then, and exists with jemalloc only', async () => {
    const [{ mapped_peak_bytes: mapped = 0, requested_at_mapped_peak_bytes: requested = 0 } = {}] = (
      await run('buffers', [100, 50_000])
    ).samples;
    expect(mapped).toBeGreaterThanOrEqual(requested);
    expect(requested).toBeGreaterThan(4_000_000);
    expect((await run('nothing', [], { allocator: 'system' })).mappedPeakBytes).toBeUndefined();
  });
});

describe('two runs side by side', () => {
  it.each([
    ['buffers', [100, 50_000]],
    ['objects', [20_000]],
    ['nothing', []],
  ] as const)('of %s give the same bytes', async (name, args) => {
    const [first, second] = await Promise.all([run(name, args), run(name, args)]);
    expect(second.samples.map(withoutMapped)).toEqual(first.samples.map(withoutMapped));
    expect(second.bySharedObject).toEqual(first.bySharedObject);
  });
});

describe('the world of a child', () => {
  async function reveal(options: Options = {}) {
    const error = await run('revealEnvironment', [], options).catch((reason: unknown) => reason);
    const { cause } = error as { cause: Error };
    return JSON.parse(cause.message) as { env: Record<string, string>; flags: string[] };
  }

  it('has no trace of ours in its environment when user code runs', async () => {
    process.env.NODE_COMPILE_CACHE = '/nowhere';
    process.env.NODE_V8_COVERAGE = '/nowhere';
    try {
      const { env, flags } = await reveal();
      expect(env).toEqual({});
      expect(flags).not.toContain('--predictable');
    } finally {
      delete process.env.NODE_COMPILE_CACHE;
      delete process.env.NODE_V8_COVERAGE;
    }
  });

  it('has the user’s preload entries', async () => {
    const library = `/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libm.so.6`;
    process.env.LD_PRELOAD = library;
    try {
      expect((await reveal()).env.LD_PRELOAD).toBe(library);
    } finally {
      delete process.env.LD_PRELOAD;
    }
  });

  it('counts the programs that an action starts, and says that they are not included', async () => {
    const result = await run('startPrograms', [], { repeats: 1 });
    expect(result.childProcesses).toBe(2);
    expect(result.warnings.map(({ code }) => code)).toEqual(['CHILD_PROCESSES']);
  });

  it('counts those of workers, too, and those that could not become a program', async () => {
    expect((await run('startProgramsElsewhere', [], { repeats: 1 })).childProcesses).toBe(2);
  });
});

describe('the result', () => {
  it('says under what it was measured, and survives JSON', async () => {
    const result = await run('buffers', [10, 1000], { repeats: 2, nodeFlags: ['--max-old-space-size=512'] });
    expect(result.environment).toMatchObject({
      mode: 'preloaded',
      allocator: { name: 'jemalloc', version: '5.3.0' },
      node: process.versions.node,
      engineSplit: 'symbols',
      olderSizes: 'requested, else usable',
    });
    expect(result.environment.flags.accounting).toEqual([
      '--max-old-space-size=512',
      '--predictable',
      '--no-incremental-marking',
      '--heap-growing-percent=50',
      '--no-memory-reducer',
      '--no-compact',
      '--no-flush-bytecode',
    ]);
    expect({ ...MemoryResult.fromBlob(JSON.parse(JSON.stringify(result))) }).toEqual({ ...result });
  });

  it('takes arguments by structured clone, and warns where they are large', async () => {
    const args = [{ when: new Date(0), bytes: new Uint8Array(2 ** 21), map: new Map([[1n, /x/u]]) }];
    const result = await run('count', args, { repeats: 1 });
    expect(result.warnings.map(({ code }) => code)).toEqual(['LARGE_ARGUMENTS']);
    expect(result.allocations).toBe(0);
  });

  it('is the same for TypeScript, whose loader does not show', async () => {
    const typescript = fileURLToPath(new URL('../fixtures/jobs/typed.ts', import.meta.url));
    const result = await measureMemory(
      { module: typescript, export: 'buffers', args: [100] },
      { isolate: true },
    );
    expect([result.allocations, result.native.totalBytes]).toEqual([100, 100 * 50_000]);
  });
});

describe('an ES module user', () => {
  it('gets the same', () => {
    const program = `import { measurePeak } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      const peak = await measurePeak({ module: ${JSON.stringify(module)}, export: 'buffers', args: [100, 50000] },
        { isolate: true, repeats: 1 });
      console.log(peak > 5e6 && peak < 5.3e6);`;
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect(output).toBe('true\n');
  });
});
