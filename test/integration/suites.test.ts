// The shipped workloads: each can be measured; the synchronous ones are large enough and repeat byte for byte.
// BENCHMEM_SUITE_RUNS=20 makes more than two fresh runs of each.
import { readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtApi } from '../support/built-api.js';
import { exactFields } from '../support/exact-fields.js';

const { measureMemory } = builtApi;
const folder = fileURLToPath(new URL('../../benchmarks/suites/', import.meta.url));
const runs = Number(process.env.BENCHMEM_SUITE_RUNS ?? 2);
const leastBytes = 1_000_000;

interface Workload {
  readonly id: string;
  readonly module: string;
  readonly name: string;
  readonly hasSetup: boolean;
  readonly isAsync: boolean;
}

const files = readdirSync(folder).filter((file) => /\.(mjs|ts)$/.test(file));
const workloads = (await Promise.all(files.map(workloadsOf))).flat();

async function workloadsOf(file: string): Promise<Workload[]> {
  const module = `${folder}${file}`;
  const { setup, ...exported } = (await import(pathToFileURL(module).href)) as Record<string, unknown>;
  return Object.entries(exported).map(([name, action]) => ({
    id: `${file}::${name}`,
    module,
    name,
    hasSetup: setup !== undefined,
    isAsync: Object.prototype.toString.call(action) === '[object AsyncFunction]',
  }));
}

function measure({ module, name, hasSetup }: Workload, repeats: number) {
  const setup = hasSetup ? { setup: { module, export: 'setup' } } : {};
  return measureMemory({ module, export: name }, { isolate: true, repeats, ...setup });
}

it('has both kinds of workload', () => {
  const asynchronous = workloads.filter(({ isAsync }) => isAsync).length;
  expect(asynchronous).toBeGreaterThanOrEqual(4);
  expect(workloads.length - asynchronous).toBeGreaterThanOrEqual(15);
});

describe('a synchronous workload', () => {
  it.each(workloads.filter(({ isAsync }) => !isAsync))(
    '$id',
    { timeout: 180_000 * runs },
    async (workload) => {
      const results = [];
      for (let run = 0; run < runs; run += 1) results.push(await measure(workload, 2));
      expect(results[0]?.totalBytes).toBeGreaterThan(leastBytes);
      const figures = results.map((result) => exactFields.map((field) => [field, result.series(field)]));
      for (const later of figures.slice(1)) expect(later).toEqual(figures[0]);
    },
  );
});

describe('an asynchronous workload', () => {
  it.each(workloads.filter(({ isAsync }) => isAsync))('$id', async (workload) => {
    const result = await measure(workload, 1);
    expect(result.peakBytes).toBeGreaterThan(leastBytes);
    expect(result.warnings).toEqual([]);
  });
});
