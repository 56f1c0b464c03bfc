// Worker threads in a preloaded child: their JavaScript heaps are in the peak and in the total, however they were
// started and whether or not they are still there at the end. What depends on V8 is asked of four Nodes.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import { bytesPerObject } from '../fixtures/jobs/workers.mjs';
import { builtApi, builtIndex } from '../support/built-api.js';
import { measureOnNode } from '../support/isolated-on-node.js';

const { openWindow } = builtApi;
const module = fileURLToPath(new URL('../fixtures/jobs/workers.mjs', import.meta.url));

const mebibytes = 90;
const objects = (mebibytes * 2 ** 20) / bytesPerObject;
const held = objects * bytesPerObject;

interface Where {
  readonly setup?: string;
  readonly execPath?: string;
}

const measure = (
  name: string,
  args: readonly unknown[],
  { setup = 'endWorkers', execPath = process.execPath }: Where = {},
) => measureOnNode({ execPath, module, name, args, setup, repeats: 1, warmup: 0, nodeFlags: [] });

/** What the objects add to the same workers holding nothing, in bytes; `warned` are the codes of the result's warnings. */
async function added(
  name: string,
  rest: readonly unknown[] = [],
  where: Where = {},
  warned: readonly string[] = [],
) {
  const [empty, full] = await Promise.all([
    measure(name, [0, ...rest], where),
    measure(name, [objects, ...rest], where),
  ]);
  expect(full.warnings.map(({ code }) => code)).toEqual(warned);
  return { peak: full.peakBytes - empty.peakBytes, total: full.js.totalBytes - empty.js.totalBytes };
}

function expectNear(bytes: number, expected: number): void {
  expect(Math.abs(bytes - expected) / expected).toBeLessThan(0.02);
}

/** A worker that ends takes its share along: Buffers as large, allocated after its end, would double the peak otherwise. */
async function expectLeavesTheSum(where: Where = {}): Promise<void> {
  const after = await measure('endsInside', [objects, held], where);
  expect(after.native.peakBytes).toBeGreaterThanOrEqual(held);
  expect(after.peakBytes).toBeLessThan(1.2 * held);
}

describe('90 MiB of objects in a worker', () => {
  it.each([
    ['as it comes', [], []],
    ['with flags of its own', [{ execArgv: [] }], []],
    ['with an environment of its own', [{ env: {} }], []],
    // Its loop takes no turn, so what finalizers would free may stand.
    ['blocked in Atomics.wait', [{ blocks: true }], ['UNDRAINED_ISOLATE']],
  ])('%s are in the peak and in the total', async (_case, rest, warned) => {
    const { peak, total } = await added('holds', rest, {}, warned);
    expectNear(peak, held);
    expectNear(total, held);
  });

  it('of two at once count twice', async () => expectNear((await added('twoHold')).peak, 2 * held));

  it('from before the window count from what it held there', async () =>
    expectNear((await added('fills', [], { setup: 'startIdle' })).peak, held));

  it('leave the sum when it ends inside the window, and stay in the total', async () => {
    const { peak, total } = await added('endsInside', [1000]);
    expectNear(peak, held);
    expectNear(total, held);
    await expectLeavesTheSum();
  });

  it('are told as unseen memory when nobody observes workers: the switch for tests', async () => {
    process.env.BENCHMEM_SIMULATE_UNOBSERVED_WORKERS = '1';
    try {
      const { peakBytes, warnings } = await measure('holds', [objects]);
      expect(peakBytes).toBeLessThan(0.1 * held);
      const unseen = warnings.filter(({ code }) => code === 'UNSEEN_MEMORY');
      expect(unseen.map(({ message }) => message)).toEqual([
        expect.stringMatching(/pages are in no figure: they belong to isolates that are not observed/),
      ]);
      // V8's pages, not objects: never less than these.
      expect(unseen[0]?.bytes).toBeGreaterThanOrEqual(held);
      expect(unseen[0]?.bytes).toBeLessThan(2 * held);
    } finally {
      delete process.env.BENCHMEM_SIMULATE_UNOBSERVED_WORKERS;
    }
  });
});

const otherNodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']).filter(
  ({ executable }: { executable: string }) => executable !== process.execPath,
);

describe.each(otherNodes)('90 MiB of objects in a worker, on Node $major', ({ executable: execPath }) => {
  it('are in the peak and in the total', async () => {
    const { peak, total } = await added('holds', [], { execPath });
    expectNear(peak, held);
    expectNear(total, held);
  });

  it('of two at once count twice', async () =>
    expectNear((await added('twoHold', [], { execPath })).peak, 2 * held));

  it('leave the sum when it ends inside the window', () => expectLeavesTheSum({ execPath }));
});

describe('the world of a worker in a measuring child', () => {
  const reveal = async (options: object) => {
    const error = await measure('revealWorker', [options]).catch((reason: unknown) => reason);
    return JSON.parse((error as { cause: Error }).cause.message) as Record<string, unknown>;
  };

  it('shows no flags of ours, so that execArgv can be handed on', async () => {
    const plain = { execArgv: [], name: 'Worker', main: [], isInstance: true };
    expect(await reveal({})).toEqual(plain);
    expect(await reveal({ execArgv: ['--no-warnings'] })).toEqual({ ...plain, execArgv: ['--no-warnings'] });
  });
});

describe('attached mode', () => {
  it('counts the heap of a worker that calls observeThread()', async () => {
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       import(workerData.index).then(({ observeThread }) => {
         observeThread();
         parentPort.postMessage('observed');
       });
       parentPort.once('message', () => {
         globalThis.held = new Array(250_000).fill(0).map((_, index) => ({ index, next: index + 1 }));
         parentPort.postMessage('holds');
       });`,
      { eval: true, workerData: { index: builtIndex } },
    );
    const answer = () => new Promise((resolve) => worker.once('message', resolve));
    try {
      await answer();
      const window = openWindow();
      worker.postMessage('hold');
      await answer();
      const sample = await window.close();
      expect(sample.js_peak_bytes).toBeGreaterThan(250_000 * bytesPerObject);
      expect(sample.js_total_bytes).toBeGreaterThan(250_000 * bytesPerObject);
    } finally {
      await worker.terminate();
    }
  });

  it('counts a worker that is older than the window, and calls nothing while its heap grows', async () => {
    const flags = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(
      `const { workerData: flags } = require('node:worker_threads');
       Atomics.store(flags, 1, 1);
       while (Atomics.load(flags, 0) === 0);
       globalThis.held = [];
       for (let index = 0; index < 250_000; index += 1) globalThis.held.push({ index, next: index + 1 });
       Atomics.store(flags, 1, 2);
       while (Atomics.load(flags, 0) === 1);`,
      { eval: true, workerData: flags },
    );
    const reached = async (step: number) => {
      while (Atomics.load(flags, 1) < step) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    try {
      await reached(1);
      const window = openWindow();
      Atomics.store(flags, 0, 1);
      await reached(2);
      const sample = await window.close();
      expect(sample.js_peak_bytes).toBeGreaterThan(0.95 * 250_000 * bytesPerObject);
    } finally {
      Atomics.store(flags, 0, 2);
      await worker.terminate();
    }
  });
});
