// What stays, asked by people whose programs were answered wrongly: each case is named by the question.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import type { MemoryResult } from '../../src/index.js';
import { nodesAtHand } from '../integration/nodes-at-hand.js';
import { builtApi } from '../support/built-api.js';
import { measureOnNode } from '../support/isolated-on-node.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/field/${name}`, import.meta.url));
const run = promisify(execFile);
const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const codesOf = ({ warnings }: MemoryResult) => warnings.map(({ code }) => code);

// Node 20 always, and with BENCHMEM_FULL=1 the newest at hand too.
const newest = nodesAtHand.at(-1)?.major;
const isAsked = ({ major }: { readonly major: string }) =>
  major === nodesAtHand[0]?.major || (process.env.BENCHMEM_FULL === '1' && major === newest);

function expectAbout({ retainedBytes = Number.NaN }: MemoryResult, bytes: number, off: number): void {
  expect(retainedBytes).toBeGreaterThan(bytes - off);
  expect(retainedBytes).toBeLessThan(bytes + off);
}

describe.each(nodesAtHand.filter(isAsked))('on Node $major', ({ node: execPath, major }) => {
  const measure = (name: string, file = 'kept.mjs', cold = false) =>
    measureOnNode({ execPath, module: fixture(file), name, ...(cold && { cold }) });

  it.each([
    ['wasm', 100],
    ['resizable', 200],
    ['growableShared', 200],
  ])('where do the buffers of %s go? %d MiB stay', async (name, mebibytes) => {
    expectAbout(await measure(name), mebibytes * mebibyte, 64 * kibibyte);
  });

  it.each(['wasmDropped', 'replaced', 'storageShared', 'timers'])(
    'does %s leak? Nothing stays',
    async (name) => {
      expectAbout(await measure(name), 0, 32 * kibibyte);
    },
  );

  // Since Node 24 a storage stands in no list of the process.
  it('what does an AsyncLocalStorage per task keep? About 68 KiB in 300 tasks, since Node 24 nothing', async () => {
    const result = await measure('storagePerTask');
    const [bytes, off] = Number(major) < 24 ? [68 * kibibyte, 24 * kibibyte] : [0, 32 * kibibyte];
    expectAbout(result, bytes, off);
  });

  it('does a worker keep what was sent to it? What is dropped is gone, what is held stays', async () => {
    expectAbout(await measure('dropped', 'worker.mjs'), 0, mebibyte);
    expectAbout(await measure('held', 'worker.mjs'), 50 * mebibyte, mebibyte);
  });

  it('what if a worker does not answer? A warning says so, and the measurement goes on', async () => {
    const result = await measure('besideBusyWorker', 'worker.mjs');
    expect(codesOf(result)).toContain('UNDRAINED_ISOLATE');
  });

  it('what does the first call keep? Warm nothing stays, cold the whole table', async () => {
    expectAbout(await measure('fillsOnce'), 0, 32 * kibibyte);
    const cold = await measure('fillsOnce', 'kept.mjs', true);
    expect(cold.retainedBytes).toBeGreaterThan(1.5 * mebibyte);
    expect(cold.repeats).toBe(3);
  });

  it('what does a lazy require cost? The first call holds the module', async () => {
    expectAbout(await measure('lazy', 'loads.cjs'), 0, 32 * kibibyte);
    expect((await measure('lazy', 'loads.cjs', true)).retainedBytes).toBeGreaterThan(mebibyte);
  });
});

describe('in this process', () => {
  it('where does WebAssembly memory go? 100 MiB stay', async () => {
    const { measureMemory } = builtApi;
    const result = await measureMemory({ module: fixture('kept.mjs'), export: 'wasm' }, { repeats: 2 });
    expectAbout(result, 100 * mebibyte, 256 * kibibyte);
  });
});

// A process of its own for each, because no other worker may stand beside it.
describe.each(nodesAtHand.filter(isAsked))("in one's own process, on Node $major", ({ node }) => {
  const measureHere = async (name: string) => {
    const { stdout } = await run(node, [fixture('attached-worker-child.mjs'), name]);
    return JSON.parse(stdout) as { retainedBytes: number; said: string[] };
  };

  it('does a worker that was there before keep what was sent to it? What is dropped is gone', async () => {
    const dropped = await measureHere('dropped');
    expect(Math.abs(dropped.retainedBytes)).toBeLessThan(mebibyte);
    expect(dropped.said).toEqual([]);
  });

  it('and what is held stays', async () => {
    const { retainedBytes, said } = await measureHere('held');
    expect(Math.abs(retainedBytes - 50 * mebibyte)).toBeLessThan(mebibyte);
    expect(said).toEqual([]);
  });

  it('do workers that end, or observe themselves, end the process well?', async () => {
    expect((await measureHere('endsAfterwards')).said).toEqual([]);
    expect((await measureHere('observesItself')).said).toEqual([]);
  });
});

describe('the simulation that the choice of the trend rests on', () => {
  it('prints the table of docs/decisions/retained.md', () => {
    const table = execFileSync(process.execPath, ['benchmarks/retained/run.mjs', '--check'], { cwd: root });
    expect(readFileSync(`${root}/docs/decisions/retained.md`, 'utf8')).toContain(String(table).trim());
  });
});
