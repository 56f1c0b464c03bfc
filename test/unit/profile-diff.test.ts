// Two profiles as one: which function is which, sums against a second and simpler way to count, what moved, what is gone.
import { describe, expect, it } from 'vitest';
import { joinedMetrics, joinedTotals, joinProfiles, type ProfileJoin } from '../../src/profile/diff/join.js';
import { movedStacks, movers } from '../../src/profile/diff/movers.js';
import { joinedTree } from '../../src/profile/diff/subtrees.js';
import type { FigureName, Profile, ProfileFrame, ProfileStack } from '../../src/profile/model.js';
import { functionKey, isInteresting } from '../../src/profile/reports/frames.js';
import { metricFigures, profileMetrics } from '../../src/profile/reports/metrics.js';
import { table } from '../../src/profile/reports/table.js';
import {
  js,
  mainThread,
  native,
  profileOf,
  type Random,
  randomOf,
  randomProfile,
  stack,
} from './profile-support/profiles.js';

type Mutation = (frame: ProfileFrame) => ProfileFrame;

const withFrames = (profile: Profile, change: Mutation): Profile => ({
  ...profile,
  stacks: profile.stacks.map(({ frames, figures }) => ({ frames: frames.map(change), figures })),
});

/** The same frames with other figures: some stacks gone, some new. */
function other({ stacks, ...profile }: Profile, random: Random): Profile {
  const changed = stacks
    .filter(() => random(5) !== 0)
    .map(({ frames, figures }): ProfileStack => {
      const values = Object.entries(figures).map(([name, value]) => [
        name,
        random(3) === 0 ? random(1e6) : value,
      ]);
      return { frames, figures: Object.fromEntries(values) };
    });
  return { ...profile, stacks: changed, meta: { ...profile.meta, jsAtPeakBytes: random(1e6) } };
}

const pairs = Array.from({ length: 60 }, (_, seed) => {
  const random = randomOf(seed + 1);
  const base = randomProfile(random);
  return [base, other(base, random)] as const;
});

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

describe('sums', () => {
  it('are those of the two profiles, and of their reports', () => {
    for (const [base, head] of pairs) {
      const join = joinProfiles(base, head);
      for (const metric of profileMetrics) {
        const { total, rows, aside } = movers(join, { metric });
        expect(total).toEqual({ base: table(base, { metric }).total, head: table(head, { metric }).total });
        expect(joinedTotals(join, metric)).toEqual(total);
        const changes = [...rows.map(({ change }) => change), ...aside.map((each) => each.head - each.base)];
        expect(sumOf(changes)).toBe(total.head - total.base);
        expect(sumOf(movedStacks(join, { metric, most: 1e9 }).map(({ change }) => change))).toBe(
          sumOf(rows.map(({ change }) => change)),
        );
        const [whole] = joinedTree(join, metric).sides;
        expect(whole).toEqual({
          base: total.base - sumOf(aside.map((each) => each.base)),
          head: total.head - sumOf(aside.map((each) => each.head)),
        });
      }
    }
  });

  it('of places are the differences of two tables, where no line differs', () => {
    const byPlace = (profile: Profile, metric: (typeof profileMetrics)[number]) => {
      const sums = new Map<string, number>();
      for (const { leaf, site, value } of table(profile, { metric }).rows) {
        const key = [leaf, site].map((frame) => (frame === undefined ? '' : functionKey(frame))).join('|');
        sums.set(key, (sums.get(key) ?? 0) + value);
      }
      return sums;
    };
    for (const [base, head] of pairs) {
      for (const metric of profileMetrics) {
        const [before, after] = [byPlace(base, metric), byPlace(head, metric)];
        const keys = [...new Set([...before.keys(), ...after.keys()])];
        const wanted = keys
          .map((key) => (after.get(key) ?? 0) - (before.get(key) ?? 0))
          .filter((each) => each !== 0);
        const found = movers(joinProfiles(base, head), { metric }).rows.map(({ change }) => change);
        expect([...found].sort()).toEqual(wanted.sort());
        const sizes = found.map(Math.abs);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }
    }
  });

  it('of subtrees are those of all stacks that begin so, and what is gone is what the base alone has', () => {
    const pathOf = ({ frames }: ProfileStack) =>
      frames
        .filter((frame) => frame.kind === 'thread' || isInteresting(frame))
        .map(functionKey)
        .reverse();
    const prefixSums = ({ stacks }: Profile, value: FigureName) => {
      const sums = new Map<string, number>();
      for (const each of stacks) {
        const path = pathOf(each);
        for (let length = 1; length <= path.length; length += 1) {
          const key = path.slice(0, length).join('\u0001');
          sums.set(key, (sums.get(key) ?? 0) + (each.figures[value] ?? 0));
        }
      }
      return sums;
    };
    for (const [base, head] of pairs) {
      const [before, after] = [prefixSums(base, 'sumBytes'), prefixSums(head, 'sumBytes')];
      const isGone = (key: string) => (before.get(key) ?? 0) > 0 && (after.get(key) ?? 0) === 0;
      const gone = [...before.keys()].filter(
        (key) => isGone(key) && !isGone(key.slice(0, key.lastIndexOf('\u0001'))),
      );
      const { removed } = movers(joinProfiles(base, head));
      expect(removed.map((each) => each.base)).toEqual(
        gone.map((key) => before.get(key) ?? 0).sort((a, b) => b - a),
      );
      expect(removed.every((each) => each.head === 0)).toBe(true);
    }
  });

  it('turn their signs where base and head change places, and are nothing of one profile with itself', () => {
    for (const [base, head] of pairs) {
      const changes = (join: ProfileJoin) => movers(join).rows.map(({ change }) => change);
      const forth = changes(joinProfiles(base, head)).sort((a, b) => a - b);
      const back = changes(joinProfiles(head, base)).map((change) => -change);
      expect(back.sort((a, b) => a - b)).toEqual(forth);
      for (const metric of profileMetrics) {
        expect(movers(joinProfiles(base, base), { metric })).toMatchObject({ rows: [], removed: [] });
      }
    }
  });
});

describe('a function is the same one', () => {
  const at = (name: string, file: string, functionLine: number) =>
    js(name, file, functionLine + 1, { functionLine });
  const buffers = native('node::Buffer::New', 'node', 1);
  const with1MiB = (...frames: ProfileFrame[]) =>
    stack([buffers, ...frames, mainThread], 1, 1 << 20, 0, 0, 0, 1, 1 << 20, 1, 1 << 20);
  const single = (...frames: ProfileFrame[]) => profileOf([with1MiB(...frames)]);
  const rowsOf = (base: Profile, head: Profile) => movers(joinProfiles(base, head)).rows;

  it.each<[string, Profile, Profile]>([
    ['on another line', single(at('keep', 'src/a.ts', 3)), single(at('keep', 'src/a.ts', 90))],
    ['in a renamed file', single(at('keep', 'src/a.ts', 3)), single(at('keep', 'src/other.ts', 3))],
    [
      'in another file that was there',
      single(at('keep', 'src/a.ts', 3), at('main', 'src/b.ts', 1)),
      single(at('keep', 'src/b.ts', 30), at('main', 'src/b.ts', 1)),
    ],
    [
      'in a library of another version',
      single(native('vips_malloc', 'lib/libvips.so.1', 8)),
      single(native('vips_malloc', 'lib/libvips.so.2', 99)),
    ],
    [
      'without a name, in a file that was renamed and edited',
      single(at('', 'src/a.ts', 3), at('main', 'src/a.ts', 1)),
      single(at('', 'src/c.ts', 13), at('main', 'src/c.ts', 11)),
    ],
    ['at another address', single(native('grow', 'a.node', 8)), single(native('grow', 'a.node', 16))],
  ])('%s', (_, base, head) => {
    expect(rowsOf(base, head)).toEqual([]);
    expect(movers(joinProfiles(base, head)).removed).toEqual([]);
  });

  it.each<[string, Profile, Profile]>([
    ['of another name', single(at('keep', 'src/a.ts', 3)), single(at('hold', 'src/a.ts', 3))],
    [
      'without a name on another line of a file that did not change',
      single(at('', 'src/a.ts', 3), at('main', 'src/a.ts', 1)),
      single(at('', 'src/a.ts', 9), at('main', 'src/a.ts', 1)),
    ],
    ['of another kind', single(native('grow', 'a.node', 8)), single(at('grow', 'src/a.ts', 8))],
    [
      'of another package',
      single(js('parse', 'node_modules/a/x.js', 3, { package: 'a' })),
      single(js('parse', 'src/x.ts', 3)),
    ],
  ])('never one %s', (_, base, head) => {
    expect(rowsOf(base, head).map(({ change }) => change)).toEqual([1 << 20, -(1 << 20)]);
    expect(movers(joinProfiles(base, head)).removed).toHaveLength(1);
  });

  it('of several with one name, by their order where the file was edited', () => {
    const twice = (shift: number, bytes: number) =>
      profileOf([
        stack([buffers, at('read', 'src/a.ts', 10 + shift), mainThread], 1, 10, 0, 0, 0, 1, 10, 1, 10),
        stack(
          [buffers, at('read', 'src/a.ts', 50 + shift), mainThread],
          1,
          10,
          0,
          0,
          0,
          1,
          10,
          1,
          10 + bytes,
        ),
        stack([buffers, at('main', 'src/a.ts', 1 + shift), mainThread], 1, 1),
      ]);
    const rows = rowsOf(twice(0, 0), twice(40, 5));
    expect(rows.map(({ change, site }) => [change, site?.functionLine])).toEqual([[5, 90]]);
  });

  it('says where it stood before, if that was another file', () => {
    const [row] = rowsOf(single(at('keep', 'src/a.ts', 3)), {
      ...single(at('keep', 'src/other.ts', 5)),
      stacks: [
        stack(
          [buffers, at('keep', 'src/other.ts', 5), mainThread],
          2,
          3 << 20,
          0,
          0,
          0,
          2,
          3 << 20,
          2,
          3 << 20,
        ),
      ],
    });
    expect(row).toMatchObject({
      change: 2 << 20,
      counts: { base: 1, head: 2 },
      site: { file: 'src/other.ts', line: 6 },
      siteBefore: { file: 'src/a.ts' },
    });
  });
});

describe('a join', () => {
  it('has the metrics that both hold, and refuses another one', () => {
    const profile = randomProfile(randomOf(3));
    const join = joinProfiles(profile, { ...profile, figures: ['sumBytes', 'bytes'] });
    expect(joinedMetrics(join)).toEqual(['peak', 'allocated']);
    expect(() => movers(join, { metric: 'leaked' })).toThrow('the two profiles do not both hold leaked');
    expect(metricFigures.leaked.value).toBe('liveBytes');
  });

  it('keeps renamed files apart that could be either', () => {
    const one = (file: string) => stack([native('m', 'node', 1), js('run', file, 3), mainThread], 1, 100);
    const base = profileOf([one('src/a.ts'), one('src/b.ts')]);
    const head = profileOf([one('src/c.ts'), one('src/d.ts')]);
    expect(movers(joinProfiles(base, head), { metric: 'allocated' }).rows).toHaveLength(4);
  });

  it('is blind to lines of calls', () => {
    const shifted = withFrames(randomProfile(randomOf(5)), (frame) =>
      frame.line === undefined ? frame : { ...frame, line: frame.line + 7 },
    );
    expect(movers(joinProfiles(randomProfile(randomOf(5)), shifted)).rows).toEqual([]);
  });

  it('of many functions with one name takes no step for each pair of them', () => {
    const many = (shift: number) =>
      profileOf(
        Array.from({ length: 20_000 }, (_, which) =>
          stack(
            [native('m', 'node', 1), at(shift + which), mainThread],
            1,
            100 + which,
            0,
            0,
            0,
            0,
            0,
            1,
            100 + which,
          ),
        ),
      );
    const at = (line: number) => js('', 'src/a.ts', line + 3, { functionLine: line + 1 });
    const { rows, total } = movers(joinProfiles(many(0), many(7)));
    expect(total.base).toBe(total.head);
    expect(rows.length).toBeGreaterThan(19_000);
  });
});
