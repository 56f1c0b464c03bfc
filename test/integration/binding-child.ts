// The measured process of the binding tests: runs one scenario and prints what happened as one JSON line: figures,
// or the code and hint of each error that a misuse threw. Judges nothing.
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { NativeBinding, NativeReading, ProfilingBinding } from '../../src/native/contract.js';

export interface BindingPlan {
  readonly load: string;
  readonly scenario: keyof typeof scenarios;
}

/** What a call came to: 'fine', or the error's code; a hint that is missing shows. */
function outcomeOf(call: () => unknown): string {
  try {
    call();
    return 'fine';
  } catch (error) {
    const { code, hint } = error as { code?: string; hint?: string };
    return typeof hint === 'string' && hint !== '' ? String(code) : `${code} without a hint`;
  }
}

/** A call that its type forbids. */
function untyped(binding: NativeBinding): Record<string, (...args: unknown[]) => unknown> {
  return binding as unknown as Record<string, (...args: unknown[]) => unknown>;
}

function measure(binding: NativeBinding, action: () => unknown): NativeReading {
  const token = binding.openWindow({ threads: 'all' });
  action();
  binding.drainWindow(token);
  return binding.closeWindow(token);
}

function misuse(binding: NativeBinding) {
  const loose = untyped(binding);
  const token = binding.openWindow({ threads: 'all' });
  const open = {
    openTwice: outcomeOf(() => binding.openWindow({ threads: 'all' })),
    drainWrongToken: outcomeOf(() => binding.drainWindow(token + 1n)),
    readWrongToken: outcomeOf(() => binding.readWindow(0n)),
    objectsWrongToken: outcomeOf(() => binding.windowObjects(-token)),
    closeWrongToken: outcomeOf(() => binding.closeWindow(token + 2n ** 64n)),
    collectWrongToken: outcomeOf(() => binding.collectAndRead(token + 1n)),
    tokenAsNumber: outcomeOf(() => loose.closeWindow?.(Number(token))),
    noToken: outcomeOf(() => loose.drainWindow?.()),
  };
  const phases = {
    read: binding.readWindow(token).phase,
    drain: outcomeOf(() => binding.drainWindow(token)),
    drainTwice: outcomeOf(() => binding.drainWindow(token)),
    afterDrain: binding.collectAndRead(token).phase,
    objects: outcomeOf(() => binding.windowObjects(token)),
    close: outcomeOf(() => binding.closeWindow(token)),
    closeTwice: outcomeOf(() => binding.closeWindow(token)),
    readAfterClose: outcomeOf(() => binding.readWindow(token)),
  };
  const options = {
    none: outcomeOf(() => loose.openWindow?.()),
    empty: outcomeOf(() => loose.openWindow?.({})),
    unknownThreads: outcomeOf(() => loose.openWindow?.({ threads: 'some' })),
    wrongType: outcomeOf(() => loose.openWindow?.('all')),
    roomAsText: outcomeOf(() => loose.install?.('room')),
    roomOfWords: outcomeOf(() => loose.install?.(new Uint32Array(8))),
    emptyRoom: outcomeOf(() => loose.install?.(new Uint8Array(0))),
  };
  return { open, phases, options, next: measure(binding, () => Buffer.alloc(2_000_000)).program };
}

/** A profile in every phase of a window, and again after a window without one. */
function profilePhases(native: NativeBinding) {
  const binding = native as ProfilingBinding;
  const before = outcomeOf(() => binding.readProfile(1n));
  binding.startProfile();
  const token = binding.openWindow({ threads: 'all' });
  const kept = Buffer.alloc(2_000_000);
  const open = {
    start: outcomeOf(() => binding.startProfile()),
    stop: outcomeOf(() => binding.stopProfile()),
    readMeasuring: outcomeOf(() => binding.readProfile(token)),
  };
  binding.drainWindow(token);
  const { totals, stacks, figures } = binding.readProfile(token);
  const wrongToken = outcomeOf(() => binding.readProfile(token + 1n));
  const { program } = binding.closeWindow(token);
  const closed = outcomeOf(() => binding.readProfile(token));
  binding.stopProfile();
  const plain = binding.openWindow({ threads: 'all' });
  binding.drainWindow(plain);
  const stopped = outcomeOf(() => binding.readProfile(plain));
  binding.closeWindow(plain);
  return {
    outcomes: { before, ...open, wrongToken, closed, stopped },
    totals,
    program,
    kept: kept.length,
    perStack: figures.length / stacks.length,
  };
}

/** An option whose getter throws: the caller's own error comes through, and no window is left open. */
function throwingOption(binding: NativeBinding) {
  const options = {
    get threads(): 'all' {
      throw new RangeError('mine');
    },
  };
  let name = 'nothing';
  try {
    binding.openWindow(options);
  } catch (error) {
    name = (error as Error).name;
  }
  return { name, next: outcomeOf(() => measure(binding, () => {})) };
}

function emptyWindows(binding: NativeBinding) {
  const nothing = () => {};
  return Array.from({ length: 40 }, () => {
    const { program, js } = measure(binding, nothing);
    return { allocations: program.allocations, bytes: program.totalBytes, js: js?.totalBytes };
  });
}

function install(binding: NativeBinding) {
  const outcomes: string[] = [outcomeOf(() => binding.openWindow({ threads: 'all' }))];
  for (let round = 0; round < 20; round += 1) {
    binding.install();
    binding.install();
    const { allocations } = measure(binding, () => Buffer.alloc(200_000)).program;
    binding.uninstall();
    outcomes.push(`${allocations} ${outcomeOf(() => binding.openWindow({ threads: 'all' }))}`);
  }
  return outcomes;
}

async function startWorker(load: string, ending: string): Promise<Worker> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { load, ending } });
  await once(worker, 'message');
  return worker;
}

/** Windows that a worker opened and never closed, by each way that a worker ends. */
async function abandonedWindows(binding: NativeBinding, load: string) {
  const results: Record<string, string[]> = {};
  for (const ending of ['exit', 'throw', 'terminate', 'return']) {
    const worker = await startWorker(load, ending);
    const whileOpen = outcomeOf(() => binding.openWindow({ threads: 'all' }));
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('error', () => {}); // of the one that throws: its exit is what counts
    if (ending === 'terminate') await worker.terminate();
    else worker.postMessage('end');
    await gone;
    const { program } = measure(binding, () => Buffer.alloc(300_000));
    results[ending] = [whileOpen, `${program.allocations} allocation of ${program.totalBytes} B`];
  }
  return results;
}

/** The main thread's window as seen from a worker, and the other way round. */
async function foreignToken(binding: NativeBinding, load: string) {
  const token = binding.openWindow({ threads: 'all' });
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { load, token } });
  const [fromWorker] = await once(worker, 'message');
  await once(worker, 'exit');
  return { fromWorker, stillMine: outcomeOf(() => binding.closeWindow(token)) };
}

/** Many windows while workers allocate on both heaps, end and start anew; the last one is left open. */
async function busyWorkers(binding: NativeBinding, load: string) {
  const start = () => new Worker(fileURLToPath(import.meta.url), { workerData: { load, busy: true } });
  const crew = [start(), start(), start()];
  await Promise.all(crew.map((worker) => once(worker, 'message')));
  let windows = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 120; round += 1) {
    const { program, sum } = measure(binding, () => Buffer.alloc(1_000_000));
    smallest = Math.min(smallest, program.totalBytes, sum.peakBytes);
    if (sum.peakBytes < program.peakBytes) throw new Error(`sum ${sum.peakBytes} < ${program.peakBytes}`);
    windows += 1;
    if (round % 30 === 29) {
      const token = binding.openWindow({ threads: 'all' });
      await crew.shift()?.terminate();
      crew.push(start());
      await once(crew[2] as Worker, 'message');
      binding.closeWindow(token);
    }
  }
  binding.openWindow({ threads: 'all' });
  return { windows, holdsTheBuffer: smallest >= 1_000_000 };
}

/** A window left open by the main thread itself: the process ends as it would anyhow. */
function leftOpen(binding: NativeBinding) {
  binding.openWindow({ threads: 'all' });
  return 'left open';
}

const scenarios = {
  misuse,
  throwingOption,
  profilePhases,
  emptyWindows,
  install,
  abandonedWindows,
  foreignToken,
  busyWorkers,
  leftOpen,
};

async function bindingOf(load: string): Promise<NativeBinding> {
  const { loadBinding } = (await import(pathToFileURL(load).href)) as { loadBinding: () => NativeBinding };
  return loadBinding();
}

interface WorkerOrder {
  readonly load: string;
  readonly ending?: string;
  readonly token?: bigint;
  readonly busy?: boolean;
}

/** Garbage, held objects and Buffers, for ever, a turn of the event loop between the rounds. */
function beBusy() {
  const held = Array.from({ length: 200 }, () => [{}]);
  for (let round = 0; round < 20_000; round += 1) {
    held[round % 200] = Array.from({ length: 50 }, (_, i) => ({ i, buffer: Buffer.alloc(i) }));
  }
  setImmediate(beBusy);
}

async function runWorker({ load, ending, token, busy }: WorkerOrder) {
  const binding = await bindingOf(load);
  if (busy === true) {
    parentPort?.postMessage('busy');
    beBusy();
    return;
  }
  if (token !== undefined) {
    parentPort?.postMessage([
      outcomeOf(() => binding.closeWindow(token)),
      outcomeOf(() => binding.openWindow({ threads: 'all' })),
    ]);
    return;
  }
  binding.openWindow({ threads: 'all' });
  parentPort?.once('message', () => {
    if (ending === 'exit') process.exit(0);
    if (ending === 'throw') throw new Error('as planned');
  });
  parentPort?.postMessage('open');
}

if (isMainThread) {
  const { load, scenario } = JSON.parse(process.argv[2] ?? '{}') as BindingPlan;
  const binding = await bindingOf(load);
  if (scenario !== 'install') binding.install();
  console.log(JSON.stringify(await scenarios[scenario](binding, load)));
  if (scenario === 'busyWorkers') process.exit(0); // the workers run on
} else {
  await runWorker(workerData);
}
