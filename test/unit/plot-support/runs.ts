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

/** Saved runs of one commit after the other, of which the later half takes 1.5 times as much. */
export function steppedRuns(word: string, count: number): Run[] {
  return Array.from({ length: count }, (_, at) => {
    const id = `${word}${String(at).padStart(6, '0')}`;
    const peak = [at < count / 2 ? 4000 : 6000, at < count / 2 ? 4100 : 6100];
    const { file, ...made } = run(`r${at}`, [
      { id: 'f.js::a<b>', peak: peak.map((bytes) => bytes * 10 + (at % 3) * 40) },
      { id: 'f.js::b', peak: [2000, 2100] },
    ]);
    const time = `2026-01-01T00:00:${String(at).padStart(2, '0')}Z`;
    return { ...made, file: { ...file, commit_info: { id, time, branch: 'main', dirty: at === 3 } } };
  });
}
