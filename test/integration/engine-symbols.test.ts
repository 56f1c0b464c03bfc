// What a child reads of its engine's symbols, handed to the child after it: on every Node, the same answers.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/engine/result/sample.js';
import { childOnNode } from '../support/child-on-node.js';
import { nodesAtHand } from './nodes-at-hand.js';

const module = fileURLToPath(new URL('../fixtures/jobs/well-behaved.mjs', import.meta.url));

const child = (execPath: string) =>
  childOnNode({ kind: 'accounting', execPath, module, name: 'buffers', args: [100, 50_000], repeats: 1 });

// What V8's other threads allocate is the engine's, and comes sooner or later.
const ofProgram = ({ allocations, native_peak_bytes, native_total_bytes, total_bytes }: Sample) => [
  allocations,
  native_peak_bytes,
  native_total_bytes,
  total_bytes,
];

describe.each(nodesAtHand)('Node $major', ({ node }) => {
  it('leaves what it read to the next child, which counts as if it had read it', async () => {
    const first = await child(node);
    const second = await child(node);
    expect(first.engineSymbols?.some((byte) => byte !== 0)).toBe(true);
    expect(second.engineSymbols).toEqual(first.engineSymbols);
    expect(second.description).toEqual(first.description);
    expect(second.description.engineSplit).toBe('symbols');
    expect(second.samples.map(ofProgram)).toEqual(first.samples.map(ofProgram));
    expect(second.samples[0]?.allocations).toBe(100);
    expect(second.samples[0]?.engine_allocations).toBeGreaterThan(0);
  });
});
