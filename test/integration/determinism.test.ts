// Deterministic: fresh isolated runs of a synchronous workload give byte-identical counts, totals and marks.
// All workloads, twenty runs each: `npm test -- determinism`.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { varyingFields } from '../../scripts/lib/determinism.mjs';
import { measureOnNode } from '../support/isolated-on-node.js';
import { nodesAtHand } from './nodes-at-hand.js';

it.each(['map.mjs#map', 'zlib.mjs#deflate'])('three fresh runs of %s give the same bytes', async (name) => {
  const { varying, totalBytes } = await varyingFields(name, 3);
  expect(varying).toEqual({});
  expect(totalBytes).toBeGreaterThan(1_000_000);
});

// On Node 24 each task of V8's platform that a timer frees was 192 bytes less in the pass in which that fell.
it.each(nodesAtHand)('nothing that V8 did later is freed by the program on Node $major', async ({ node }) => {
  const module = fileURLToPath(new URL('../fixtures/measured/delayed-tasks.mjs', import.meta.url));
  const { samples } = await measureOnNode({ execPath: node, module, name: 'waitThenCollect', repeats: 2 });
  expect(samples[1]?.retained_bytes).toBeGreaterThanOrEqual(0);
});
