// A benchmark's own ceilings: what a limit may look like, and which passes break it. Pure.
// A ceiling reads the worst pass.

import type { MemoryBlob } from '../runfile/schema.js';
import { memorySeries } from '../runfile/table.js';
import { maximum } from '../stats/summary.js';
import type { CeilingOptions } from './bench-options.js';

export type CeilingName = keyof CeilingOptions;

const fieldOf: Readonly<Record<CeilingName, string>> = {
  maxPeak: 'peak_bytes',
  maxAllocated: 'total_bytes',
  maxAllocations: 'allocations',
  maxRetained: 'retained_bytes',
  maxRss: 'rss_bytes',
};

const ceilingNames = Object.keys(fieldOf) as readonly CeilingName[];

/** Bytes per unit; decimal prefixes are powers of 1000. */
const unitBytes = new Map([
  ['', 1],
  ['B', 1],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['TB', 1e12],
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
]);

/** The bytes that a limit means; undefined where it means none. */
export function byteLimit(value: unknown): number | undefined {
  if (typeof value === 'number') return value >= 0 && Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value);
  const factor = match === null ? undefined : unitBytes.get(match[2] ?? '');
  return factor === undefined ? undefined : Number(match?.[1]) * factor;
}

/** The count that a limit means; undefined where it means none. */
export function countLimit(value: unknown): number | undefined {
  if (typeof value === 'string') return /^\s*\d+\s*$/.test(value) ? Number(value) : undefined;
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined;
}

export interface Breach {
  readonly name: CeilingName;
  readonly field: string;
  /** In bytes, or a count. */
  readonly limit: number;
  /** The worst pass; undefined where the field was not measured. */
  readonly worst: number | undefined;
}

/** The benchmark's ceilings in bytes and counts, as the run file keeps them. */
export function limitsOf(options: CeilingOptions): Record<string, number> {
  return Object.fromEntries(
    ceilingNames.flatMap((name) => {
      const value = options[name];
      if (value === undefined) return [];
      const limit = name === 'maxAllocations' ? countLimit(value) : byteLimit(value);
      return limit === undefined ? [] : [[fieldOf[name], limit]];
    }),
  );
}

/** The ceilings that the worst pass breaks, and those whose field was not measured. */
export function breachesOf(options: CeilingOptions, blob: MemoryBlob | undefined): Breach[] {
  const limits = limitsOf(options);
  return ceilingNames.flatMap((name) => {
    const field = fieldOf[name];
    const limit = limits[field];
    if (limit === undefined) return [];
    const series = blob === undefined ? undefined : memorySeries(blob, field);
    const worst = series === undefined ? undefined : maximum(series);
    return worst !== undefined && worst <= limit ? [] : [{ name, field, limit, worst }];
  });
}
