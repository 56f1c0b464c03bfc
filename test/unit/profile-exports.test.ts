// Exports of a profile: collapsed stacks, speedscope's file, JSON and markdown, with hostile names in them.
import { describe, expect, it } from 'vitest';
import { collapsed } from '../../src/profile/exports/collapsed.js';
import { profileDocument } from '../../src/profile/exports/json.js';
import { profileMarkdown } from '../../src/profile/exports/markdown.js';
import { speedscope } from '../../src/profile/exports/speedscope.js';
import type { FigureName, Profile } from '../../src/profile/model.js';
import { metricFigures, profileMetrics } from '../../src/profile/reports/metrics.js';
import {
  js,
  mainThread,
  native,
  profileOf,
  randomOf,
  randomProfile,
  stack,
  worker,
} from './profile-support/profiles.js';
import { speedscopeBreaches } from './profile-support/speedscope.js';

const evil = '\u001b[31mred;x\n| `a` <b> @me ::error::';
const profile = profileOf(
  [
    stack(
      [
        native('grow(int)', 'node_modules/sharp/sharp.node', 0x10, { package: 'sharp' }),
        js('build', 'src/rows.ts', 12),
        mainThread,
      ],
      3,
      300,
      1,
      1,
      90,
      2,
      200,
      1,
      100,
    ),
    stack(
      [
        native('grow(int)', 'node_modules/sharp/sharp.node', 0x14, { package: 'sharp' }),
        js('build', 'src/rows.ts', 12),
        mainThread,
      ],
      1,
      30,
      0,
      0,
      0,
      1,
      20,
      1,
      10,
    ),
    stack([js(evil, 'src/evil.ts', 1), worker], 1, 50, 0, 0, 0, 0, 0, 1, 50),
    stack([], 1, 5, 0, 0, 0, 0, 0, 1, 5),
  ],
  { jsAtPeakBytes: 1024 },
);

const sumOf = ({ stacks }: Profile, name: FigureName) =>
  stacks.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);

describe('collapsed stacks', () => {
  it('are a line per path, outermost first, and nothing in a name ends one', () => {
    expect(collapsed(profile)).toBe(
      [
        'main thread;build src/rows.ts:12;grow(int) [sharp] 110',
        String.raw`worker 1;\x1b[31mred:x\n| ${'`a`'} <b> @me ::error:: src/evil.ts:1 50`,
        '(no frames) 5',
        '',
      ].join('\n'),
    );
    expect(collapsed(profile, { metric: 'leaked' })).toBe(
      'main thread;build src/rows.ts:12;grow(int) [sharp] 90\n',
    );
  });

  it('add up to the metric, whatever the profile', () => {
    const random = randomOf(8);
    for (let round = 0; round < 100; round += 1) {
      const drawn = randomProfile(random);
      for (const metric of profileMetrics) {
        const lines = collapsed(drawn, { metric }).split('\n').slice(0, -1);
        const sum = lines.reduce((total, line) => total + Number(/ (\d+)$/.exec(line)?.[1]), 0);
        expect(sum).toBe(sumOf(drawn, metricFigures[metric].value));
      }
    }
  });
});

describe("speedscope's file", () => {
  it('has a profile per type and thread, the peak first', () => {
    const file = speedscope(profile);
    expect(speedscopeBreaches(file)).toEqual([]);
    expect(file.profiles.map(({ name, endValue }) => [name, endValue])).toEqual([
      ['live at the peak: main thread', 110],
      ['live at the peak: worker 1', 50],
      ['live at the peak', 5],
      ['live at the peak of native memory: main thread', 220],
      ['allocated: main thread', 330],
      ['allocated: worker 1', 50],
      ['allocated', 5],
      ['allocations: main thread', 4],
      ['allocations: worker 1', 1],
      ['allocations', 1],
      ['still held afterwards: main thread', 90],
      ['temporary allocations: main thread', 1],
    ]);
    const [main] = file.profiles;
    expect(main?.samples[0]?.map((frame) => file.shared.frames[frame])).toEqual([
      { name: 'main thread' },
      { name: 'build', file: 'src/rows.ts', line: 12, col: 5 },
      { name: 'grow(int)', file: 'sharp.node' },
    ]);
  });

  it('is one that speedscope takes, whatever the profile', () => {
    const random = randomOf(9);
    for (let round = 0; round < 100; round += 1) {
      const drawn = randomProfile(random);
      const file = speedscope(drawn);
      expect(speedscopeBreaches(JSON.parse(JSON.stringify(file)))).toEqual([]);
      const peak = file.profiles.filter(({ name }) => /^live at the peak(:|$)/.test(name));
      expect(peak.reduce((sum, { endValue }) => sum + endValue, 0)).toBe(sumOf(drawn, 'sumBytes'));
    }
  });

  it('has breaches reported', () => {
    const file = speedscope(profile);
    const [first] = file.profiles;
    expect(speedscopeBreaches({ ...file, $schema: 'x' })).not.toEqual([]);
    expect(speedscopeBreaches({ ...file, profiles: [{ ...first, weights: [] }] })).not.toEqual([]);
    expect(
      speedscopeBreaches({ ...file, profiles: [{ ...first, samples: [[99]], weights: [1] }] }),
    ).not.toEqual([]);
    expect(speedscopeBreaches({ ...file, profiles: [{ ...first, endValue: 1 }] })).not.toEqual([]);
    expect(speedscopeBreaches({ ...file, shared: { frames: [{ file: 'x' }] } })).not.toEqual([]);
  });
});

describe('the JSON document', () => {
  it('has frames once, and stacks that name them', () => {
    const { frames, stacks, meta } = profileDocument(profile);
    expect(meta.id).toBe('rows.bench.mjs::build');
    expect(frames).toHaveLength(6);
    expect(stacks[0]?.frames.map((at) => frames[at])).toEqual(profile.stacks[0]?.frames);
    expect(stacks.map(({ figures }) => figures)).toEqual(profile.stacks.map(({ figures }) => figures));
  });
});

describe('markdown', () => {
  it('has a row per place, and names that mean nothing in markdown', () => {
    expect(profileMarkdown(profile)).toBe(
      [
        '**rows.bench.mjs::build**: 1.16 KiB live at the peak',
        '',
        '| | share | blocks | allocated by | from |',
        '|---:|---:|---:|---|---|',
        '| 110 B | 9.3% | 2 | grow(int) [sharp] | build src/rows.ts:12 |',
        '| 50 B | 4.2% | 1 | ``\\x1b[31mred;x\\n\\| `a` <b> @me ::error:: src/evil.ts:1`` | ``\\x1b[31mred;x\\n\\| `a` <b> @me ::error:: src/evil.ts:1`` |',
        '| 5 B | 0.4% | 1 |  |  |',
        '| 1 KiB | 86.1% | | JavaScript heap | |',
        '',
      ].join('\n'),
    );
  });
});
