// Near-live peak in isolated children, on every supported Node: against figures known by construction, or held after
// full collections, within the documented bound; and byte-identical in fresh runs.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../scripts/lib/other-nodes.mjs';
import type { ResultMessage } from '../../src/engine/child/protocol.js';
import type { Sample } from '../../src/engine/result/sample.js';
import { type ChildRun, childOnNode } from '../support/child-on-node.js';

const module = fileURLToPath(new URL('../fixtures/measured/near-live-actions.mjs', import.meta.url));
const nodes: readonly { major: string; executable: string }[] = nodesOf(['20', '22', '24', '26']);

// V8 looks at garbage when the nursery is full; Node 20 counts open allocation areas as used.
const nurseryBytes = 1024 * 1024;
const openAreaBytes = 450_000;
// What a clean action may leave over in the other child, which says what is held: as in retained.test.ts.
const residueBytes = 16 * 1024;
const boundBytes = ({ facts }: ResultMessage) =>
  (facts.near_live?.slack_bytes ?? Number.NaN) + nurseryBytes + openAreaBytes;

type Run = Pick<ChildRun, 'execPath' | 'name'> & Partial<ChildRun>;
const measure = (run: Run) => childOnNode({ kind: 'peak', module, setup: 'release', repeats: 1, ...run });

/** The only pass. */
function passOf({ samples }: ResultMessage): { readonly [Field in keyof Sample]-?: number } {
  expect(samples).toHaveLength(1);
  return samples[0] as { readonly [Field in keyof Sample]-?: number };
}

function expectPartsThatAddUp(result: ResultMessage): void {
  const { peak_bytes, native_at_peak_bytes, js_at_peak_bytes, mapped_other_at_peak_bytes } = passOf(result);
  expect(native_at_peak_bytes + js_at_peak_bytes + (mapped_other_at_peak_bytes ?? 0)).toBe(peak_bytes);
}

describe.concurrent.each(nodes)('on Node $major:', ({ executable: execPath }) => {
  it('1,000 dropped Buffers of 1 MiB peak at one of them', async () => {
    const result = await measure({ execPath, name: 'droppedBuffers', warmup: 0 });
    expect(passOf(result).peak_bytes).toBeGreaterThanOrEqual(1024 * 1024);
    expect(passOf(result).peak_bytes).toBeLessThan(4 * 1024 * 1024);
    expect(result.facts.near_live?.forced_gcs).toBeGreaterThan(100);
    expectPartsThatAddUp(result);
  });

  // What is live in between and not at the end: the backing store that a growing array or table is copied from.
  it.each([
    { name: 'rows', transient: 8 * 3e5 },
    { name: 'parsedText', setup: 'makeText', transient: 8 * 130_000 },
    { name: 'map', transient: 1_835_048 },
    { name: 'builtString', transient: 0 },
    { name: 'bufferMix', transient: 8 * 50_000 },
  ])('$name peaks at what is live, within the bound', async ({ transient, ...action }) => {
    const accounted = await measure({ kind: 'accounting', execPath, ...action });
    const heldBytes = passOf(accounted).retained_bytes;
    expect(heldBytes).toBeGreaterThan(2_000_000);
    const result = await measure({ execPath, ...action });
    expect(passOf(result).peak_bytes).toBeGreaterThanOrEqual(heldBytes - residueBytes);
    expect(passOf(result).peak_bytes).toBeLessThanOrEqual(heldBytes + transient + boundBytes(result));
    expectPartsThatAddUp(result);
  });

  // WHY: the bound differs, because V8 puts a function that is assigned to a property straight into old space, 56 bytes beside 40
  // of its context, until the loop is optimized; it looks at both when the contexts have filled the nursery.
  it.each([
    { name: 'localClosures', tenuredShare: 0 },
    { name: 'closures', tenuredShare: 56 / 40 },
  ])('3e5 dropped $name peak within the bound of nothing', async ({ name, tenuredShare }) => {
    const result = await measure({ execPath, name, repeats: 4, warmup: 0 });
    for (const { peak_bytes } of result.samples) {
      expect(peak_bytes).toBeLessThanOrEqual(boundBytes(result) + tenuredShare * nurseryBytes);
      // They are made indeed: the nursery fills.
      expect(peak_bytes).toBeGreaterThan(nurseryBytes / 2);
    }
  });

  it('adds what stood at one instant, of a 10 MiB transient and an array held during a 5 MiB one', async () => {
    const result = await measure({ execPath, name: 'twoTransients' });
    const { peak_bytes, native_at_peak_bytes } = passOf(result);
    expect(peak_bytes).toBeGreaterThanOrEqual(8_000_000 + 5 * 1024 * 1024);
    expect(peak_bytes).toBeLessThanOrEqual((8_000_000 + 5 * 1024 * 1024) * 1.005);
    expect(native_at_peak_bytes).toBe(5 * 1024 * 1024);
    expectPartsThatAddUp(result);
  });

  it('says nothing was forced where nothing was allocated', async () => {
    const { facts } = await measure({ execPath, name: 'nothing' });
    expect(facts.near_live).toEqual({ slack_bytes: 262_144, forced_gcs: 0 });
  });

  it('ten fresh runs of Buffers beside objects have the same peak, parts and forced collections', async () => {
    await expectRepeats({ execPath, name: 'bufferMix', args: [60, 10_000] });
  });
});

it('ten fresh runs of rows have the same peak, parts and forced collections', async () => {
  await expectRepeats({ execPath: process.execPath, name: 'rows', args: [60_000] });
});

// WHY: it is smaller than above, because what counts is that collections are forced in it.
async function expectRepeats(run: Run): Promise<void> {
  const seen = new Set<string>();
  for (let count = 0; count < 10; count += 1) {
    const { samples, facts } = await measure({ ...run, warmup: 0 });
    expect(facts.near_live?.forced_gcs).toBeGreaterThan(0);
    seen.add(JSON.stringify([samples, facts.near_live]));
  }
  expect([...seen]).toHaveLength(1);
}
