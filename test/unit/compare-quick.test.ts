// Quick runs beside full ones: only what both measured alike is compared, and the comparison says what is left out.
import { describe, expect, it } from 'vitest';
import { withoutQuickFigures } from '../../src/compare/quick.js';
import { seriesOf } from '../../src/compare/series.js';
import { parseRunFile } from '../../src/runfile/read.js';
import { memorySeries } from '../../src/runfile/table.js';
import { type Bench, run } from './compare-support.js';

const full = (id: string): Bench => ({ id, peak: [5], blob: { retained_bytes: [7] } });
const quick = (id: string): Bench => ({
  id,
  peak: [5],
  blob: { total_bytes: undefined, unaligned: { retained_bytes: [7, 8] }, environment: { quick: true } },
});

function figuresOf(benches: readonly (readonly Bench[])[]) {
  const runs = benches.map((each, index) => run(`run${index}`, each));
  const { series, warnings } = seriesOf(runs, {});
  const figures = series.map(({ entries }) =>
    [...entries.values()].map(({ benchmark }) => {
      const blob = benchmark.extra_info.benchmem;
      const fields = ['peak_bytes', 'allocations', 'retained_bytes'];
      return fields.filter((field) => blob !== undefined && memorySeries(blob, field) !== undefined);
    }),
  );
  return { figures, warnings: warnings.map(({ code, subject, message }) => [code, subject, message]) };
}

const all = ['peak_bytes', 'allocations', 'retained_bytes'];

describe('a comparison of a quick run', () => {
  it.each([
    [
      'with a full one',
      [
        [full('a'), full('b')],
        [quick('a'), full('b')],
      ],
      [
        [all, all],
        [['peak_bytes'], all],
      ],
      'run1',
    ],
    ['as its base', [[quick('a')], [full('a')]], [[['peak_bytes']], [all]], 'run0'],
  ] as const)(
    '%s has no allocations and nothing retained of it, and says so',
    (_case, runs, expected, subject) => {
      const { figures, warnings } = figuresOf(runs);
      expect(figures).toEqual(expected);
      expect(warnings).toEqual([
        [
          'QUICK_BESIDE_FULL',
          subject,
          `${subject} was measured with --quick: allocations and retained of 1 benchmark are not compared with those of a full run`,
        ],
      ]);
    },
  );

  it.each([
    ['of quick ones only', [[quick('a')], [quick('a')]]],
    ['of full ones only', [[full('a')], [full('a')]]],
    ['of other benchmarks', [[full('a')], [quick('b')]]],
    ['of times', [[{ id: 'a', time: [1] }], [quick('a')]]],
  ] as const)('%s leaves nothing out', (_case, runs) => {
    expect(figuresOf(runs).warnings).toEqual([]);
  });

  it('leaves the runs themselves as they are', () => {
    const series = seriesOf([run('one', [quick('a')])], {}).series;
    expect(withoutQuickFigures(series, (entry) => entry)).toEqual({ entries: [undefined], warnings: [] });
  });
});

describe('a run file', () => {
  const text = (blob: object) =>
    JSON.stringify({
      machine_info: {},
      commit_info: {},
      benchmarks: [
        {
          group: null,
          name: 'a',
          fullname: 'a',
          params: null,
          param: null,
          options: {},
          extra_info: { benchmem: blob },
        },
      ],
    });
  const series = { peak_bytes: [1], allocations: [1] };

  it('of a quick run needs no total', () => {
    expect(() => parseRunFile(text({ ...series, environment: { quick: true } }), 'a.json')).not.toThrow();
  });

  it.each([
    ['of a full run', series],
    ['that only says something like it', { ...series, environment: { quick: 'true' } }],
    ['without an environment', { ...series, environment: null }],
    ['of a quick run without a peak', { allocations: [1], environment: { quick: true } }],
  ])('%s is refused where one is missing', (_case, blob) => {
    expect(() => parseRunFile(text(blob), 'a.json')).toThrow(
      expect.objectContaining({ code: 'BAD_RUN_FILE' }),
    );
  });
});
