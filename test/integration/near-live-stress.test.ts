// Near-live forcing at a slack of a few KiB, on every supported Node and under V8's own stress flags: several isolates,
// weak things, finalizers, the pool and sockets; nothing crashes, and the figures stay sane.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import type { NativeReading } from '../../src/native/contract.js';
import type { StressPlan } from './near-live-stress-child.js';

const file = bundleEntry('test/integration/near-live-stress-child.ts');
const probe = testAddon('probe');
const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']);
const slackBytes = 4096;
const heldBytes = 4_000_000;

interface Stressed {
  readonly done: number;
  readonly inWorkers: readonly number[];
  readonly awaited: readonly [number, boolean, number];
  readonly finalized: number;
  readonly held: number;
  readonly reading: NativeReading;
}

// WHY: they have sizes of their own, because under V8's stress flags it collects by itself all the time, which takes longer.
const worlds = [
  { name: 'default flags', flags: [], scale: 2 },
  { name: '--stress-compaction', flags: ['--stress-compaction'], scale: 1 },
  { name: '--gc-interval=500', flags: ['--gc-interval=500'], scale: 1 },
];

// 'attached' has no flags of ours: V8 collects and compiles on its threads too.
function stress(node: string, flags: readonly string[], scale: number): Promise<Stressed> {
  const plan: Omit<StressPlan, 'load'> = { probe, slackBytes, scale };
  const own = ['--expose-gc', '--max-semi-space-size=1', ...flags];
  return runMeasured({ node, mode: 'attached', file, plan, flags: own }) as Promise<Stressed>;
}

describe.each(nodes)('on Node $major', ({ executable }) => {
  it.each(worlds)('forced collections under $name break nothing', async ({ flags, scale }) => {
    const { done, inWorkers, awaited, held, finalized, reading } = await stress(executable, flags, scale);
    expect(inWorkers).toEqual([done, done, done]);
    expect(awaited).toEqual([50 * scale, true, 2 * scale * 50_000]);
    expect(finalized).toBeGreaterThan(0);
    expect(held).toBe(heldBytes);
    const { sum, program, js } = reading;
    expect(js?.nearLive?.forcedCollections).toBeGreaterThan(10);
    expect(sum.peakBytes).toBeGreaterThanOrEqual(heldBytes);
    expect(sum.peakBytes).toBeGreaterThanOrEqual(program.peakBytes);
    expect(sum.peakBytes).toBeLessThan(200_000_000);
    expect(js?.totalBytes).toBeGreaterThan(1_000_000);
  });
});
