// The measured process of the completeness test: each kind of work that allocates natively, once to warm up and once
// in a window, beside the counter that is preloaded under the hooks.
import { exec, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes, scryptSync } from 'node:crypto';
import { promises as dns } from 'node:dns';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, gunzipSync, gzip, gzipSync } from 'node:zlib';
import {
  type ChildTools,
  type Comparison,
  compare,
  compareBetweenQuietEdges,
  loadTools,
  report,
} from './attached-addon.js';

type Work = (tools: ChildTools) => number | Promise<number>;

const kept: unknown[] = [];
const keep = (value: unknown): number => kept.push(value);

function repeat(times: number, make: () => unknown): number {
  for (let i = 0; i < times; i += 1) keep(make());
  kept.length = 0;
  return times;
}

async function runWorker(): Promise<number> {
  const worker = new Worker('require("node:crypto").createHash("md5").update(Buffer.alloc(50000)).digest()', {
    eval: true,
  });
  return new Promise((resolve, reject) => worker.once('exit', resolve).once('error', reject));
}

async function askResolver(): Promise<number> {
  const resolver = new dns.Resolver({ timeout: 50, tries: 1 });
  resolver.setServers(['127.0.0.1:9']); // nobody answers there: the request and its failure are the work
  return resolver.resolve4('benchmem.invalid').then(
    () => 0,
    () => 1,
  );
}

const works: Record<string, Work> = {
  'Buffer.alloc': () => repeat(50, () => Buffer.alloc(20_000)),
  'Buffer.allocUnsafe': () => repeat(50, () => Buffer.allocUnsafe(30_000)),
  ArrayBuffer: () => repeat(50, () => new ArrayBuffer(40_000)),
  SharedArrayBuffer: () => repeat(50, () => new SharedArrayBuffer(50_000)),
  zlib: () => gunzipSync(gzipSync(Buffer.alloc(200_000, 'ab'))).length + brotliCompressSync('text').length,
  crypto: () => {
    createHash('sha256').update(randomBytes(1000)).digest();
    generateKeyPairSync('ed25519');
    return scryptSync('password', 'salt', 32, { N: 256 }).length;
  },
  worker: runWorker,
  'dns lookup': async () => (await dns.lookup('localhost')).family,
  'dns resolver': askResolver,
  'child_process.spawnSync': () => spawnSync('/bin/true').status ?? -1,
  'child_process.exec': async () => (await promisify(exec)('echo text')).stdout.length,
  'the libuv pool': async () => {
    const [file, , packed] = await Promise.all([
      readFile('/etc/passwd'),
      stat('/usr'),
      promisify(gzip)(Buffer.alloc(100_000)),
    ]);
    return Math.min(file.length, packed.length);
  },
  'strdup and strndup': ({ addon }) => addon.copyTexts(25),
  getline: ({ addon }) => addon.readLines('/etc/passwd'),
  'asprintf and open_memstream': ({ addon }) => addon.printTexts(25),
  'operator new and delete': ({ addon }) => addon.operators(25),
  'the malloc family': ({ addon }) => addon.mallocFamily(25),
  threads: ({ addon }) => {
    const started = addon.startThreads(4);
    addon.stopThreads();
    return started;
  },
};

const tools = await loadTools();
tools.binding.install();
const comparisons: Record<string, Comparison> = {};
for (const [name, work] of Object.entries(works)) {
  await compare(tools, () => work(tools));
  comparisons[name] = await compareBetweenQuietEdges(tools, () => work(tools));
}
report({ description: tools.binding.describe(), comparisons });
