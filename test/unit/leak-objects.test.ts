// A filter of objects on the JavaScript heap: what it leaves of a leak, and what is said of the rest.
import { describe, expect, it } from 'vitest';
import { type KeptObjects, keepersOf, withoutObjects } from '../../src/engine/leaks/leak-objects.js';
import type { LeakReport } from '../../src/engine/leaks/leak-report.js';
import { keeperLines } from '../../src/limits/messages.js';

const calls = 8;
const report: LeakReport = {
  isLeak: true,
  perCallBytes: 100,
  nativeBytes: 0,
  jsBytes: 100,
  noisy: false,
  rounds: 12,
  calls: 1140,
};

/** Bytes are those of a call; `native` are among them. */
const group = (variable: string, bytes: number, native = 0) => ({
  kind: 'Session',
  objects: calls,
  bytes: calls * bytes,
  native_bytes: calls * native,
  shallow_bytes: calls * 40,
  path: [
    { node: 'module cache.js', edge: ` var ${variable}`, file: '/srv/cache.js' },
    { node: 'Map', edge: '[]' },
    { node: 'Session', edge: '' },
  ],
  holds: [],
});
const found = (groups: ReturnType<typeof group>[], furtherBytes = 0) => ({
  calls,
  groups,
  further: { groups: 0, bytes: calls * furtherBytes },
});
const notOf =
  (...variables: string[]) =>
  ({ path: [first] }: KeptObjects) =>
    !variables.some((variable) => first?.edge === ` var ${variable}`);

describe('a filter of objects', () => {
  it('is told what keeps them, and their bytes and number per call, native ones apart', () => {
    const seen: KeptObjects[] = [];
    withoutObjects(report, found([group('known', 1064, 1000)]), (objects) => seen.push(objects) > 0);
    const [{ path, ...rest } = seen[0] as KeptObjects] = seen;
    expect(rest).toEqual({
      kind: 'Session',
      count: 1,
      bytes: 64,
      nativeBytes: 1000,
      keptBy: 'module cache.js var known -> Map[] -> Session',
    });
    expect(path[0]).toMatchObject({ file: '/srv/cache.js' });
  });

  it.each([
    ['leaves out nothing', [group('other', 60)], 0, 100],
    ['leaves out all, and the tables that grew for them', [group('known', 80)], 0, 0],
    [
      'leaves out a part, and as much of what no group holds',
      [group('known', 60), group('other', 20)],
      0,
      25,
    ],
    ['cannot leave out groups that are not listed', [group('known', 60)], 20, 25],
    ['leaves a rest below what V8 keeps for itself out, too', [group('known', 80), group('other', 5)], 0, 0],
    ['leaves what its groups hardly explain', [group('known', 10)], 0, 90],
    ['leaves all where there is no group', [], 0, 100],
  ] as const)('%s', (_, groups, further, bytes) => {
    const filtered = withoutObjects(report, found([...groups], further), notOf('known'));
    expect(filtered.jsBytes).toBeCloseTo(bytes);
    expect(filtered.perCallBytes).toBeCloseTo(bytes);
    expect(filtered.isLeak).toBe(bytes > 0);
  });

  it('takes nothing from a native leak', () => {
    const both = { ...report, nativeBytes: 16, perCallBytes: 116 };
    expect(withoutObjects(both, found([group('known', 100)]), () => false)).toMatchObject({
      isLeak: true,
      perCallBytes: 16,
      nativeBytes: 16,
      jsBytes: 0,
      objects: [],
    });
  });

  it('leaves the others to the message', () => {
    const { objects = [] } = withoutObjects(
      report,
      found([group('known', 60), group('other', 40, 8)]),
      notOf('known'),
    );
    expect(keeperLines(keepersOf(objects))).toEqual([
      '1 x Session, 40 B, 8 B of it native, kept by module cache.js var other -> Map[] -> Session',
    ]);
  });
});
