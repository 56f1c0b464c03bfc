// A benchmark's own ceilings, and which passes break them. Pure.
// A ceiling reads the worst pass.

import type { MemoryBlob } from '../runfile/schema.js';
import { memorySeries } from '../runfile/table.js';
import { maximum } from '../stats/summary.js';
import type { CeilingOptions } from './bench-options.js';
import { byteLimit, countLimit } from './limit-values.js';

export type CeilingName = keyof CeilingOptions;

const fieldOf: Readonly<Record<CeilingName, string>> = {
  maxPeak: 'peak_bytes',
  maxAllocated: 'total_bytes',
  maxAllocations: 'allocations',
  maxRetained: 'retained_bytes',
  maxRss: 'rss_bytes',
};

const ceilingNames = Object.keys(fieldOf) as readonly CeilingName[];

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
