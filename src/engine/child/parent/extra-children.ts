// The parent's side of the opt-in passes: starts their children, one after the other, and gathers what they answer.
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchmemError } from '../../../errors.js';
import { type HeapCapture, samplingOf } from '../../profile/capture.js';
import { heapInterval } from '../../profile/heap-interval.js';
import { type CensusCount, countObjects } from '../../result/census.js';
import type { ObjectSitesBlob, RetainersBlob } from '../../result/fields.js';
import { samplingInterval } from '../../result/object-sites.js';
import type { Warning } from '../../result/warning.js';
import type { ExtraPlan, ExtraResult } from '../protocol.js';
import { ownFolder } from './own-folder.js';
import type { ChildOutcome } from './run.js';
import type { ChildRequest } from './start.js';

/** Starts one such child; resolves when it has reported and is gone. */
export type RunExtra = (request: ChildRequest<ExtraPlan>) => Promise<ChildOutcome<ExtraResult>>;

export const extraEntry = fileURLToPath(
  new URL('../../../cjs/engine/child/inside/extra-entry.js', import.meta.url),
);

const retainersEntry = fileURLToPath(
  new URL('../../../cjs/engine/child/inside/retainers-entry.js', import.meta.url),
);

/** Everything of a request that is the same in each pass. */
export type ExtraRequest = Omit<ChildRequest<ExtraPlan>, 'entry' | 'stdout'>;

export interface RssFigures {
  /** One entry per child; absent if the system hides it. */
  readonly series?: readonly number[];
  readonly warnings: readonly Warning[];
}

/** `passes` cold children, one call each. */
export async function measureRss(run: RunExtra, request: ExtraRequest, passes: number): Promise<RssFigures> {
  const series: number[] = [];
  while (series.length < passes) {
    const { result } = await run({ ...request, entry: extraEntry });
    if (result.rssBytes === undefined) return { warnings: [hiddenRss(result.refusal ?? 'no reason given')] };
    series.push(result.rssBytes);
    request.onProgress?.({ benchmem: 'progress', passes: series.length });
  }
  return { series, warnings: [] };
}

/** One child; its standard output is V8's census. Throws NOT_AVAILABLE if that is incomplete. */
export async function measureObjects(run: RunExtra, request: ExtraRequest): Promise<CensusCount> {
  const folder = ownFolder('benchmem-');
  try {
    const file = join(folder, 'census');
    const stdout = openSync(file, 'w');
    let outcome: ChildOutcome<ExtraResult>;
    try {
      outcome = await run({ ...request, entry: extraEntry, stdout });
    } finally {
      closeSync(stdout);
    }
    const { collections = 0, onlyFull } = outcome.result;
    const count = onlyFull === true ? countObjects(readFileSync(file, 'latin1'), collections) : undefined;
    if (count === undefined) throw uncounted();
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface SiteFigures {
  /** Absent if V8's profiler cannot be used. */
  readonly found?: ObjectSitesBlob;
  readonly warnings: readonly Warning[];
}

/** One child; `heapBytes`: how much the calls allocate, which decides how far apart the samples are. */
export async function measureSites(
  run: RunExtra,
  request: ExtraRequest,
  heapBytes: number,
): Promise<SiteFigures> {
  const plan = { ...request.plan, intervalBytes: samplingInterval(heapBytes) };
  const { result } = await run({ ...request, plan, entry: extraEntry });
  const { sites, refusal = 'no reason given' } = result;
  return sites === undefined ? { warnings: [hiddenSites(refusal)] } : { found: sites, warnings: [] };
}

/**
 * One child; `allocatedBytes`: how much a pass allocates on the JavaScript heap. WHY: a failure is no error, because the stacks
 * of native memory are there, and the profile says why these are not. Throws ABORTED.
 */
export async function sampleHeap(
  run: RunExtra,
  request: ExtraRequest,
  allocatedBytes: number | undefined,
): Promise<HeapCapture> {
  const intervalBytes = heapInterval(allocatedBytes);
  try {
    const { result } = await run({
      ...request,
      plan: { ...request.plan, intervalBytes },
      entry: extraEntry,
    });
    const { heap, refusal = 'no reason given' } = result;
    if (heap === undefined) return { refusal };
    return {
      samples: heap.samples,
      texts: heap.texts,
      sampling: samplingOf(intervalBytes, heap.otherThreads),
    };
  } catch (error) {
    if (!(error instanceof BenchmemError) || error.code === 'ABORTED') throw error;
    return { refusal: error.message };
  }
}

export interface RetainerFigures {
  /** Absent if no snapshot could be taken. */
  readonly found?: RetainersBlob;
  readonly warnings: readonly Warning[];
}

/** One child; its heap may hold so much. Throws NOT_AVAILABLE, BAD_SNAPSHOT. */
export async function measureRetainers(
  run: RunExtra,
  request: ExtraRequest,
  { calls, maxHeapBytes }: RetainersOrder,
): Promise<RetainerFigures> {
  const plan = { ...request.plan, passCalls: request.plan.calls, calls, maxHeapBytes };
  const { result } = await run({ ...request, plan, entry: retainersEntry });
  const { retainers, refusal = 'no reason given' } = result;
  return retainers === undefined
    ? { warnings: [hiddenRetainers(refusal)] }
    : { found: retainers, warnings: [] };
}

export interface RetainersOrder {
  /** Of the first phase; the second makes twice as many. */
  readonly calls: number;
  readonly maxHeapBytes: number;
}

function hiddenRss(refusal: string): Warning {
  return {
    code: 'RSS_HIDDEN',
    subject: 'rss',
    message: `the resident high-water mark cannot be read here: ${refusal}`,
    hint: 'it needs a /proc whose clear_refs the process may write: not every container has one',
  };
}

function hiddenSites(refusal: string): Warning {
  return {
    code: 'SITES_HIDDEN',
    subject: 'objects',
    message: `the functions that allocate cannot be told here: ${refusal}`,
    hint: 'it needs a Node.js with its inspector, and the permission to use it',
  };
}

function hiddenRetainers(refusal: string): Warning {
  return {
    code: 'RETAINERS_HIDDEN',
    subject: 'retainers',
    message: `which objects stay was not looked at, because ${refusal}`,
    hint: 'measure a smaller input, or raise the limit, for example: --retainers-max 1GB',
  };
}

// The census was cut or mixed up, or did not hold what was announced.
function uncounted(): BenchmemError {
  return new BenchmemError(
    'NOT_AVAILABLE',
    'the objects could not be counted: the census of the heap is incomplete',
    'it shares standard output with what native code or fs.writeSync(1) writes, and with workers that collect at the same ' +
      'moment: measure without them, on a Node.js from 20 to 26',
  );
}
