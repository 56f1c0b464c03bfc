// Deterministic: fresh isolated runs of a synchronous workload give byte-identical counts, totals and marks.
// All workloads, twenty runs each: `npm test -- determinism`.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { differencesOf, varyingFields, workloadOf } from '../../scripts/lib/determinism.mjs';
import { measureOnNode } from '../support/isolated-on-node.js';
import { nodesAtHand } from './nodes-at-hand.js';

it.each(['map.mjs#map', 'zlib.mjs#deflate'])('three fresh runs of %s give the same bytes', async (name) => {
  const { varying, totalBytes } = await varyingFields(name, 3);
  expect(varying).toEqual({});
  expect(totalBytes).toBeGreaterThan(1_000_000);
});

// V8 14 hands parts of a young collection to its own threads: both differed in every comparison of four runs.
const collecting = ['map.mjs#map', 'map.mjs#object'];
const cells = nodesAtHand.flatMap(({ major, node }) => collecting.map((name) => ({ major, node, name })));
it.each(cells)('three runs of $name give the same bytes on Node $major', async ({ node, name }) => {
  const results = [];
  for (let run = 0; run < 3; run += 1)
    results.push(await measureOnNode({ execPath: node, repeats: 2, ...workloadOf(name) }));
  expect(differencesOf(results).varying).toEqual({});
});

// What V8's own threads are kept from meanwhile comes to its end all the same.
it.each(nodesAtHand)('V8 compiles on its own threads while it collects on Node $major', async ({ node }) => {
  const module = fileURLToPath(new URL('../fixtures/measured/compile-while-collecting.mjs', import.meta.url));
  const { samples } = await measureOnNode({ execPath: node, module, name: 'compileWhileCollecting' });
  expect(samples.length).toBeGreaterThan(0);
});

// On Node 24 each task of V8's platform that a timer frees was 192 bytes less in the pass in which that fell.
it.each(nodesAtHand)('nothing that V8 did later is freed by the program on Node $major', async ({ node }) => {
  const module = fileURLToPath(new URL('../fixtures/measured/delayed-tasks.mjs', import.meta.url));
  const { samples } = await measureOnNode({ execPath: node, module, name: 'waitThenCollect', repeats: 2 });
  expect(samples[1]?.retained_bytes).toBeGreaterThanOrEqual(0);
});
