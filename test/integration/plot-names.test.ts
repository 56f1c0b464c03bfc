// Names that a page could take for something else: what is drawn beside each name is the value that it was measured with.
// Everything is read back from the drawn marks: their boxes, the boxes of the labels, their colours.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlotOptions, plotView, renderHtml, type View } from '../../src/plot/index.js';
import type { Run } from '../../src/runfile/run.js';
import { chromiumPath, launchChromium, noBrowser } from '../support/chromium.js';
import { type Entry, run } from '../unit/plot-support/runs.js';

const executablePath = chromiumPath();
if (executablePath === undefined) process.stderr.write(`plot-names: skipped: ${noBrowser}\n`);
const plotly = readFileSync(createRequire(import.meta.url).resolve('plotly.js-cartesian-dist-min'), 'utf8');

const inherited = ['toString', 'constructor', '__proto__', 'valueOf', 'hasOwnProperty', 'length'];
const numbers = ['3', '1', '2', '-7', '1e3', '0x10', '1,000', 'NaN', 'Infinity', '007'];
const values = ['2024-01-01', '2024-01-02 10:00', 'null', 'undefined', 'true', ''];
const templates = ['%{meta}', '%{y}', '<b>x</b>', '$1$', '&lt;', 'a b'];
const names = [...inherited, ...numbers, ...values, ...templates];
/** The labels beside all panels: plotly numbers their axes. */
const yTicks = 'g[class^="y"][class$="tick"] text';
/** As a label shows it. */
const shown = (name: string) => (name === '' ? '""' : name);
/** Of each name another one, none twice as large as the next. */
const bytesOf = (index: number) => 1000 * (index + 1);

interface Box {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly color: string;
}

describe.skipIf(executablePath === undefined)('hostile names in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plot-names-'));
    browser = await launchChromium(executablePath);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function draw(view: View, runs: readonly Run[], options: PlotOptions, width = 2400): Promise<Page> {
    const file = join(folder, 'page.html');
    writeFileSync(file, renderHtml(plotView(view, runs, options), { plotly }));
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html#ready', { state: 'attached' });
    return page;
  }

  /** What is drawn: the text, the middle and the width of each element. */
  async function boxes(page: Page, selector: string): Promise<Box[]> {
    return page.locator(selector).evaluateAll((elements) =>
      elements.map((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return {
          text: element.textContent ?? '',
          x: left + width / 2,
          y: top + height / 2,
          width,
          color: element.style.fill,
        };
      }),
    );
  }

  /** The label that stands nearest to a mark along an axis. */
  function nearest(labels: readonly Box[], mark: Box, axis: 'x' | 'y'): string {
    const near = (label: Box) => Math.abs(label[axis] - mark[axis]);
    return [...labels].sort((a, b) => near(a) - near(b))[0]?.text ?? '';
  }

  const benchmarks = (factor: number, prefix = 'f.js::'): Entry[] =>
    names.map((name, index) => ({ id: `${prefix}${name}`, peak: [bytesOf(index) * factor] }));

  it('compare: the bar beside an id is as long as its change', async () => {
    const page = await draw('compare', [run('a', benchmarks(1)), run('b', benchmarks(2))], {});
    const [bars, labels] = [await boxes(page, '.barlayer .point path'), await boxes(page, yTicks)];
    const unit = Math.max(...bars.map(({ width }) => width)) / names.length;
    const drawn = bars.map((bar) => [nearest(labels, bar, 'y'), Math.round((bar.width / unit) * 1000)]);
    expect(drawn.sort()).toEqual(names.map((name, index) => [shown(name), bytesOf(index)]).sort());
    await page.close();
  });

  it('compare: a panel per value of a dim holds the ids of that value', async () => {
    const entries = (factor: number) =>
      names.map((kind, index) => ({
        id: `f.js::b${index}`,
        params: { kind },
        peak: [bytesOf(index) * factor],
      }));
    const page = await draw('compare', [run('a', entries(1)), run('b', entries(2))], { facet: 'kind' });
    const [titles, labels] = [await boxes(page, '.annotation-text'), await boxes(page, yTicks)];
    const under = titles.map((title) => {
      const below = labels.filter(({ y }) => y > title.y).sort((a, b) => a.y - b.y);
      return [title.text, below[0]?.text];
    });
    expect(under.sort()).toEqual(names.map((name, index) => [`kind=${name}`, `b${index}`]).sort());
    await page.close();
  });

  it('sweep: the cell of an id and a run has its ratio', async () => {
    const labels = names.slice(0, 12);
    const ratio = (row: number, column: number) => 1 + ((row * 7 + column * 3) % 50) / 10;
    const runs = labels.map((_label, column) =>
      run(
        `r${column}`,
        names.map((name, row) => ({ id: name, peak: [column === 0 ? 1000 : 1000 * ratio(row, column)] })),
      ),
    );
    const page = await draw('sweep', runs, { labels });
    const cells = await boxes(page, '.heatmap-label');
    const [columns, rows] = [await boxes(page, '.xtick text'), await boxes(page, yTicks)];
    expect(cells).toHaveLength(names.length * labels.length);
    const drawn = cells.map((cell) => [nearest(rows, cell, 'y'), nearest(columns, cell, 'x'), cell.text]);
    const expected = names.flatMap((name, row) =>
      labels.map((label, column) => [
        shown(name),
        shown(label),
        `${column === 0 ? 1 : Number(ratio(row, column).toPrecision(3))}×`,
      ]),
    );
    expect(drawn.sort()).toEqual(expected.sort());
    await page.close();
  });

  it('scaling: the point above a key has its value', async () => {
    const entries = names.map((key, index) => ({
      id: `f.js::b[${key}]`,
      params: { key },
      peak: [bytesOf(index)],
    }));
    const page = await draw('scaling', [run('a', entries)], { x: 'key', log: { y: false } });
    await page.evaluate(`Plotly.relayout('plot', { 'xaxis.tickangle': 0 })`);
    const [points, labels] = [await boxes(page, '.points path'), await boxes(page, '.xtick text')];
    const [low = 0, high = 0] = [Math.max, Math.min].map((pick) => pick(...points.map(({ y }) => y)));
    const value = (y: number) => Math.round(1000 + ((low - y) / (low - high)) * 1000 * (names.length - 1));
    const drawn = points.map((point) => [nearest(labels, point, 'x'), value(point.y)]);
    const expected = names.map((name, index) => [shown(name), bytesOf(index)]);
    expect(drawn.map(([name, y]) => [name, Math.round(Number(y) / 100) * 100]).sort()).toEqual(
      expected.sort(),
    );
    await page.close();
  });

  it('scaling: the line of a colour is the one that the legend says', async () => {
    const keys = names.slice(0, 8);
    const entries = keys.flatMap((key, index) =>
      [1, 2].map((n) => ({ id: `f.js::b[${key}-${n}]`, params: { key, n }, peak: [bytesOf(index)] })),
    );
    const page = await draw('scaling', [run('a', entries)], { x: 'n', color: 'key', log: { y: false } });
    const points = await boxes(page, '.scatterlayer .points path');
    const [texts, samples] = [
      await boxes(page, '.legendtext'),
      await boxes(page, '.legendsymbols .legendpoints path'),
    ];
    const byHeight = [...new Set(points.sort((a, b) => b.y - a.y).map(({ color }) => color))];
    const legend = samples.map((sample, index) => [texts[index]?.text, sample.color]);
    expect(legend.sort()).toEqual(keys.map((key, index) => [`key=${key}`, byHeight[index]]).sort());
    await page.close();
  });

  it('scatter: every id has a point of its own, in each step', async () => {
    const page = await draw(
      'scatter',
      [1, 2, 4].map((factor) => run(`r${factor}`, benchmarks(factor))),
      {},
    );
    const points = () => page.locator('.points path').count();
    expect(await points()).toBe(names.length);
    await page.evaluate(async () => {
      const { Plotly } = globalThis as unknown as {
        Plotly: { animate(id: string, frames: string[], how: object): Promise<void> };
      };
      const now = { transition: { duration: 0 }, frame: { duration: 0 } };
      await Plotly.animate('plot', ['2'], { mode: 'immediate', ...now });
    });
    expect(await points()).toBe(names.length);
    await page.close();
  });

  it('titles and runs say what they are called', async () => {
    for (const name of [...inherited, '%{meta}', '1', '2024-01-01']) {
      const runs = [run('a', benchmarks(1)), run('b', benchmarks(2))];
      const page = await draw('compare', runs, { labels: [name, 'b'] });
      expect(await page.locator('.gtitle').textContent()).toContain(`peak: ${name} → b`);
      await page.close();
    }
  });
});
