// The stacks with most of a metric, of a profile by hand.
import { describe, expect, it } from 'vitest';
import { topStacks } from '../../src/profile/reports/top-stacks.js';
import { js, mainThread, native, profileOf, stack, worker } from './profile-support/profiles.js';

const grow = native('grow(int)', 'node_modules/sharp/sharp.node', 0x10, { package: 'sharp' });
const build = js('build', 'src/rows.ts', 12);
const buffers = native('node::Buffer::New', 'node', 0x20);

// allocations, bytes, temporary, live blocks and bytes, native's peak, the sum's peak
const profile = profileOf([
  stack([grow, build, mainThread], 10, 1000, 4, 1, 100, 5, 500, 4, 400),
  stack([{ ...grow, address: 0x18 }, build, mainThread], 2, 200, 0, 0, 0, 1, 100, 1, 100),
  stack([buffers, build, mainThread], 1, 8000, 0, 1, 8000, 1, 8000, 1, 5000),
  stack([buffers, build, worker], 3, 300, 3, 0, 0, 1, 100, 1, 100),
]);

describe('the top stacks', () => {
  it('are one where only addresses and threads differ, the largest first', () => {
    expect(topStacks(profile)).toEqual([
      {
        bytes: 5100,
        count: 2,
        stack: [
          { name: 'node::Buffer::New', object: 'node', isOwn: false },
          { name: 'build', file: 'src/rows.ts', line: 12, isOwn: true },
        ],
      },
      {
        bytes: 500,
        count: 5,
        stack: [
          { name: 'grow(int)', object: 'node_modules/sharp/sharp.node', package: 'sharp', isOwn: true },
          { name: 'build', file: 'src/rows.ts', line: 12, isOwn: true },
        ],
      },
    ]);
  });

  it.each([
    ['native', [8100, 2], [600, 6]],
    ['allocated', [8300, 4], [1200, 12]],
    ['allocations', [1200, 12], [8300, 4]],
    ['leaked', [8000, 1], [100, 1]],
  ] as const)('are ranked by %s', (metric, ...expected) => {
    expect(topStacks(profile, { metric }).map(({ bytes, count }) => [bytes, count])).toEqual(expected);
  });

  it('are at most so many', () => {
    expect(topStacks(profile, { most: 1 })).toHaveLength(1);
    for (const most of [0, 1.5, Number.NaN])
      expect(() => topStacks(profile, { most })).toThrow(`most is ${most}`);
  });
});
