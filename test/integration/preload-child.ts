// The measured process of the preload tests: runs one scenario under libbenchmem.so and prints what it saw as one
// JSON line. Judges nothing.
import { execFileSync } from 'node:child_process';
import { scrypt } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import { brotliCompressSync, brotliDecompressSync, deflate, inflate } from 'node:zlib';
import type { AllocatorReading, NativeBinding } from '../../src/native/contract.js';

export interface PreloadPlan {
  readonly load: string;
  readonly scenario: keyof typeof scenarios;
  /** Paths of test addons, where the scenario needs them. */
  readonly addons?: Readonly<Record<string, string>>;
}

interface Probe {
  mallocNow(bytes: number): void;
  keep(bytes: number): void;
  releaseKept(): void;
}

const require = createRequire(import.meta.url);
const megabyte = 1024 * 1024;

function addon<Face>(plan: PreloadPlan, name: string): Face {
  return require(String(plan.addons?.[name])) as Face;
}

function isPreloaded(maps: string): boolean {
  return /libbenchmem[^/]*\.so/.test(maps);
}

/** What this process and the programs that it starts see of the preloading. */
function world(binding: NativeBinding) {
  const sees =
    'printenv LD_PRELOAD || echo unset; printenv BENCHMEM_ALLOCATOR || echo unset; cat /proc/self/maps';
  const lines = execFileSync('sh', ['-c', sees], { encoding: 'utf8' }).split('\n');
  return {
    description: binding.describe(),
    preload: process.env.LD_PRELOAD,
    allocator: process.env.BENCHMEM_ALLOCATOR,
    preloaded: isPreloaded(readFileSync('/proc/self/maps', 'utf8')),
    child: { variables: lines.slice(0, 2).join(' '), preloaded: isPreloaded(lines.slice(2).join('\n')) },
  };
}

/** Work of every kind, on every kind of thread; resolves when all of it is right. */
async function work() {
  const text = Buffer.from('benchmem '.repeat(100_000));
  const workers = Array.from({ length: 3 }, () => new Worker(fileURLToPath(import.meta.url)));
  const exits = workers.map(async (worker) => (await once(worker, 'exit'))[0]);
  const inflated = Array.from({ length: 8 }, async () =>
    (await promisify(inflate)(await promisify(deflate)(text))).equals(text),
  );
  const keys = Array.from({ length: 4 }, () => promisify(scrypt)('secret', 'salt', 64) as Promise<Buffer>);
  const { address } = await lookup('localhost');
  const objects = JSON.parse(JSON.stringify(Array.from({ length: 50_000 }, (_, index) => ({ index }))));
  return {
    exits: await Promise.all(exits),
    inflated: await Promise.all(inflated),
    keys: new Set((await Promise.all(keys)).map((key) => key.toString('hex'))).size,
    brotli: brotliDecompressSync(brotliCompressSync(text.subarray(0, 50_000))).length,
    address,
    objects: objects.length,
  };
}

/** Real packages with native code of their own. */
async function packages() {
  const { default: sharp } = await import('sharp');
  const { transform } = await import('lightningcss');
  const input = { create: { width: 400, height: 300, channels: 3 as const, background: '#123456' } };
  const png = await sharp(input).resize(100).png().toBuffer();
  const { width, height } = await sharp(png).metadata();
  const { code } = transform({ filename: 'a.css', minify: true, code: Buffer.from('a { color: #ff0000 }') });
  return { width, height, css: code.toString() };
}

/** Opens a window around `action`; what the allocator held then. */
function mappedBy(binding: NativeBinding, action: () => void): AllocatorReading | undefined {
  const token = binding.openWindow({ threads: 'all' });
  action();
  binding.drainWindow(token);
  const figures = binding.allocatorFigures();
  binding.closeWindow(token);
  return figures;
}

async function mapped(binding: NativeBinding, plan: PreloadPlan) {
  // WHY: a thread of V8 that starts meanwhile would take its cache of 80 KiB from the allocator in one of the windows.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const probe = addon<Probe>(plan, 'probe');
  const round = () => {
    const nothing = mappedBy(binding, () => {});
    const transient = mappedBy(binding, () => probe.mallocNow(64 * megabyte));
    const twice = mappedBy(binding, () => {
      probe.mallocNow(32 * megabyte);
      probe.mallocNow(16 * megabyte);
    });
    const kept = mappedBy(binding, () => probe.keep(8 * megabyte));
    const released = mappedBy(binding, () => probe.releaseKept());
    return { nothing, transient, twice, kept, released };
  };
  round(); // makes what the calls themselves need
  // WHY: each 64 KiB have jemalloc look at the next of some 40 size classes of the thread's cache, where it frees part of
  // what lies idle since the start; until nothing is left, a large block changes what is mapped by more than itself.
  for (let count = 0; count < 400; count += 1) probe.mallocNow(128 * 1024);
  return round();
}

function growth(binding: NativeBinding, plan: PreloadPlan) {
  const probe = addon<Probe>(plan, 'probe');
  const figures = mappedBy(binding, () => {
    for (let count = 0; count < 20_000; count += 1) probe.keep(1000);
  });
  probe.releaseKept();
  return figures;
}

function entryPoints(binding: NativeBinding, plan: PreloadPlan) {
  const { checkAll } = addon<{ checkAll(): string[] }>(plan, 'entry-points');
  const outside = checkAll();
  const token = binding.openWindow({ threads: 'all' });
  const inside = checkAll();
  const { program } = binding.closeWindow(token);
  return { outside, inside, allocations: program.allocations };
}

function fork(binding: NativeBinding, plan: PreloadPlan) {
  const { forkInWindow } = addon<{ forkInWindow(token: bigint, rounds: number): string[] }>(
    plan,
    'entry-points',
  );
  const probe = addon<Probe>(plan, 'probe');
  const token = binding.openWindow({ threads: 'all' });
  const failures = forkInWindow(token, 12);
  binding.closeWindow(token);
  const next = binding.openWindow({ threads: 'all' });
  probe.mallocNow(megabyte);
  return { failures, next: binding.closeWindow(next).program.peakBytes };
}

const scenarios = { world, work, packages, mapped, growth, entryPoints, fork };

if (isMainThread) {
  const plan = JSON.parse(process.argv[2] ?? '{}') as PreloadPlan;
  const { loadBinding } = (await import(pathToFileURL(plan.load).href)) as {
    loadBinding: () => NativeBinding;
  };
  const binding = loadBinding();
  binding.install();
  console.log(JSON.stringify(await scenarios[plan.scenario](binding, plan)));
} else {
  const rows: object[] = [];
  for (let index = 0; index < 100_000; index += 1) rows.push({ index, text: String(index) });
  process.exit(rows.length === 100_000 ? 0 : 1);
}
