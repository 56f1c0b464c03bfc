// What a function of ours calls, sampled on this thread: the stacks on which the JavaScript heap grew, garbage included,
// and the texts of their scripts. Must not be loaded into a process that still measures anything else.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { heapSamplesOf } from '../../profile/heap-tree.js';
import type { SampledHeap } from '../protocol.js';
import { HeapSampler } from './heap-sampler.js';
import { scriptTexts } from './script-texts.js';

export class HeapSampling {
  readonly #sampler: HeapSampler;
  readonly #workers = new Set<number>();
  #others = 0;

  /** Made before the module that is sampled is loaded. Throws if this node has no inspector, or may not use it. */
  constructor(intervalBytes: number) {
    this.#sampler = new HeapSampler(intervalBytes);
    process.on('worker', this.#follow);
  }

  /** Throws if somebody else samples in this process. */
  start(): void {
    this.#others = this.#workers.size;
    this.#sampler.start();
  }

  /** `caller`: the name of the function that called the action. */
  stop(caller: string): SampledHeap {
    const head = this.#sampler.stop();
    this.end();
    const samples = heapSamplesOf(head, { isOwn, caller });
    const ids = new Set(samples.functions.map(({ scriptId }) => scriptId));
    ids.delete(0);
    const texts = scriptTexts({ ids, urls: new Set() });
    return { samples, texts: texts instanceof Error ? [] : texts, otherThreads: this.#others };
  }

  /** Once more does no harm. */
  end(): void {
    process.off('worker', this.#follow);
    this.#sampler.end();
  }

  // Those that are gone before the start count as little as those of the warm-up that are.
  readonly #follow = (worker: Worker): void => {
    const { threadId } = worker;
    this.#workers.add(threadId);
    this.#others += 1;
    worker.once('exit', () => this.#workers.delete(threadId));
  };
}

// WHY: the folder decides, because all code of the package is below dist; this module is three folders below its ES or its
// CommonJS half.
const own = resolve(dirname(fileURLToPath(import.meta.url)), '../../..').replace(/\/cjs$/, '');

function isOwn(url: string): boolean {
  if (!url.startsWith('file:')) return url.startsWith(`${own}/`);
  try {
    return fileURLToPath(url).startsWith(`${own}/`);
  } catch {
    // A script may be called anything.
    return false;
  }
}
