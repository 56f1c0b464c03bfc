// topAllocations of profiled windows and results in a plain process, on the oldest and the newest Node at hand: the function
// of an addon that loses blocks, the function of the project that keeps Buffers, sums that equal the window's figures.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import type { TopAllocation } from '../../src/profile/reports/top-stacks.js';
import { builtIndex } from '../support/built-api.js';
import { nodesAtHand } from './nodes-at-hand.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-top-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = bundleEntry('test/integration/top-allocations-child.ts');
const nodes = nodesAtHand.filter((_, at) => at === 0 || at === nodesAtHand.length - 1);

type Answer = Record<'leaked' | 'allocations' | 'peak' | 'result', TopAllocation[]> &
  Record<
    'early' | 'plain' | 'dropped' | 'strange' | 'moved',
    { readonly code: string; readonly message: string }
  > & {
    readonly sample: Readonly<Record<string, number>>;
  };

const namesOf = (top: TopAllocation | undefined) => top?.stack.map(({ name }) => name) ?? [];

describe.each(nodes)('topAllocations on Node $major', ({ node, major }) => {
  const running = runMeasured({
    node,
    file,
    plan: { api: builtIndex, addon: testAddon('leaks'), file: join(folder, `${major}.pb.gz`) },
  }) as Promise<Answer>;

  it('names what a window kept, by function of the addon and of the project', async () => {
    const { leaked } = await running;
    expect(leaked.map(({ bytes, count }) => [bytes, count])).toEqual([
      [300_000, 1],
      [20_000, 1],
      [700, 7],
    ]);
    expect(namesOf(leaked[0])).toEqual(expect.arrayContaining(['keepMuch', 'work']));
    expect(leaked[0]?.stack.find(({ name }) => name === 'keepMuch')).toMatchObject({
      file: expect.stringMatching(/top-allocations-child\.mjs$/),
      line: expect.any(Number),
      isOwn: true,
    });
    const decode = leaked[2]?.stack.find(({ name }) => name.includes('decode'));
    expect(decode).toMatchObject({ object: expect.stringMatching(/leaks\.node$/), isOwn: true });
  });

  it('has the sums of the window, and ranks by the metric', async () => {
    const { sample, allocations, peak } = await running;
    expect(allocations.reduce((sum, { count }) => sum + count, 0)).toBe(sample.allocations);
    expect(allocations.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(sample.native_total_bytes);
    const counts = allocations.map(({ count }) => count);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(peak).toHaveLength(1);
    expect(peak[0]).toMatchObject({ bytes: 300_000, count: 1 });
  });

  it('reads the file of a result, and no other one', async () => {
    const { result, moved } = await running;
    expect(result[0]).toMatchObject({ bytes: 300_000, count: 1 });
    expect(namesOf(result[0])).toContain('keepMuch');
    expect(moved).toMatchObject({
      code: 'BAD_PROFILE',
      message: expect.stringContaining('it is another file than the measurement wrote'),
    });
  });

  it('says what is missing: a profile, or the end of the window', async () => {
    const { early, plain, dropped, strange } = await running;
    expect([early.code, plain.code, dropped.code, strange.code]).toEqual([
      'WRONG_PHASE',
      'NO_PROFILE',
      'NO_PROFILE',
      'INVALID_OPTION',
    ]);
  });
});
