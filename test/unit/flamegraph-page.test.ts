// The page of a profile without a browser: what it counts is what the reports count, and no name becomes markup.
import { describe, expect, it } from 'vitest';
import { pageData } from '../../src/flamegraph/figure.js';
import { flamegraphPage } from '../../src/flamegraph/html.js';
import { amountText, exactText, percentText } from '../../src/flamegraph/page-texts.js';
import { matchesOf, rowsOf, structureOf, sumsOf } from '../../src/flamegraph/page-view.js';
import type { Profile } from '../../src/profile/model.js';
import { metricFigures, profileMetrics } from '../../src/profile/reports/metrics.js';
import { shareText } from '../../src/profile/reports/share.js';
import { stats } from '../../src/profile/reports/stats.js';
import { summary } from '../../src/profile/reports/summary.js';
import { table } from '../../src/profile/reports/table.js';
import { singleText } from '../../src/text/numbers.js';
import { hostile, images, small, withSamples } from '../golden/profiles.js';
import {
  js,
  mainThread,
  native,
  profileOf,
  randomOf,
  randomProfile,
  stack,
} from './profile-support/profiles.js';

const all = { thread: -1, owner: -1 };
const dataOf = (profile: Profile) => pageData(profile, { id: 'x' });
const wholeOf = (profile: Profile, metric: number, hides = true, inverted = false) => {
  const data = dataOf(profile);
  return sumsOf(structureOf(data, hides, inverted), data, metric, all, inverted).total[0];
};
const random = Array.from({ length: 40 }, (_, seed) => randomProfile(randomOf(seed + 1)));
const views = [true, false].flatMap((hides) => [true, false].map((inverted) => [hides, inverted] as const));

const heldBy = ({ figures }: Profile) =>
  profileMetrics.filter((metric) => figures.includes(metricFigures[metric].value));

describe('totals', () => {
  it('are the peak of the profiled pass, with the JavaScript heap as a block of its own', () => {
    const data = dataOf(images);
    const structure = structureOf(data, true, false);
    const sums = sumsOf(structure, data, 0, all, false);
    expect(sums.total[0]).toBe(images.meta.peakBytes);
    expect(structure.asides).toHaveLength(1);
    const { node = 0 } = structure.asides[0] ?? {};
    expect([sums.total[node], structure.firsts[node + 1]]).toEqual([2_000_000, structure.firsts[node]]);
    expect(dataOf(images).metrics.map(({ total }) => total)).toEqual(
      heldBy(images).map((metric) => table(images, { metric }).total),
    );
  });

  it.each(views)('are those of the reports, hiding %s, inverted %s', (hides, inverted) => {
    for (const profile of [images, withSamples(images), hostile, ...random]) {
      for (const [at, metric] of heldBy(profile).entries())
        expect(wholeOf(profile, at, hides, inverted)).toBe(table(profile, { metric }).total);
    }
  });

  it('of threads and packages are those of the statistics, without what is of none', () => {
    for (const profile of [images, ...random]) {
      const data = dataOf(profile);
      const structure = structureOf(data, true, false);
      const { threads, packages } = stats(profile);
      const sum = (filter: typeof all) => sumsOf(structure, data, 0, filter, false).total[0];
      const figure = metricFigures.peak.value;
      for (const { name, figures } of packages)
        expect(sum({ ...all, owner: data.packages.indexOf(name) })).toBe(figures[figure]);
      for (const { name, figures } of threads)
        expect(sum({ ...all, thread: data.threads.indexOf(name) })).toBe(figures[figure]);
    }
  });

  it('of functions are those of the summary; a recursive one counts once', () => {
    const f = js('f', 'src/f.ts', 9);
    const recursive = profileOf([
      stack([native('malloc'), f, f, js('g', 'src/f.ts', 30), f, mainThread], 1, 64),
    ]);
    for (const profile of [images, recursive, ...random]) {
      const data = dataOf(profile);
      const structure = structureOf(data, false, false);
      for (const [at, metric] of heldBy(profile).entries()) {
        const rows = rowsOf(structure, data, sumsOf(structure, data, at, all, false));
        const figures = rows.map(({ total, own }) => [total, own]);
        const wanted = summary(profile, { metric }).rows.map(({ total, own }) => [total, own]);
        expect(figures.sort()).toEqual(wanted.sort());
      }
    }
  });
});

describe('merging', () => {
  it('is by function: lines and addresses do not split a frame', () => {
    const at = (line: number, address: number) => [
      native('malloc', 'libc.so.6', address),
      js('f', 'src/f.ts', line, { functionLine: 1 }),
      mainThread,
    ];
    const data = dataOf(profileOf([stack(at(3, 1), 1, 10), stack(at(4, 2), 1, 20), stack(at(3, 3), 1, 30)]));
    expect([data.functions.length, data.parents, data.stackNodes]).toEqual([3, [-1, 0, 1], [2]]);
    expect(data.metrics.find(({ name }) => name === 'allocated')?.values).toEqual([60]);
  });

  it('keeps functions of one name in two files apart, and gives what is hidden to its caller', () => {
    const frames = (file: string) => [native('malloc', 'libc.so.6'), js('f', file, 3), mainThread];
    const data = dataOf(profileOf([stack(frames('src/a.ts'), 1, 10), stack(frames('src/b.ts'), 1, 20)]));
    const structure = structureOf(data, true, false);
    const at = data.metrics.findIndex(({ name }) => name === 'allocated');
    const rows = rowsOf(structure, data, sumsOf(structure, data, at, all, false));
    expect(rows.map(({ which, own }) => [data.functions[which]?.place, own])).toEqual([
      ['', 0],
      ['src/b.ts:1', 20],
      ['src/a.ts:1', 10],
    ]);
  });
});

describe('a search', () => {
  it('counts what its outermost blocks hold, each once', () => {
    const data = dataOf(images);
    const structure = structureOf(data, true, false);
    const sums = sumsOf(structure, data, 0, all, false);
    const of = (text: string) => matchesOf(structure, data, sums, text);
    expect(of('VIPS')).toMatchObject({ count: 4, value: 5_366_817 });
    expect(of('rows.ts')).toMatchObject({ value: 673_300 });
    expect(of('javascript heap')).toMatchObject({ count: 1, value: 2_000_000 });
    expect(of('nowhere')).toMatchObject({ count: 0, value: 0 });
  });
});

describe('what the page says', () => {
  const notesOf = (meta: Partial<Profile['meta']>) => dataOf(small('x', 100, meta)).notes.join('\n');
  it.each([
    [{ foreign: true }, 'Another tool wrote this profile'],
    [{ jsFramesRefused: 'V8 moved' }, 'There are no JavaScript frames: V8 moved'],
    [
      { frameRules: { table: 5, pointer: 2 } },
      'Code without an unwind table was left by its frame pointers alone, because benchmem reads machine code on x86-64 only.',
    ],
    [{ truncatedStacks: 1 }, '1 stack ends in [truncated]'],
    [{ truncatedStacks: 1200 }, '1,200 stacks end in [truncated]'],
    [{ native: false }, 'Native frames were left out'],
    [{ peakBytes: 90, jsAtPeakBytes: -10 }, 'JavaScript heap: -10 B at the peak'],
    [{ peakBytes: 150 }, 'The parts of the peak are 100 B together, and the profile says that it was 150 B.'],
  ])('%o', (meta, text) => {
    expect(notesOf(meta)).toContain(text);
  });

  it('is nothing of a profile with nothing to say, and a foreign one has no peak', () => {
    expect(notesOf({ peakBytes: 100 })).toBe('');
    expect(notesOf({ peakBytes: 100, frameRules: { table: 5, code: 0, pointer: 2 } })).toBe('');
    const [first] = dataOf(small('', 100, { foreign: true })).metrics;
    expect(first).toMatchObject({ text: 'in use when it was taken', aside: [] });
  });

  it('has numbers as everywhere else', () => {
    const drawn = randomOf(5);
    const sizes = Array.from(
      { length: 3000 },
      (_, at) => drawn(2 ** (11 + (at % 20))) * (at % 3 === 0 ? 128 : 1),
    );
    for (const value of [
      0,
      1,
      999,
      1023,
      1024,
      1100,
      10_240,
      320_000,
      1_048_000,
      1_048_575,
      4_616_817,
      2 ** 40,
      ...sizes,
    ]) {
      expect(amountText(value, 'B').replaceAll(',', ''), String(value)).toBe(singleText(value, 'B'));
      expect(percentText(value, 4_616_817)).toBe(shareText(value, 4_616_817));
    }
    expect([exactText(1_234_567, 'B'), exactText(135, ''), percentText(1, 0)]).toEqual([
      '1,234,567 B',
      '135',
      '',
    ]);
  });
});

describe('the file', () => {
  const evil = '</script><script>alert(1)</script><!-- \u2028 <img src=x onerror=alert(2)>';
  const page = flamegraphPage(
    profileOf(
      [
        stack(
          [native(evil, evil, 1), js(evil, evil, 1, { package: evil }), { ...mainThread, name: evil }],
          1,
          1,
        ),
      ],
      { id: evil, jsFramesRefused: evil },
    ),
  );

  it('has no markup from a name, and its data whole', () => {
    expect(page.match(/<\/?script/g)).toHaveLength(4);
    expect(page).not.toMatch(/<img|<!--/);
    expect(flamegraphPage(hostile)).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|[^\P{Cc}\n\t]/u);
    const [, json = ''] = /<script type="application\/json" id="profile">([^<]*)<\/script>/.exec(page) ?? [];
    expect(JSON.parse(json).id).toBe(evil.replace('\u2028', '\\u2028'));
  });

  it('permits its own script and style and nothing else', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri/,
    );
    expect(flamegraphPage(images)).not.toMatch(/https?:|\bsrc=|\bhref=|style=/);
  });

  it('is small, and refuses a metric that is not there', () => {
    expect(Buffer.byteLength(flamegraphPage(images))).toBeLessThan(48_000);
    const without: Profile = { ...images, figures: images.figures.filter((name) => name !== 'temporary') };
    expect(() => flamegraphPage(without, { metric: 'temporary' })).toThrow('does not hold temporary');
    expect(dataOf(without).metrics).toHaveLength(5);
  });
});
