// Numbers that stand alone: one text each, whichever renderer shows them.
import { describe, expect, it } from 'vitest';
import { renderComparisonMarkdown } from '../../src/cli/compare/markdown.js';
import { baseContent, renderComparison } from '../../src/cli/compare/render.js';
import { gateProblems } from '../../src/cli/suite/baseline.js';
import { runColumns } from '../../src/cli/suite/cells.js';
import { ceilingText } from '../../src/cli/suite/table.js';
import { outcomeText } from '../../src/cli/suite/texts.js';
import { renderGate, renderGateAnnotations, renderGateMarkdown } from '../../src/cli/text/render-gate.js';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { runGate } from '../../src/compare/gate/verdict.js';
import { tickText, valueTicks } from '../../src/plot/page-layout.js';
import { valueText } from '../../src/plot/text.js';
import { metricNamed, metrics } from '../../src/stats/metrics.js';
import { ownCell } from '../../src/text/cells.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { durationText, singleText, spreadText } from '../../src/text/numbers.js';
import { benchOfEveryMetric as bench, run } from './compare-support.js';

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [0.00152, '1.52 ms'],
    [0.0015204, '1.52 ms'],
    [0.00152049, '1.52 ms'],
    [0.001521, '1.521 ms'],
    [12.5, '12.5 s'],
    [1, '1 s'],
    [0.99999, '1 s'],
    [0.000_999_96, '1 ms'],
    [0.000_999_4, '999.4 \u00b5s'],
    [12345.6, '12346 s'],
    [1.5e-7, '150 ns'],
    [3e-12, '0.003 ns'],
    [-0.002, '-2 ms'],
  ])('of %d s is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
    expect(singleText(seconds, 's')).toBe(text);
  });
});

describe('a spread', () => {
  const peak = { field: 'peak_bytes', unit: 'B' } as const;
  it.each([
    [{ min: 5, max: 5 }, peak, '='],
    [{ min: 1000, max: 1013 }, peak, '+1.3%'],
    [{ min: 0, max: 2048 }, peak, '+2 KiB'],
    [{ min: 10, max: 250 }, peak, '25×'],
    [{ min: 100, max: 200 }, { field: 'retained_bytes', unit: 'B' } as const, '+100 B'],
  ])('%o of %o is %s', (spread, metric, text) => expect(spreadText(spread, metric)).toBe(text));
});

describe('a tick', () => {
  it.each(['B', 's'] as const)('of %s reads as the value does that stands alone', (unit) => {
    const [least, base, powers] = unit === 'B' ? [1, 1024, 5] : [1e-9, 1000, 4];
    const multiples = [1, 2, 5, 10, 20, 50, 100, 200, 500];
    for (let power = 0; power < powers; power += 1) {
      for (const multiple of multiples) {
        const value = Number((least * base ** power * multiple).toPrecision(12));
        expect(tickText(value, unit)).toBe(singleText(value, unit));
        expect(tickText(-value, unit)).toBe(singleText(-value, unit));
      }
    }
    expect(tickText(0, unit)).toBe(singleText(0, unit));
  });
});

it.each([
  [0, 4210, 2, 'B'],
  [0, 4210, 3, 'B'],
  [-3, 7, 2, 'count'],
  [1.2e-3, 9.7e-3, 2, 's'],
  [0, 999, 2, 'percent'],
] as const)(
  'an axis from %d to %d with room for %d has at least two ticks inside',
  (from, to, most, unit) => {
    const inside = valueTicks(from, to, false, most, unit).values.filter(
      (each) => each >= from && each <= to,
    );
    expect(inside.length).toBeGreaterThanOrEqual(2);
    expect(inside.length).toBeLessThanOrEqual(most + 2);
  },
);

// What each metric's field holds, in both runs.
const [before, after] = [1_234_567, 2_345_678];
const seconds = { before: 0.00152, after: 0.0031 };

describe.each(metrics)('$name', ({ name, unit }) => {
  const [from, to] = unit === 's' ? [seconds.before, seconds.after] : [before, after];
  const runs = [run('a', [bench(before, seconds.before)]), run('b', [bench(after, seconds.after)])];
  const [base, head] = [singleText(from, unit), singleText(to, unit)];

  it('has one text in gates, annotations, problems, diffs and the base of a run', () => {
    const compared = compareRuns(runs, planComparison({ columns: name, diff: true }));
    const gate = runGate(compared.compared, { thresholds: [parseThreshold(`${name}:1%`)] });
    for (const text of [
      renderGate(gate, { color: false }),
      renderGateMarkdown(gate),
      renderGateAnnotations(gate, (file) => file).replaceAll('%25', '%'),
    ])
      expect(text).toContain(`${base} → ${head}`);
    expect(gateProblems(gate)).toMatchObject([{ message: `${name} grew from ${base} to ${head}` }]);
    const [group] = compared.view.groups;
    const [row] = (group?.rows ?? []) as Parameters<typeof baseContent>[0][];
    expect(row && baseContent(row)).toBe(base);
    expect(
      [...renderComparison(compared.view, compared.series, { color: false }, undefined)].join(''),
    ).toContain(` ${base} `);
    expect(renderComparisonMarkdown(compared.view, compared.series)).toContain(`| ${base} |`);
    const [old, now] = runs.map(({ file }) => file.benchmarks);
    const column = runColumns(now ?? [], [name], ['min'], old).find(({ title }) => title === 'base');
    expect(now?.[0] && column?.text(now[0])).toBe(base);
  });

  it('has one text in progress, ceilings, hover texts and ticks', () => {
    const planned = { file: 'm.bench.js', description: {} } as never;
    const limits = {
      name: 'maxPeak',
      field: metricNamed(name)?.field ?? '',
      limit: from,
      worst: to,
    } as const;
    if (unit !== 's')
      expect(ceilingText({ planned, breaches: [] }, limits)).toMatch(
        new RegExp(` ${head.replaceAll('.', '\\.')} is above maxPeak ${base.replaceAll('.', '\\.')}$`),
      );
    if (name === 'time' || name === 'peak') {
      const benchmark = runs[0]?.file.benchmarks[0] as never;
      expect(outcomeText({ kind: 'measured', benchmark, breaches: [] })).toContain(`${name} ${base}`);
    }
    const own = ownCell(from, unit);
    const shown = unit === 's' ? base : unit === '' ? own.text : `${own.text} ${own.unit} (1,234,567 B)`;
    expect(valueText(from, unit)).toBe(shown);
  });

  it('keeps the digits of other tools in a document', () => {
    const { view } = compareRuns(runs, planComparison({ columns: name, diff: true }));
    const [group] = view.groups;
    expect(group?.rows[0]).toMatchObject({ base: { text: unit === 's' ? '0.00152s' : base } });
  });
});
