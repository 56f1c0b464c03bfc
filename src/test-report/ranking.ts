// Which tests a report shows, and in which order. Pure.
import type { TestRecord } from '../testing/record.js';
import type { SortKey } from './view.js';

export function isMeasured({ figures, test }: TestRecord): boolean {
  return Object.keys(figures).length > 0 || test.leak !== undefined;
}

/** What the test failed by is a figure. */
export function isOverLimit({ test }: TestRecord): boolean {
  return test.outcome === 'limit' || test.outcome === 'leak';
}

/** Bytes per call, native and JavaScript; undefined unless its body was repeated. */
export function leakBytes({ test: { leak } }: TestRecord): number | undefined {
  return leak === undefined ? undefined : leak.native_per_call + (leak.js_per_call ?? 0);
}

const values: Readonly<Record<SortKey, (record: TestRecord) => number | undefined>> = {
  // Where this runtime shows no JavaScript heap there is no peak, and the native one stands for it.
  peak: ({ figures }) => figures.peak_bytes ?? figures.native_peak_bytes,
  allocated: ({ figures }) => figures.total_bytes ?? figures.native_total_bytes,
  allocations: ({ figures }) => figures.allocations,
  retained: ({ figures }) => figures.retained_bytes,
  leak: leakBytes,
};

/** The measured tests, the largest first; those without that figure come last. */
export function ranked(records: readonly TestRecord[], key: SortKey): TestRecord[] {
  const value = (record: TestRecord) => values[key](record) ?? Number.NEGATIVE_INFINITY;
  return records
    .filter(isMeasured)
    .map((record) => ({ record, rank: value(record) }))
    .sort((left, right) => (left.rank === right.rank ? 0 : right.rank - left.rank))
    .map(({ record }) => record);
}

/** So many of them; 0: all. */
export function firstOf<T>(all: readonly T[], most: number): readonly T[] {
  return most === 0 ? all : all.slice(0, most);
}

/** A file, and the most that one of its tests needed at once. */
export interface FilePeak {
  readonly file: string;
  readonly peakBytes: number;
}

export function heaviestFiles(records: readonly TestRecord[], most: number): FilePeak[] {
  const peaks = new Map<string, number>();
  for (const { figures, test } of records) {
    const { peak_bytes: peak } = figures;
    if (peak !== undefined) peaks.set(test.file, Math.max(peak, peaks.get(test.file) ?? 0));
  }
  return [...peaks]
    .map(([file, peakBytes]) => ({ file, peakBytes }))
    .sort((left, right) => right.peakBytes - left.peakBytes)
    .slice(0, most);
}

/** Why tests were not measured, the most frequent reason first. */
export function reasonsOf(records: readonly TestRecord[]): (readonly [reason: string, count: number])[] {
  const left = records.filter((record) => !isMeasured(record));
  return countsOf(left.map(({ test }) => test.reason ?? 'no reason was given'));
}

/** How often each text stands there, the most frequent one first. */
export function countsOf(texts: readonly string[]): (readonly [text: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left);
}
