// Runs and benchmarks for the comparison's tests: as few words as the test at hand needs.

import { parseRunFile } from '../../src/runfile/read.js';
import type { Run } from '../../src/runfile/run.js';
import { metrics } from '../../src/stats/metrics.js';

export interface Bench {
  readonly id: string;
  readonly peak?: readonly number[];
  readonly allocations?: readonly number[];
  readonly time?: readonly number[];
  readonly group?: string;
  readonly params?: object;
  readonly extra?: object;
  /** More of the memory blob. */
  readonly blob?: object;
}

export function benchmark({ id, peak, allocations, time, group, params, extra, blob }: Bench): object {
  const size = peak?.length ?? 1;
  const memory = {
    peak_bytes: peak,
    allocations: allocations ?? Array(size).fill(1),
    total_bytes: Array(size).fill(100),
    ...blob,
  };
  return {
    group: group ?? null,
    name: id,
    fullname: id,
    params: params ?? null,
    param: null,
    extra_info: { ...extra, ...(peak === undefined ? {} : { benchmem: memory }) },
    options: {},
    ...(time === undefined ? {} : { stats: statsOf(time) }),
  };
}

const memoryFields = metrics.flatMap(({ field }) =>
  field === 'stats' || field === 'peak_bytes' ? [] : [field],
);

/** A benchmark whose every memory metric is `value`, and whose only round took `time` seconds. */
export function benchOfEveryMetric(value: number, time: number): Bench {
  return {
    id: 'm.bench.js::b',
    peak: [value],
    time: [time],
    blob: Object.fromEntries(memoryFields.map((field) => [field, [value]])),
  };
}

/** As the reader gives it: through the file's text. */
export function run(label: string, benches: readonly Bench[], top: object = {}): Run {
  const text = JSON.stringify({
    machine_info: {},
    commit_info: {},
    benchmarks: benches.map(benchmark),
    ...top,
  });
  return { path: `${label}.json`, label, file: parseRunFile(text, `${label}.json`) };
}

function statsOf(data: readonly number[]) {
  const sorted = [...data].sort((a, b) => a - b);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const median = sorted[Math.floor(sorted.length / 2)];
  return { min: sorted[0], max: sorted.at(-1), mean, median, stddev: 0, rounds: data.length, data };
}

/** Random numbers from 0 to below 1; the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
