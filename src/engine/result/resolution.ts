// How far figures of one action may differ by chance, per field: what a table, a gate or a trend need not take for growth.

import { metricNamed } from '../../stats/metrics.js';
import { retainedResolution } from '../../stats/retained.js';
import type { Sample, SampleField } from './sample.js';

const yieldingBytes = 16 * 1024;
const yieldingCount = 2;

/** In bytes, or a count for counts. `yields`: the action lets the event loop turn, so that other code runs meanwhile. */
export function resolutionOf(sample: Sample, yields: boolean): Record<string, number> {
  const fields = Object.keys(sample) as SampleField[];
  return Object.fromEntries(
    fields.flatMap((field): [string, number][] => {
      if (field === 'retained_bytes') return [[field, retainedResolutionOf(yields)]];
      if (!yields) return [];
      return [[field, metricNamed(field)?.unit === '' ? yieldingCount : yieldingBytes]];
    }),
  );
}

export function retainedResolutionOf(yields: boolean): number {
  return yields ? retainedResolution.yielding : retainedResolution.synchronous;
}
