// Runs made of a few numbers, for tests of pictures: no file is read.

import { parseRunFile } from '../../../src/runfile/read.js';
import type { Run } from '../../../src/runfile/run.js';

export interface Entry {
  readonly id: string;
  /** Peak bytes, one per pass. */
  readonly peak?: readonly number[];
  readonly seconds?: number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly retained?: readonly number[];
}

export function run(label: string, entries: readonly Entry[]): Run {
  const file = {
    machine_info: {},
    commit_info: {},
    benchmarks: entries.map(benchmark),
    datetime: '',
    version: '1',
  };
  return { path: `${label}.json`, label, file: parseRunFile(JSON.stringify(file), `${label}.json`) };
}

function benchmark({ id, peak, seconds, params, extra, retained }: Entry) {
  const blob =
    peak === undefined
      ? {}
      : {
          benchmem: {
            peak_bytes: peak,
            allocations: peak.map(() => 3),
            total_bytes: peak,
            ...(retained === undefined ? {} : { retained_bytes: retained }),
          },
        };
  return {
    name: id,
    fullname: id,
    group: null,
    params: params ?? null,
    param: null,
    extra_info: { ...extra, ...blob },
    ...(seconds === undefined ? {} : { stats: statsOf(seconds) }),
  };
}

function statsOf(seconds: number) {
  return {
    min: seconds,
    max: seconds * 2,
    mean: seconds,
    median: seconds,
    stddev: 0,
    rounds: 3,
    data: [seconds],
  };
}

/** `f.js::build[n]` for each size, with `n` as its parameter. */
export function sizes(label: string, peaks: Readonly<Record<number, number>>): Run {
  const entries = Object.entries(peaks).map(
    ([n, peak]): Entry => ({ id: `f.js::build[${n}]`, peak: [peak], params: { n: Number(n) } }),
  );
  return run(label, entries);
}
