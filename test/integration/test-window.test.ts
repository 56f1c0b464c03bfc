// Windows in two halves in a plain process, on the oldest and the newest Node at hand (BENCHMEM_FULL=1: on all): exact in each
// tier, one at a time for both module systems, and gone where something inside measures.
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import type { Sample } from '../../src/engine/result/sample.js';
import { nodesAtHand } from './nodes-at-hand.js';

type Samples = Readonly<Record<'empty' | 'buffers' | 'doubles', Required<Sample>[]>>;
type GaveWay = { readonly inner: number; readonly gaveWay: boolean; readonly finish: string };

interface Answer {
  readonly light: Samples;
  readonly nearLive: Samples;
  readonly full: Samples;
  readonly now: Readonly<Record<'light' | 'nearLive' | 'full', Required<Sample>>>;
  readonly current: Required<Sample>;
  readonly gaveWay: Readonly<Record<'measureMemory' | 'openWindow' | 'window', GaveWay>>;
  readonly turns: { readonly order: readonly string[]; readonly refused: readonly string[] };
  readonly thrown: string;
  readonly afterwards: Required<Sample>;
  readonly gc: readonly string[];
}

const file = bundleEntry('test/integration/test-window-child.ts');
const repeats = 5;
/** Of 1.25e6 doubles, and of the array that it was copied from when it grew last. */
const doublesBytes = 17_389_384;
/** What V8 counts late: an allocation area that it opens, a function that it compiles. */
const someJsBytes = 512 * 1024;

const all = (answer: Answer) =>
  [answer.light, answer.nearLive, answer.full].flatMap((samples) => Object.values(samples).flat());

const isFull = process.env.BENCHMEM_FULL === '1';
const nodes = nodesAtHand.filter((_, at) => isFull || at === 0 || at === nodesAtHand.length - 1);

describe.each(nodes)('a window in two halves on Node $major', ({ node }) => {
  const running = runMeasured({ node, file, plan: { dist: `${root}/dist`, repeats } }) as Promise<Answer>;

  it('counts native memory exactly in every tier', async () => {
    const answer = await running;
    for (const { buffers } of [answer.light, answer.nearLive, answer.full]) {
      expect(buffers.map((each) => [each.allocations, each.native_total_bytes])).toEqual(
        Array(repeats).fill([10, 10_000_000]),
      );
    }
    for (const each of [answer.now.light, answer.current, answer.afterwards]) {
      expect([each.allocations, each.native_total_bytes]).toEqual([10, 10_000_000]);
    }
  });

  it('reads nothing of an empty body', async () => {
    const answer = await running;
    for (const { empty } of [answer.light, answer.nearLive, answer.full]) {
      expect(empty.map(({ allocations }) => allocations)).toEqual(Array(repeats).fill(0));
      const peaks = empty.map(({ peak_bytes }) => peak_bytes).sort((left, right) => left - right);
      expect(peaks[repeats >> 1]).toBe(0);
      expect(peaks.at(-1)).toBeLessThan(someJsBytes);
    }
  });

  it('peaks at what was live in the tiers that force collections, within 0.5 %', async () => {
    const { nearLive, full, now } = await running;
    const peaks = [...nearLive.doubles, ...full.doubles, now.nearLive].map(({ peak_bytes }) => peak_bytes);
    expect(peaks).toHaveLength(2 * repeats + 1);
    for (const peak of peaks) expect(Math.abs(peak / doublesBytes - 1)).toBeLessThan(0.005);
  });

  it('knows what is retained in the tier full only', async () => {
    const { light, nearLive, full } = await running;
    for (const each of [...light.empty, ...nearLive.empty]) expect(each).not.toHaveProperty('retained_bytes');
    const retained = full.empty.map(({ retained_bytes }) => Math.abs(retained_bytes));
    expect(retained.sort((left, right) => left - right)[repeats >> 1]).toBeLessThan(512);
  });

  it('never has a total below its native part', async () => {
    const samples = all(await running);
    expect(samples).toHaveLength(9 * repeats);
    for (const each of samples) expect(each.total_bytes).toBeGreaterThanOrEqual(each.native_total_bytes);
  });

  it('gives way to whatever measures inside, which is not disturbed', async () => {
    const { measureMemory, openWindow, window } = (await running).gaveWay;
    expect(measureMemory.inner).toBeGreaterThanOrEqual(300_000);
    expect(measureMemory.inner).toBeLessThan(300_000 + someJsBytes);
    expect([openWindow.inner, window.inner]).toEqual([300_000, 300_000]);
    for (const each of [measureMemory, openWindow, window]) {
      expect(each).toMatchObject({ gaveWay: true, finish: 'NO_WINDOW' });
    }
  });

  it('has one turn for both module systems: who waits comes in order, who may not wait is refused', async () => {
    const { order, refused } = (await running).turns;
    expect(refused).toEqual(['WINDOW_OPEN', 'WINDOW_OPEN', 'WINDOW_OPEN']);
    expect(order).toEqual(['first', 'turn 1', 'turn 2', 'report']);
  });

  it('is discarded any number of times, and leaves no global gc behind', async () => {
    const { thrown, gc } = await running;
    expect([thrown, ...gc]).toEqual(['NO_WINDOW', 'undefined', 'undefined']);
  });
});
