// The measured process of the test of profiles on many threads: workers that make and drop Buffers, and work of libuv's
// pool, in profiled windows. Prints what differs between each profile and its window. Judges nothing else.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { isMainThread, Worker } from 'node:worker_threads';
import { deflate } from 'node:zlib';
import type { ProfilingBinding } from '../../src/native/contract.js';
import { profileDiscrepancies } from './ground-truth-profile.js';

interface Plan {
  readonly load: string;
  readonly windows: number;
}

export interface ThreadsReport {
  readonly discrepancies: readonly string[];
  readonly allocations: number;
  /** The most threads that one profile has. */
  readonly threads: number;
  readonly stacks: number;
}

const workers = 3;
const rounds = 400;

function churn(): number {
  let kept: Buffer[] = [];
  for (let round = 0; round < rounds; round += 1) {
    kept.push(Buffer.alloc(100 + ((round * 37) % 9000)));
    if (kept.length > 50) kept = kept.slice(25);
  }
  return kept.length;
}

async function work(): Promise<void> {
  const threads = Array.from({ length: workers }, () => new Worker(new URL(import.meta.url)));
  const pool = Array.from({ length: 8 }, (_, index) => promisify(deflate)(Buffer.alloc(200_000, index)));
  churn();
  await Promise.all([...pool, ...threads.map((worker) => once(worker, 'exit'))]);
}

const isThread = (key: bigint) => key >= ((1n << 62n) | 0x10000n) && key < 1n << 63n;

async function main({ load, windows }: Plan): Promise<ThreadsReport> {
  const { loadBinding } = (await import(pathToFileURL(load).href)) as { loadBinding: () => ProfilingBinding };
  const binding = loadBinding();
  binding.install();
  binding.startProfile();
  const discrepancies: string[] = [];
  const report = { allocations: 0, threads: 0, stacks: 0 };
  for (let window = 0; window < windows; window += 1) {
    const token = binding.openWindow({ threads: 'all' });
    await work();
    binding.drainWindow(token);
    const profile = binding.readProfile(token);
    binding.collectGarbage();
    const later = binding.readProfile(token);
    const reading = binding.closeWindow(token);
    discrepancies.push(...profileDiscrepancies(later, reading));
    report.allocations += reading.program.allocations;
    report.threads = Math.max(report.threads, [...profile.frames].filter(isThread).length);
    report.stacks = Math.max(report.stacks, profile.stacks.length);
  }
  return { discrepancies, ...report };
}

if (isMainThread) console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '{}') as Plan)));
else churn();
