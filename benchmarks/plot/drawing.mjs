// How long a browser takes to draw a page, beside plotly alone with the same traces and no labels.
// Needs a Chromium: BENCHMEM_CHROMIUM, or the first on PATH.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../../build/modules/cli/plot/chromium.js';

const passes = 2;
const longestMs = 300_000;

/** Milliseconds per page, the fastest of each, one after the other: `[{ name, own, alone }]`. */
export async function drawingTimes(pages, plotly) {
  const executablePath = await findChromium(process.env.BENCHMEM_CHROMIUM);
  const folder = mkdtempSync(join(tmpdir(), 'bench-plot-'));
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const found = [];
    for (const { name, html, figure } of pages) {
      const files = { own: join(folder, `${name}.html`), alone: join(folder, `${name}-alone.html`) };
      writeFileSync(files.own, html);
      writeFileSync(files.alone, plotlyAlone(figure, plotly));
      const best = { own: Number.POSITIVE_INFINITY, alone: Number.POSITIVE_INFINITY };
      for (let pass = 0; pass < passes; pass += 1) {
        for (const kind of ['own', 'alone'])
          best[kind] = Math.min(best[kind], await draw(browser, files[kind]));
      }
      found.push({ name, ...best });
    }
    return found;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function draw(browser, file) {
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  try {
    const start = performance.now();
    await page.goto(pathToFileURL(file).href, { timeout: longestMs });
    await page.waitForSelector('html#ready', { timeout: longestMs, state: 'attached' });
    return performance.now() - start;
  } finally {
    await page.close();
  }
}

function plotlyAlone({ data, layout }, plotly) {
  const axes = Object.keys(layout).filter((key) => /^[xy]axis/.test(key));
  const bare = Object.fromEntries(
    axes.map((name) => [name, { ...layout[name], tickvals: [], ticktext: [] }]),
  );
  const figure = JSON.stringify({ data, layout: { height: layout.height, ...bare } });
  return `<!doctype html><meta charset="utf-8"><div id="plot"></div>
<script>${plotly.replaceAll(/<\/(?=script)/gi, '<\\/')}</script>
<script>Plotly.newPlot('plot', ${figure.replaceAll('<', '\\u003c')}).then(() => { document.documentElement.id = 'ready'; });</script>`;
}
