// Cells: one text for a value of a column, whichever table shows it, and the column's unit in its heading.
import { describe, expect, it } from 'vitest';
import { renderComparisonMarkdown } from '../../src/cli/compare/markdown.js';
import { renderComparison } from '../../src/cli/compare/render.js';
import { runColumns } from '../../src/cli/suite/cells.js';
import { renderRunMarkdown } from '../../src/cli/suite/reporters.js';
import { renderDetails } from '../../src/cli/text/render-details.js';
import { renderMarkdown } from '../../src/cli/text/render-markdown.js';
import { renderSummary } from '../../src/cli/text/render-summary.js';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import type { TableGroup } from '../../src/compare/document.js';
import { metrics } from '../../src/stats/metrics.js';
import { cellScale, cellText, ownCell, smallestPositive } from '../../src/text/cells.js';
import { spreadText } from '../../src/text/numbers.js';
import { formatBytes } from '../../src/units.js';
import { benchOfEveryMetric as bench, run } from './compare-support.js';

describe('the cells of a column', () => {
  it.each<[number[], 'B' | 's' | '', string, string[]]>([
    [[1023, 2048], 'B', 'B', ['1,023', '2,048']],
    [[0, 2048, 1024 ** 3], 'B', 'KiB', ['0.00', '2.00', '1,048,576.00']],
    [[0, -5], 'B', 'B', ['0', '-5']],
    [[0.00152, 0.0031], 's', 'ms', ['1.52', '3.1']],
    [[0.000_999_96, 12.5], 's', 'ms', ['1', '12,500']],
    [[1.5e-6, 0.25], 's', '\u00b5s', ['1.5', '250,000']],
    [[2e-12], 's', 'ns', ['0.002']],
    [[0], 's', 's', ['0']],
    [[1234567.5], '', '', ['1,234,568']],
    [[], 'B', 'B', []],
  ])('%j, in %s, are in %s', (values, unit, expected, texts) => {
    const scale = cellScale(unit, smallestPositive(values));
    expect(scale.unit).toBe(expected);
    expect(values.map((value) => cellText(value, unit, scale.factor))).toEqual(texts);
  });

  it('carry their own unit where each row has one', () => {
    for (const [value, text] of [
      [12.34 * 1024 ** 2, '12.34 MiB'],
      [0, '0 B'],
      [-2048, '-2.00 KiB'],
    ] as const) {
      const cell = ownCell(value, 'B');
      expect(`${cell.text} ${cell.unit}`).toBe(text);
      expect(formatBytes(value)).toBe(text);
    }
    expect(ownCell(1234, '')).toEqual({ text: '1,234', unit: '' });
  });
});

const [before, after] = [1_234_567, 2_345_678_901];
const seconds = { before: 0.00152, after: 12.3456 };

describe.each(metrics)('$name', ({ name, unit }) => {
  const values = unit === 's' ? [seconds.before, seconds.after] : [before, after];
  const scale = cellScale(unit, smallestPositive(values));
  const texts = values.map((value) => cellText(value, unit, scale.factor));
  const heading = scale.unit === '' ? name : `${name} (${scale.unit})`;

  it('has one text in the tables and markdown of comparisons and runs', () => {
    const runs = [run('a', [bench(before, seconds.before)]), run('b', [bench(after, seconds.after)])];
    const { view, series } = compareRuns(runs, planComparison({ columns: name }));
    const table = [...renderComparison(view, series, { color: false }, undefined)].join('');
    const markdown = renderComparisonMarkdown(view, series);
    const both = runs.flatMap(({ file }) => file.benchmarks);
    const benchmarks = both.map((benchmark, at) => ({ ...benchmark, fullname: `m.bench.js::b${at}` }));
    const columns = runColumns(benchmarks, [name], ['min']);
    const entries = benchmarks.map((benchmark) => ({
      planned: { id: benchmark.fullname, file: 'm.bench.js' } as never,
      benchmark,
      breaches: [],
    }));
    const summary = renderRunMarkdown(entries, { columns: [name], stats: ['min'], table: 'combined' }, []);
    for (const text of [table, markdown, summary, columns[0]?.title]) expect(text).toContain(heading);
    for (const [at, text] of texts.entries()) {
      expect(table).toContain(` ${text} (`);
      expect(markdown).toContain(`| ${text} (`);
      expect(summary).toContain(`| ${text} |`);
      expect(columns[0]?.text(benchmarks[at] as never)).toBe(text);
    }
  });

  it('keeps seconds in a document for programs', () => {
    const runs = [run('a', [bench(before, seconds.before)]), run('b', [bench(after, seconds.after)])];
    const { view } = compareRuns(runs, planComparison({ columns: name }));
    const [group] = view.groups as Iterable<TableGroup>;
    const [column] = group?.columns ?? [];
    expect(column?.heading()).toMatchObject(unit === 's' ? { unit: 's', factor: 1 } : scale);
    const shown = group?.rows.map((_, row) => column?.cellAt(row)?.text);
    expect(shown).toEqual(unit === 's' ? ['0.00152', '12.35'] : texts);
  });
});

const wide = { columns: 400, isTerminal: false, color: false };
const reportOf = (field: string, series: readonly number[], name = 'b') => ({
  ...{ file: 'm.js', name },
  blob: { [field]: [...series] },
});
const wordsOf = (text: string) => text.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
// What has no column of its own where several functions are listed.
const inDetailsOnly = ['native', 'js'];

describe.each(metrics.filter(({ field }) => field !== 'stats'))(
  '$name of measure',
  ({ name, field, unit }) => {
    const own = (value: number) => {
      const { text, unit: scaled } = ownCell(value, unit);
      return scaled === '' ? text : `${text} ${scaled}`;
    };

    it.each([before, after])('has the text of its cell in the details: %i', (value) => {
      const rows = wordsOf(renderDetails(reportOf(field, [value]), wide));
      expect(rows.filter((row) => row.startsWith(`${name} ${own(value)} `))).toHaveLength(1);
    });

    it('has the text of cells for the smallest and the largest pass, and SINGLE for what lies between', () => {
      const rows = wordsOf(renderDetails(reportOf(field, [before, before, before, after]), wide));
      const spread = spreadText({ min: before, max: after }, { field, unit });
      const row = rows.find((each) => each.startsWith(`${name} `)) ?? '';
      expect(row).toContain(` ${own(after)} ${spread} `);
      if (field !== 'retained_bytes') expect(row).toContain(`${name} ${own(before)} ${own(after)} `);
    });

    it('has the text of its cell where several functions are listed, in a table and in markdown', () => {
      const reports = [reportOf(field, [before], 'x'), reportOf(field, [after], 'y')];
      const table = wordsOf(renderSummary(reports, [], wide));
      const markdown = renderMarkdown(reports, []);
      if (inDetailsOnly.includes(name)) {
        expect(table.join()).not.toContain(own(after));
        return;
      }
      expect(table[0]).toBe(name);
      for (const [at, value] of [before, after].entries()) {
        expect(table).toContain(`${'xy'[at]} ${own(value)}`);
        expect(markdown).toContain(`| ${own(value)} |`);
      }
    });
  },
);
