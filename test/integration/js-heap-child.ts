// The measured process of the JS heap tests: runs one scenario, on the main thread or in a worker, and prints what
// the binding read as one JSON line.
import { scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { NativeBinding, NativeReading } from '../../src/native/contract.js';
import { jsHeapDiscrepancies } from './js-heap-truth.js';

export interface JsHeapPlan {
  readonly load: string;
  readonly scenario: keyof typeof scenarios;
  readonly inWorker?: boolean;
}

/** What one worker of the scenario `workers` is told to do. */
interface GrowOrder {
  readonly load: string;
  readonly grow: number;
}

const objectHolder: unknown[] = [{}];
const iterations = 1e5;

const groundTruthActions = {
  objects: (count: number) => {
    for (let i = 0; i < count; i++) objectHolder[0] = { a: i, b: i };
  },
  heapNumbers: (count: number) => {
    for (let i = 0; i < count; i++) objectHolder[0] = i + 0.5;
  },
  closures: (count: number) => {
    for (let i = 0; i < count; i++) objectHolder[0] = () => i;
  },
};

function measure(binding: NativeBinding, action: () => unknown): NativeReading {
  binding.collectGarbage();
  const token = binding.openWindow({ threads: 'all' });
  action();
  binding.drainWindow(token);
  const reading = binding.collectAndRead(token);
  binding.closeWindow(token);
  return reading;
}

/** Warm: V8's compilers are done with the action, and with the calls around it. */
function groundTruth(binding: NativeBinding) {
  const totals: Record<string, number | undefined> = {};
  for (const [name, action] of Object.entries(groundTruthActions)) {
    for (let round = 0; round < 20; round += 1) action(iterations);
    const run = () => measure(binding, () => action(iterations));
    for (let round = 0; round < 3; round += 1) run();
    totals[name] = run().js?.totalBytes;
  }
  return { totals, discrepancies: jsHeapDiscrepancies(totals) };
}

/** JS memory that stays, then 16 MiB of native memory that comes and goes inside one native call, and no GC. */
function refreshAtNativePeak(binding: NativeBinding) {
  const run = () => {
    objectHolder[0] = Array.from({ length: 10_000 }, (_, i) => ({ i, next: null }));
    scryptSync('password', 'salt', 32, { N: 16_384, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
  };
  measure(binding, run);
  return measure(binding, run);
}

/** 20 MB from before the window are dropped in it; then 1 MB of native memory is needed. */
function olderMemoryDropped(binding: NativeBinding) {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('needs --expose-gc');
  // WHY: this is a function of its own, because the frame of the one that measures must not hold the array in a register.
  const holdOlderMemory = () => {
    objectHolder[0] = new Array<number>(2_500_000).fill(1);
  };
  const run = () => {
    holdOlderMemory();
    return measure(binding, () => {
      objectHolder[0] = undefined;
      collect();
      return Buffer.alloc(1_000_000);
    });
  };
  run();
  return run();
}

/** A clean action's window, warm, after a floor; and a window without one. */
function floors(binding: NativeBinding) {
  const cleanAction = () => new Array<number>(100_000).fill(1).length;
  for (let round = 0; round < 10; round += 1) measure(binding, cleanAction);
  const withFloor = measure(binding, cleanAction);
  const token = binding.openWindow({ threads: 'all' });
  return { withFloor, withoutFloor: binding.closeWindow(token) };
}

/** Workers that grow inside the window, one after the other; the first one dies before the second grows. */
async function workers(binding: NativeBinding, load: string) {
  const grow = 30_000_000;
  const start = async () => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { load, grow } });
    await once(worker, 'message');
    return worker;
  };
  const pair = [await start(), await start()];
  const token = binding.openWindow({ threads: 'all' });
  for (const worker of pair) {
    const grown = once(worker, 'message');
    worker.postMessage('grow');
    await grown;
    await worker.terminate();
  }
  const all = binding.closeWindow(token);
  return { grow, all, current: await onlyCurrentThread(binding, start) };
}

async function onlyCurrentThread(binding: NativeBinding, start: () => Promise<Worker>) {
  const worker = await start();
  const token = binding.openWindow({ threads: 'current' });
  const grown = once(worker, 'message');
  worker.postMessage('grow');
  await grown;
  const reading = binding.closeWindow(token);
  await worker.terminate();
  return reading;
}

/** What jsHeapUnsupported says, and a window that must work all the same. */
function describeAndMeasure(binding: NativeBinding) {
  const run = () => Buffer.alloc(3_000_000);
  measure(binding, run);
  return { description: binding.describe(), reading: measure(binding, run) };
}

const scenarios = {
  groundTruth,
  refreshAtNativePeak,
  olderMemoryDropped,
  floors,
  workers,
  describeAndMeasure,
};

async function bindingOf(load: string): Promise<NativeBinding> {
  const { loadBinding } = (await import(pathToFileURL(load).href)) as { loadBinding: () => NativeBinding };
  const binding = loadBinding();
  binding.install();
  return binding;
}

/** Grows when told, stays alive with what it holds. */
async function growOnOrder({ load, grow }: GrowOrder) {
  await bindingOf(load);
  parentPort?.on('message', () => {
    objectHolder[0] = Array.from({ length: grow / 40 }, (_, i) => ({ i, next: null }));
    Buffer.alloc(100_000); // over 64 KiB of native memory: this heap is read again, with what no GC has seen yet
    parentPort?.postMessage('grown');
  });
  parentPort?.postMessage('ready');
}

async function runInWorker(plan: JsHeapPlan) {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { ...plan, inWorker: false } });
  const [result] = await once(worker, 'message');
  return result;
}

async function run(plan: JsHeapPlan): Promise<unknown> {
  if (plan.inWorker === true) return runInWorker(plan);
  return scenarios[plan.scenario](await bindingOf(plan.load), plan.load);
}

if (isMainThread) {
  console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}') as JsHeapPlan)));
} else if ('grow' in workerData) {
  await growOnOrder(workerData as GrowOrder);
} else {
  parentPort?.postMessage(await run(workerData as JsHeapPlan));
}
