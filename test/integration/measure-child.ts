// The scenarios of measure.test.ts in a process of their own: attached measurements through the built package.
// Prints one line of JSON; judges nothing.
import { execFileSync, spawn } from 'node:child_process';
import { scrypt, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { Api } from '../support/built-api.js';

export interface MeasurePlan {
  /** The built package's ES entry. */
  readonly api: string;
  readonly scenario: string;
}

const plan = JSON.parse(process.argv[2] ?? process.env.BENCHMEM_TEST_PLAN ?? '{}') as MeasurePlan;
const { install, measureMemory, measurePeak, openWindow, uninstall } = (await import(plan.api)) as Api;

const cost = { N: 131072, r: 8, p: 1, maxmem: 300 * 2 ** 20 };
const keyAsync = () =>
  new Promise((resolve, reject) => {
    scrypt('password', 'salt', 32, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
const buffers = (count: number, size: number) => Array.from({ length: count }, () => Buffer.alloc(size));
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The exact figures of 100 Buffers of 50,000 bytes: what shows that measuring works. */
async function probe() {
  const { allocations, native } = await measureMemory(() => buffers(100, 50_000), { repeats: 2 });
  return [allocations, native.totalBytes, native.peakBytes];
}

const outcome = (run: Promise<unknown>) =>
  run.then(
    () => 'fulfilled',
    (error: { code?: string; message: string; hint?: string }) => ({
      code: error.code,
      message: error.message,
      hint: error.hint,
    }),
  );

function allocatingWorker(): Worker {
  const program = `const { parentPort } = require('node:worker_threads');
    parentPort.postMessage('busy');
    let kept = [];
    (function again() {
      for (let i = 0; i < 50; i += 1) kept.push(Buffer.alloc(1000 + i), Buffer.from('x'.repeat(5000 + i), 'utf16le'));
      if (kept.length > 5000) kept = [];
      setImmediate(again);
    })();`;
  return new Worker(program, { eval: true });
}

async function busyWorkers(count: number): Promise<Worker[]> {
  const workers = Array.from({ length: count }, allocatingWorker);
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  return workers;
}

const scenarios: Record<string, () => Promise<unknown>> = {
  probe,

  async peaks() {
    return {
      sync: await measurePeak(() => scryptSync('password', 'salt', 32, cost), { repeats: 1 }),
      async: await measurePeak(keyAsync, { repeats: 1 }),
      current: await measurePeak(keyAsync, { repeats: 1, threads: 'current' }),
    };
  },

  async calls() {
    const kept: Buffer[] = [];
    const grow = () => void kept.push(Buffer.alloc(100_000));
    const result = await measureMemory(grow, { calls: 10, repeats: 1 });
    const dropped = await measureMemory(async () => Buffer.alloc(100_000), { calls: 10, repeats: 1 });
    return [result.allocations, result.native.peakBytes, dropped.allocations, dropped.retainedBytes];
  },

  async retained() {
    const kept: Buffer[] = [];
    const leak = await measureMemory(() => void kept.push(Buffer.alloc(1_000_000)), { repeats: 4 });
    const cache = [Buffer.alloc(1_000_000)];
    const replaced = await measureMemory(
      () => {
        cache[0] = Buffer.alloc(1_000_000);
      },
      { repeats: 4 },
    );
    const clean = await measureMemory(() => buffers(100, 10_000), { repeats: 4 });
    return [leak, replaced, clean].map((result) => result.series('retained_bytes')?.slice(2));
  },

  async span() {
    const window = openWindow();
    const kept = buffers(10, 50_000);
    await later(5);
    const sample = await window.close();
    return { sample, kept: kept.length, after: await probe() };
  },

  async failures() {
    const boom = new RangeError('boom');
    const outcomes = [];
    for (const action of [
      () => {
        throw boom;
      },
      async () => {
        await later(1);
        throw boom;
      },
    ]) {
      outcomes.push(await measureMemory(action).catch((error: unknown) => error === boom));
      outcomes.push(await probe());
    }
    return outcomes;
  },

  async nested() {
    let inner: unknown;
    const result = await measureMemory(
      async () => {
        inner = await outcome(measureMemory(() => {}));
      },
      { repeats: 1, warmup: 0 },
    );
    return [inner, result.repeats, await probe()];
  },

  async concurrent() {
    const runs = [measureMemory(keyAsync, { repeats: 1 }), measureMemory(keyAsync, { repeats: 1 })];
    const outcomes = await Promise.all(runs.map(outcome));
    return [...outcomes, await probe()];
  },

  async programs() {
    const action = async () => {
      execFileSync('/bin/true');
      await once(spawn('/bin/true'), 'exit');
      return buffers(100, 50_000);
    };
    const { native } = await measureMemory(action, { repeats: 1 });
    return [native.totalBytes > 5_000_000, native.peakBytes >= 5_000_000, await probe()];
  },

  async unsupported() {
    return [await outcome(measureMemory(() => {})), await outcome(measureMemory(() => {}))];
  },

  async reinstall() {
    const workers = await busyWorkers(2);
    for (let round = 0; round < 30; round += 1) {
      install();
      const window = openWindow({ settle: false });
      await later(1);
      window.discard();
      uninstall();
      await later(1);
    }
    const underLoad = await measureMemory(() => buffers(100, 50_000), { repeats: 2, threads: 'current' });
    await Promise.all(workers.map((worker) => worker.terminate()));
    return [[underLoad.allocations, underLoad.native.totalBytes], await probe()];
  },

  async uninstallWithWindow() {
    const window = openWindow();
    const refused = await outcome((async () => uninstall())());
    window.discard();
    uninstall();
    return [refused, await probe()];
  },

  async worker() {
    const env = { ...process.env, BENCHMEM_TEST_PLAN: JSON.stringify({ ...plan, scenario: 'probe' }) };
    const measured = async () => {
      const [message] = await once(new Worker(process.argv[1] as string, { env, argv: [] }), 'message');
      return message as unknown;
    };
    const window = openWindow();
    const refused = await measured();
    window.discard();
    return [refused, await measured(), await probe()];
  },

  async leftOpen() {
    openWindow();
    return buffers(10, 1000).length;
  },

  async exitInside() {
    const workers = await busyWorkers(2);
    process.stdout.write(`${JSON.stringify(workers.length)}\n`);
    await measureMemory(() => process.exit(0));
    return 'never';
  },

  async settleOff() {
    const result = await measureMemory(() => buffers(100, 50_000), { settle: false, repeats: 2 });
    return [result.allocations, result.native.peakBytes, result.retainedBytes ?? 'absent'];
  },
};

const scenario = scenarios[plan.scenario];
if (scenario === undefined) throw new Error(`no scenario ${plan.scenario}`);
if (isMainThread) process.stdout.write(`${JSON.stringify(await scenario())}\n`);
else
  parentPort?.postMessage(await scenario().catch((error: { code?: string }) => error.code ?? String(error)));
