// "My addon runs code in isolates of its own: is their memory in your figures?" It is, as a worker's is, from their making to
// their end; what is in none is said; and what ordinary programs do is never taken for it. Our own addon on the running
// Node; isolated-vm on every Node at hand with BENCHMEM_FULL=1.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { testAddon } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { nodesAtHand } from '../integration/nodes-at-hand.js';
import { isolatedVmFor, isolatedVmVersions } from '../support/isolated-vm.js';

const run = promisify(execFile);
const isFull = process.env.BENCHMEM_FULL === '1';
const mebibyte = 1024 * 1024;
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/field/${name}`, import.meta.url));
const ways = ['preloaded', 'attached'] as const;

interface Told {
  readonly code: string;
  readonly subject: string;
  readonly bytes?: number;
}

interface Measured {
  readonly name: string;
  readonly told: readonly Told[];
  readonly figures: Readonly<Record<string, readonly number[]>>;
}

interface RunFile {
  readonly benchmarks: readonly {
    readonly name: string;
    readonly extra_info: { readonly benchmem: { readonly warnings: readonly Told[] } };
  }[];
}

async function measured(
  node: string,
  operand: readonly string[],
  way: (typeof ways)[number],
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Measured[]> {
  const argv = [`${root}/bin/benchmem.js`, 'measure', ...operand, '--repeats', '1', '--json', '-'];
  const { stdout } = await run(node, [...argv, ...(way === 'attached' ? ['--attached'] : [])], {
    env: { ...process.env, ...env },
    maxBuffer: 64 * mebibyte,
  });
  const { benchmarks } = JSON.parse(stdout) as RunFile;
  return benchmarks.map(({ name, extra_info: { benchmem } }) => ({
    name,
    told: benchmem.warnings,
    figures: benchmem as unknown as Measured['figures'],
  }));
}

// 100,000 rows are 7 MiB, and what was garbage between them 3 MiB more: never nothing, never two calls' worth.
function expectOneCall(bytes: number | undefined): void {
  expect(bytes).toBeGreaterThan(6 * mebibyte);
  expect(bytes).toBeLessThan(16 * mebibyte);
}

function describeEmbedded(
  node: string,
  env: Readonly<Record<string, string>>,
  more: readonly string[],
): void {
  const operand = (name: string) => [fixture('embedded-isolates.cjs'), '--export', name];
  const one = async (name: string, way: (typeof ways)[number]) => {
    const [result] = await measured(node, operand(name), way, env);
    if (result === undefined) throw new Error(`${name} has no figures`);
    return result;
  };

  it.each(ways)('that are kept are in peak, allocated and retained, %s', async (way) => {
    const { told, figures } = await one('kept', way);
    for (const field of ['peak_bytes', 'js_peak_bytes', 'js_total_bytes', 'retained_bytes'])
      expectOneCall(figures[field]?.[0]);
    // Nobody but the addon can have garbage in them collected.
    expect(told).toMatchObject([{ code: 'UNDRAINED_ISOLATE', subject: 'retained' }]);
  });

  describe.each(['disposed', 'disposedOnThread', ...more])(
    'made and disposed of in one call (%s)',
    (name) => {
      it.each(ways)('are in peak and allocated, and retain nothing, %s', async (way) => {
        const { told, figures } = await one(name, way);
        for (const field of ['peak_bytes', 'js_peak_bytes', 'js_total_bytes'])
          expectOneCall(figures[field]?.[0]);
        expect(Math.abs(figures.retained_bytes?.[0] ?? Number.NaN)).toBeLessThan(64 * 1024);
        expect(told).toEqual([]);
      });
    },
  );

  it.each(ways)('that make a snapshot are in peak and allocated, %s', async (way) => {
    const { told, figures } = await one('snapshot', way);
    expectOneCall(figures.js_peak_bytes?.[0]);
    expect(figures.js_total_bytes?.[0]).toBeGreaterThan(6 * mebibyte);
    expect(told).toEqual([]);
  });

  it.each(ways)("have their buffers counted as the program's memory, %s", async (way) => {
    const { figures } = await one('buffers', way);
    expect(figures.native_peak_bytes?.[0]).toBeGreaterThanOrEqual(20 * mebibyte);
    expect(figures.native_peak_bytes?.[0]).toBeLessThan(20.2 * mebibyte);
    expect(figures.engine_peak_bytes?.[0]).toBeLessThan(8 * mebibyte);
  });

  it('that are older than the first measurement are told as unseen memory', async () => {
    const { stdout } = await run(node, [fixture('embedded-isolates.cjs')], {
      env: { ...process.env, ...env },
    });
    const told = (JSON.parse(stdout) as Told[]).filter(({ code }) => code === 'UNSEEN_MEMORY');
    expect(told).toMatchObject([{ subject: 'unobserved isolates' }]);
    expectOneCall(told[0]?.bytes);
  });
}

const ownAddon = testAddon('isolates');
describe.skipIf(!existsSync(ownAddon))(
  "isolates of our addon (skipped: V8's headers are not installed)",
  () => {
    describeEmbedded(process.execPath, { ISOLATES_ADDON: ownAddon }, ['disposedOfNode']);
  },
);

if (isFull) {
  describe.each(nodesAtHand)('isolates of isolated-vm on Node $major', ({ major, node }) => {
    const module = isolatedVmFor(major, node);
    if (module === undefined)
      return it.skip(`isolated-vm ${isolatedVmVersions[major]} needs the headers of Node ${major}`);
    describeEmbedded(node, { ISOLATED_VM: module }, []);
  });
}

describe.each(isFull ? nodesAtHand : nodesAtHand.slice(0, 1))('on Node $major', ({ node }) => {
  it.each(ways)('nothing is said of programs that have no other isolate, %s', async (way) => {
    const all = await measured(node, [fixture('ordinary.mjs'), '--all'], way);
    expect(all).toHaveLength(7);
    const unseen = (told: readonly Told[]) => told.some(({ code }) => code === 'UNSEEN_MEMORY');
    expect(all.filter(({ told }) => unseen(told))).toEqual([]);
  });
});
