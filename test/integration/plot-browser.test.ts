// The pages in a real browser, from a file URL with the network refused: what is drawn, what the pointer shows, that
// names stay text, and that two widths and two themes can be read. Screenshots are kept in build/screenshots.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumImage, findChromium } from '../../src/cli/plot/chromium.js';
import {
  nameSvg,
  type Plot,
  type PlotOptions,
  plotView,
  renderHtml,
  type View,
} from '../../src/plot/index.js';
import type { Run } from '../../src/runfile/run.js';
import { chromiumPath, launchChromium, noBrowser } from '../support/chromium.js';
import { type Entry, run, sizes, steppedRuns } from '../unit/plot-support/runs.js';

const executablePath = chromiumPath();
if (executablePath === undefined) process.stderr.write(`plot-browser: skipped: ${noBrowser}\n`);

const plotly = readFileSync(createRequire(import.meta.url).resolve('plotly.js-cartesian-dist-min'), 'utf8');
const screenshots = fileURLToPath(new URL('../../build/screenshots', import.meta.url));

const markup =
  '</script><img src=x onerror="alert(1)"><b>bold</b> &amp; <a href="javascript:alert(1)">link</a>';
const hostile = (label: string, bytes: number) =>
  run(label, [
    { id: `f.js::${markup}[1]`, peak: [bytes], params: { n: 1, [`<i>${label}</i>`]: 'x' } },
    { id: 'f.js::<!-- --> %{y} $x^2$[2]', peak: [bytes * 2, bytes * 3], params: { n: 2 } },
  ]);

const base = sizes('base', { 1: 1000, 2: 4000, 3: 9000 });
const head = sizes('head', { 1: 2000, 2: 3000, 3: 9000 });
const third = sizes('third', { 1: 8000, 2: 3000 });
const kinds = (label: string, factor: number) =>
  run(
    label,
    ['old', 'new'].flatMap((kind) =>
      [1, 10, 100].map(
        (n): Entry => ({
          id: `f.js::b[${kind}-${n}]`,
          peak: [n * factor, n * factor + 5],
          params: { n, kind },
        }),
      ),
    ),
  );

interface Case {
  readonly name: string;
  readonly view: View;
  readonly runs: readonly Run[];
  readonly options?: PlotOptions;
  /** A selector, and how many elements it must find. */
  readonly count: readonly [string, number];
  /** What the pointer shows at the first element; of a sweep, at the second cell. */
  readonly hover: readonly string[];
}

const point = '.scatterlayer .trace .points path';
const bars = '.barlayer .point path';
const targets = { scaling: point, scatter: point, compare: bars, sweep: '.heatmap-label', history: point };
const cases: readonly Case[] = [
  {
    name: 'scaling',
    view: 'scaling',
    runs: [kinds('base', 5000)],
    count: ['.scatterlayer .trace', 2],
    hover: ['f.js::b[', 'base: 4.88 KiB (5,000 B)', 'spread: '],
  },
  {
    name: 'scaling-facets',
    view: 'scaling',
    runs: [kinds('a', 5000), kinds('b', 9000)],
    options: { facet: 'kind', freeAxes: 'y' },
    count: ['.scatterlayer .trace', 4],
    hover: ['f.js::b['],
  },
  {
    name: 'scatter',
    view: 'scatter',
    runs: [base, head],
    count: [point, 3],
    hover: ['f.js::build[1]', 'base: 1,000 B', 'change: +1,000 B, +100.0%, 2×'],
  },
  {
    name: 'scatter-animated',
    view: 'scatter',
    runs: [base, head, third],
    count: ['.slider-group', 1],
    hover: ['head: 1.95 KiB'],
  },
  {
    name: 'compare',
    view: 'compare',
    runs: [base, head],
    count: ['.barlayer .point path', 3],
    hover: ['f.js::build[1]', 'change: +1,000 B'],
  },
  {
    name: 'compare-percent',
    view: 'compare',
    runs: [kinds('a', 100), kinds('b', 110)],
    options: { sort: 'relative', facet: 'kind' },
    count: ['.barlayer .point path', 6],
    hover: ['change: +'],
  },
  {
    name: 'sweep',
    view: 'sweep',
    runs: [base, head, third],
    count: ['.heatmap-label', 8],
    hover: ['f.js::build[1]', 'head: 1.95 KiB (2,000 B)', 'spread: none', '2×'],
  },
  {
    name: 'history',
    view: 'history',
    runs: steppedRuns('<i>c</i>', 24),
    count: ['.scatterlayer .trace', 7],
    hover: ['f.js::a<b>', '<i>c</i>'],
  },
  {
    name: 'hostile',
    view: 'compare',
    runs: [hostile('<b>base</b>', 1000), hostile('<u>head</u>', 3000)],
    count: ['.barlayer .point path', 2],
    hover: ['<!-- --> %{y} $x^2$[2]', '<u>head</u>: '],
  },
];

describe.skipIf(executablePath === undefined)('a page in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plot-browser-'));
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium(executablePath);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Opened {
    readonly page: Page;
    /** Console messages, page errors and requests that were not the page itself. */
    readonly complaints: string[];
  }

  async function open(
    plot: Plot,
    name: string,
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<Opened> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, renderHtml(plot, { plotly }));
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    // WHY: these are minutes, because a timeout is for what hangs, and must not distinguish a slow machine from a fast one.
    page.setDefaultTimeout(300_000);
    page.setDefaultNavigationTimeout(300_000);
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    await page.route('**/*', (route) => {
      if (route.request().url() === pathToFileURL(file).href) return route.continue();
      complaints.push(`request: ${route.request().url()}`);
      return route.abort();
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html#ready', { state: 'attached' });
    return { page, complaints };
  }

  describe.each(cases)('$name', ({ name, view, runs, options, count, hover }) => {
    const plot = plotView(view, runs, options);
    // Each view with both widths and both themes, which have nothing to do with each other: not each with each.
    it.each([
      [400, 'dark'],
      [1600, 'light'],
    ] as const)('is drawn whole at %i px, %s', async (width, scheme) => {
      const { page, complaints } = await open(plot, name, width, scheme);
      expect(await page.locator(count[0]).count()).toBe(count[1]);
      // No sideways scrolling, and no label cut off at an edge of the window.
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const cut = await page
        .locator('.xtick text, .ytick text, .gtitle, .xtitle, .ytitle, .legendtext')
        .evaluateAll(
          (texts, edge) =>
            texts
              .filter((text) => {
                const box = text.getBoundingClientRect();
                return box.left < -1 || box.right > edge + 1;
              })
              .map((text) => text.textContent),
          width,
        );
      expect(cut).toEqual([]);
      const background = await page.evaluate<string>(
        'getComputedStyle(document.documentElement).backgroundColor',
      );
      expect(background).toBe(scheme === 'dark' ? 'rgb(21, 24, 30)' : 'rgb(255, 255, 255)');
      await page.screenshot({ path: join(screenshots, `${name}-${width}-${scheme}.png`), fullPage: true });
      if (width === 1600) await expectHover(page);
      expect(complaints).toEqual([]);
      await page.close();
    });

    /** The pointer says what it is at. */
    async function expectHover(page: Page): Promise<void> {
      const target = page.locator(targets[view]).nth(view === 'sweep' ? 1 : 0);
      const box = await target.boundingBox();
      if (box === null) throw new Error('nothing to point at');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.waitForSelector('.hoverlayer .hovertext');
      const text = (await page.locator('.hoverlayer .hovertext').allTextContents()).join('\n');
      for (const part of hover) expect(text).toContain(part);
    }
  });

  it('shows markup as text: no element comes from a name', async () => {
    const { page, complaints } = await open(
      plotView('scaling', [hostile('x', 10)], { x: 'n' }),
      'markup',
      1600,
      'light',
    );
    expect(await page.locator('#plot img, #plot a[href*="javascript"], #notes b').count()).toBe(0);
    const bars = await open(
      plotView('compare', [hostile('a', 1), hostile('b', 2)]),
      'markup-bars',
      1600,
      'light',
    );
    expect((await bars.page.locator('.ytick text').allTextContents()).join(' ')).toContain('</script><img');
    expect([...complaints, ...bars.complaints]).toEqual([]);
    await page.close();
    await bars.page.close();
  });

  it('renews the ticks when somebody zooms', async () => {
    const { page } = await open(plotView('scaling', [kinds('base', 5000)]), 'zoom', 1600, 'light');
    const ticks = () => page.locator('.ytick text').allTextContents();
    const before = await ticks();
    await page.evaluate(async () => {
      const { Plotly } = globalThis as unknown as {
        Plotly: { relayout(id: string, update: object): Promise<void> };
      };
      await Plotly.relayout('plot', { 'yaxis.range': [3.6, 3.8] });
    });
    await expect.poll(ticks).not.toEqual(before);
    const zoomed = await ticks();
    expect(zoomed.length).toBeGreaterThan(2);
    expect(zoomed.every((text) => text.endsWith(' KiB'))).toBe(true);
    await page.close();
  });

  it('plays the runs of a scatter', async () => {
    const { page, complaints } = await open(plotView('scatter', [base, head, third]), 'play', 1600, 'light');
    const points = () => page.locator(point).count();
    expect(await points()).toBe(3);
    await page.locator('.slider-group').waitFor();
    await page.evaluate(async () => {
      const { Plotly } = globalThis as unknown as {
        Plotly: { animate(id: string, frames: string[], how: object): Promise<void> };
      };
      await Plotly.animate('plot', ['2'], {
        mode: 'immediate',
        transition: { duration: 0 },
        frame: { duration: 0 },
      });
    });
    await expect.poll(points).toBe(2);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('draws 5,000 ids, whose labels do not cover each other', async () => {
    const many = (label: string, factor: number) =>
      run(
        label,
        Array.from(
          { length: 5000 },
          (_, n): Entry => ({
            id: `src/some/folder/f.bench.ts::group::case_${n}[${n}]`,
            peak: [1000 + n * factor],
            params: { n },
          }),
        ),
      );
    for (const view of ['compare', 'sweep'] as const) {
      const { page, complaints } = await open(
        plotView(view, [many('a', 1), many('b', 3), many('c', 2)]),
        `many-${view}`,
        1600,
        'light',
      );
      if (view === 'compare') expect(await page.locator('.barlayer .point path').count()).toBe(5000);
      const boxes = await page
        .locator('.ytick text')
        .evaluateAll((texts) =>
          texts.map((text) => text.getBoundingClientRect()).map(({ top, bottom }) => ({ top, bottom })),
        );
      expect(boxes.length).toBeGreaterThan(50);
      const sorted = boxes.sort((a, b) => a.top - b.top);
      expect(sorted.filter((box, at) => at > 0 && box.top < (sorted[at - 1]?.bottom ?? 0) - 4)).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  const store = (label: string, algorithms: number, stores: number) =>
    run(
      label,
      Array.from({ length: algorithms * stores * 2 }, (_, at): Entry => {
        const [n, algorithm, place] = [(at % 2) + 1, (at >> 1) % algorithms, Math.floor(at / 2 / algorithms)];
        const params = {
          n,
          algorithm: `an algorithm with a long name, the ${algorithm}th`,
          place: `p${place}`,
        };
        return { id: `f.js::b[${at}]`, params, peak: [1000 * (at + 1)] };
      }),
    );

  it.each([400, 1600])(
    'keeps a legend of 40 lines whole, inside and below the panel, at %i px',
    async (width) => {
      const plot = plotView('scaling', [store('a', 40, 1)], { x: 'n', color: 'algorithm' });
      const { page, complaints } = await open(plot, `legend-${width}`, width, 'light');
      const boxes = (selector: string) =>
        page.locator(selector).evaluateAll((all) => all.map((each) => each.getBoundingClientRect().toJSON()));
      const panel = await page.evaluate<{ bottom: number; height: number }>(
        `(({ _offset, _length }) => ({ bottom: _offset + _length, height: _length }))(document.getElementById('plot')._fullLayout.yaxis)`,
      );
      const texts = await boxes('.legendtext');
      const [whole] = await boxes('#plot svg.main-svg');
      expect(panel.height).toBeGreaterThan(200);
      expect(texts).toHaveLength(40);
      for (const text of texts) {
        expect(text.top).toBeGreaterThan(panel.bottom);
        expect(text.bottom).toBeLessThanOrEqual(whole.bottom);
        expect(text.right).toBeLessThanOrEqual(width);
      }
      const [frame] = await boxes('.legend > .bg');
      expect(Math.max(...texts.map(({ bottom }) => bottom))).toBeLessThanOrEqual(frame.bottom);
      const names = await page.locator('.legendtext').allTextContents();
      expect(new Set(names).size).toBe(40);
      await page.screenshot({ path: join(screenshots, `legend-${width}.png`), fullPage: true });
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it.each(['compare', 'sweep'] as const)(
    'keeps panels of %s high enough, and the page scrolls',
    async (view) => {
      const plot = plotView(view, [store('a', 3, 50), store('b', 3, 50)], { facet: 'place' });
      const { page } = await open(plot, `panels-${view}`, 1200, 'light');
      const heights = await page
        .locator('.cartesianlayer .subplot .gridlayer, .cartesianlayer .subplot .plot')
        .count();
      expect(heights).toBeGreaterThanOrEqual(50);
      const sizes = await page.evaluate<number[]>(
        `Object.entries(document.getElementById('plot')._fullLayout).filter(([name]) => /^yaxis/.test(name)).map(([, axis]) => axis._length)`,
      );
      expect(sizes).toHaveLength(50);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(40);
      const titles = await page
        .locator('.annotation-text')
        .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
      const sorted = titles.sort((a, b) => a - b);
      for (const [at, top] of sorted.entries())
        if (at > 0) expect(top - (sorted[at - 1] ?? 0)).toBeGreaterThan(60);
      expect(await page.evaluate<number>('document.documentElement.scrollHeight')).toBeGreaterThan(4000);
      await page.screenshot({ path: join(screenshots, `panels-${view}.png`), fullPage: true });
      await page.close();
    },
  );

  it('writes labels beside up to 20 points of a static picture, and beside none of more', async () => {
    const found = await findChromium(executablePath);
    const draw = async (view: View, runs: readonly Run[], options: PlotOptions = {}) => {
      const image = { format: 'svg', width: 900, scale: 1 } as const;
      const page = renderHtml(plotView(view, runs, options), { plotly, theme: 'light', image });
      return Buffer.from(await chromiumImage(found, page, 'svg', new AbortController().signal)).toString(
        'utf8',
      );
    };
    const points = (label: string, count: number, factor: number) =>
      sizes(
        label,
        Object.fromEntries(Array.from({ length: count }, (_, n) => [n + 1, 1000 * (n + 1) * factor])),
      );
    const twenty = await draw('scatter', [points('a', 20, 1), points('b', 20, 2)]);
    for (let n = 1; n <= 20; n += 1) expect(twenty).toContain(`build[${n}]`);
    expect(await draw('scatter', [points('a', 21, 1), points('b', 21, 2)])).not.toContain('build[');
    const scaling = await draw('scaling', [base]);
    for (const text of ['1,000 B', '3.91 KiB', '8.79 KiB']) expect(scaling).toContain(text);
  });

  it('gives PNG and SVG without a driver', async () => {
    const found = await findChromium(executablePath);
    const plot = plotView('compare', [hostile('a', 1000), hostile('b', 2000)]);
    const image = (format: 'png' | 'svg', width: number) =>
      chromiumImage(
        found,
        renderHtml(plot, { plotly, theme: 'light', image: { format, width, scale: 1 } }),
        format,
        new AbortController().signal,
      );
    const png = Buffer.from(await image('png', 640));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(640);
    const svg = Buffer.from(await image('svg', 640)).toString('utf8');
    expect(nameSvg(svg, plot)).toMatch(
      /^<svg role="img" aria-label="compare of peak, 2 ids" class=[^>]*><title>benchmem: peak, compare<\/title></,
    );
    expect(svg).not.toMatch(/<script|<img|<foreignObject/i);
    expect(svg).toContain('&#60;/script&#62;&#60;img');
  });
});

describe('without a browser', () => {
  it('says what to do', async () => {
    await expect(findChromium(undefined, '/nowhere')).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
      exitCode: 2,
    });
    await expect(findChromium('/no/browser')).rejects.toThrow(
      '/no/browser is not a program that can be started',
    );
  });
  it('says that the program is no browser', async () => {
    await expect(chromiumImage('/bin/true', '<p>', 'png', new AbortController().signal)).rejects.toThrow(
      '/bin/true drew no image',
    );
  });
});
