// Deterministic: fresh isolated runs of a synchronous workload give byte-identical counts, totals and marks.
// All workloads, twenty runs each: `npm test -- determinism`.
import { expect, it } from 'vitest';
import { varyingFields } from '../../scripts/lib/determinism.mjs';

it.each(['map.mjs#map', 'zlib.mjs#deflate'])('three fresh runs of %s give the same bytes', async (name) => {
  const { varying, totalBytes } = await varyingFields(name, 3);
  expect(varying).toEqual({});
  expect(totalBytes).toBeGreaterThan(1_000_000);
});
