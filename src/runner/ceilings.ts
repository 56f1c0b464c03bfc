// A benchmark's own ceilings, and which passes break them. Pure.
// A ceiling reads the worst pass.

import type { MemoryFigures } from '../runfile/schema.js';
import { memorySeries, retainedIn } from '../runfile/table.js';
import { maximum } from '../stats/summary.js';
import { type CeilingName, type CeilingOptions, ceilingOf, ceilings } from './bench-options.js';

export interface Breach {
  readonly name: CeilingName;
  readonly field: string;
  /** In bytes, or a count. */
  readonly limit: number;
  /** The worst pass; undefined if the field was not measured. */
  readonly worst: number | undefined;
}

/** The benchmark's ceilings in bytes and counts, as the run file keeps them. */
export function limitsOf(options: CeilingOptions): Record<string, number> {
  return Object.fromEntries(
    [...ceilings].flatMap(([name, { field }]) => {
      const value = options[name];
      return value === undefined ? [] : [[field, ceilingOf(name, value)]];
    }),
  );
}

/** The ceilings that the worst pass breaks, of `retained` what stays, and those whose field was not measured. */
export function breachesOf(options: CeilingOptions, blob: MemoryFigures | undefined): Breach[] {
  const limits = limitsOf(options);
  return [...ceilings].flatMap(([name, { field }]) => {
    const limit = limits[field];
    if (limit === undefined) return [];
    const worst = blob === undefined ? undefined : worstOf(blob, field);
    return worst !== undefined && worst <= limit ? [] : [{ name, field, limit, worst }];
  });
}

// WHY: the worst pass does not decide what is retained, because what one pass reads too high, another one read too low.
function worstOf(blob: MemoryFigures, field: string): number | undefined {
  if (field === 'retained_bytes') return retainedIn(blob)?.bytes;
  const series = memorySeries(blob, field);
  return series === undefined ? undefined : maximum(series);
}
