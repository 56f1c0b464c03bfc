// The measured process of the stress test: work of every kind, on several isolates, while full collections are forced at
// every turn; prints what the window read as one JSON line. A crash is its exit. Judges nothing.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzip, gzip } from 'node:zlib';
import type { NativeBinding } from '../../src/native/contract.js';

export interface StressPlan {
  readonly load: string;
  readonly probe: string;
  readonly slackBytes: number;
  /** How much of everything: 1 is what V8 under its slowest stress flag bears. */
  readonly scale: number;
}

interface Probe {
  externalBuffer(bytes: number): Buffer;
  mallocNow(bytes: number): void;
}

const texts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ i, text: `text ${i}`, next: [i] }));

function json(scale: number): number {
  let length = 0;
  for (let round = 0; round < 4; round += 1)
    length += JSON.stringify(JSON.parse(JSON.stringify(texts(100 * scale)))).length;
  return length + structuredClone(new Map(texts(50 * scale).map((each) => [each.i, each]))).size;
}

/** Callbacks of weak things run in collections and after them. */
function weakThings(scale: number): { registry: FinalizationRegistry<number>; finalized: number[] } {
  const finalized: number[] = [];
  const registry = new FinalizationRegistry<number>((held) => finalized.push(held));
  const map = new WeakMap<object, object>();
  const references: WeakRef<object>[] = [];
  for (let i = 0; i < 200 * scale; i += 1) {
    const value = { i };
    registry.register(value, i);
    map.set(value, { value });
    references.push(new WeakRef(value));
  }
  return { registry, finalized };
}

function* numbers(count: number): Generator<{ i: number }> {
  for (let i = 0; i < count; i += 1) yield { i };
}

function language(scale: number): number {
  let sum = 0;
  for (const { i } of numbers(500 * scale)) sum += i;
  const proxy = new Proxy({} as Record<string, string>, { get: (_, key) => `${String(key)}!` });
  for (let i = 0; i < 500 * scale; i += 1) sum += String(proxy[`key${i % 10}`]).length;
  const words = 'near live '.repeat(50 * scale).replace(/[a-z]+/g, (word) => word.toUpperCase());
  sum += words.split(' ').sort().length + new Set(words).size;
  return sum + Number(BigInt('9'.repeat(50 * scale)) % 97n);
}

/** Each backing store dies in a finalizer; 64 KiB of native memory each time bring the heap's reading up to date. */
function buffers(probe: Probe, scale: number): number {
  const kept: Buffer[] = [];
  for (let i = 0; i < 10 * scale; i += 1) {
    const external = probe.externalBuffer(100_000);
    const own = Buffer.alloc(100_000 + i);
    probe.mallocNow(70_000);
    if (i % 5 === 0) kept.push(external, own, Buffer.from(new SharedArrayBuffer(10_000)));
  }
  return kept.length;
}

async function promises(scale: number): Promise<number> {
  const later = async (i: number) => {
    await null;
    await new Promise((resolve) => setImmediate(resolve));
    return { i };
  };
  return (await Promise.all(Array.from({ length: 50 * scale }, (_, i) => later(i)))).length;
}

async function compressed(scale: number): Promise<boolean> {
  const text = Buffer.from('near live '.repeat(2000 * scale));
  const round = async () => (await promisify(gunzip)(await promisify(gzip)(text))).equals(text);
  return (await Promise.all(Array.from({ length: 4 }, round))).every(Boolean);
}

async function exchange(scale: number): Promise<number> {
  const server = createServer((incoming, answer) => incoming.pipe(answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let received = 0;
  for (let i = 0; i < 2 * scale; i += 1) {
    const post = request({ port, host: '127.0.0.1', method: 'POST', agent: false });
    post.end(Buffer.alloc(50_000));
    const [answer] = await once(post, 'response');
    for await (const chunk of answer) received += chunk.length;
  }
  server.close();
  await once(server, 'close');
  return received;
}

/** Their callbacks wait for a turn after a collection; some Nodes want more than one. */
async function finalizations(binding: NativeBinding, finalized: readonly number[]): Promise<void> {
  for (let round = 0; round < 20 && finalized.length === 0; round += 1) {
    binding.collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Several isolates at once, each of them asked to collect; some end inside the window. */
async function isolates(plan: StressPlan): Promise<number[]> {
  const start = async () => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: plan });
    const [[result], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
    if (code !== 0) throw new Error(`a worker ended with ${code}`);
    return Number(result);
  };
  return Promise.all([start(), start(), start()]);
}

/** What every isolate does, synchronously; the figure proves that it was done. */
function everything(probe: Probe, scale: number): number {
  return json(scale) + language(scale) + buffers(probe, scale);
}

async function bindingOf({ load }: StressPlan): Promise<NativeBinding> {
  const { loadBinding } = (await import(pathToFileURL(load).href)) as { loadBinding: () => NativeBinding };
  return loadBinding();
}

const probeOf = ({ probe }: StressPlan) => createRequire(import.meta.url)(probe) as Probe;

async function main(plan: StressPlan): Promise<void> {
  const { scale } = plan;
  const binding = await bindingOf(plan);
  binding.install();
  const probe = probeOf(plan);
  const token = binding.openWindow({ threads: 'all', nearLive: true, nearLiveSlackBytes: plan.slackBytes });
  const weak = weakThings(scale);
  const done = everything(probe, scale);
  const inWorkers = await isolates(plan);
  const awaited = [await promises(scale), await compressed(scale), await exchange(scale)];
  await finalizations(binding, weak.finalized);
  const held = Buffer.alloc(4_000_000);
  binding.drainWindow(token);
  const reading = binding.closeWindow(token);
  const { finalized } = weak;
  process.stdout.write(
    `${JSON.stringify({ done, inWorkers, awaited, finalized: finalized.length, held: held.length, reading })}\n`,
  );
}

async function inWorker(plan: StressPlan): Promise<void> {
  await bindingOf(plan); // from here on this isolate is observed
  const weak = weakThings(plan.scale);
  const done = everything(probeOf(plan), plan.scale);
  await promises(plan.scale);
  parentPort?.postMessage(weak.finalized.length >= 0 ? done : 0);
}

if (isMainThread) await main(JSON.parse(String(process.argv[2])) as StressPlan);
else await inWorker(workerData as StressPlan);
