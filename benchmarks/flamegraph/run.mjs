// What the page of a profile of 50,000 nodes takes in Chromium: the first picture (CPU time of script, style and layout,
// since nothing else of a load is the page's), then a search, a switch of the metric and a zoom (wall clock). `--check`
// exits 1 where one of them takes 100 ms and more. Needs a Chromium: BENCHMEM_CHROMIUM, or the first on PATH.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findChromium } from '../../dist/cli/plot/chromium.js';
import { flamegraphPage } from '../../dist/flamegraph/html.js';
import { figureNames } from '../../dist/profile/model.js';

const mostMs = 100;
const passes = 8;
const [wanted, depth] = [50_000, 90];
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

/** Stacks that share their outer frames, until there are so many nodes. */
function profile() {
  let state = 7;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const frame = (n) => ({
    kind: 'js',
    name: `function${n}`,
    file: n % 4 === 0 ? `node_modules/package${n % 9}/file${n % 31}.js` : `src/file${n % 31}.ts`,
    functionLine: 1 + n,
    line: 2 + n,
    ...(n % 4 === 0 && { package: `package${n % 9}` }),
  });
  const functions = Array.from({ length: 2000 }, (_, n) => frame(n));
  const stacks = [];
  let last = [];
  let nodes = 1;
  while (nodes < wanted) {
    const kept = last.slice(0, random(depth));
    const more = Array.from({ length: depth - kept.length }, () => functions[random(functions.length)]);
    last = [...kept, ...more];
    nodes += more.length;
    const figures = Object.fromEntries(figureNames.map((name) => [name, 1 + random(1e6)]));
    stacks.push({ frames: [...last].reverse().concat({ kind: 'thread', name: 'main thread' }), figures });
  }
  const meta = { schema: 1, id: 'large', jsAtPeakBytes: 1e8 };
  return { meta, figures: figureNames, objects: [], stacks };
}

// WHY the pixel: what a canvas was told is drawn by the time that one can be read.
const measure = (step) => `(() => {
  const element = (id) => document.getElementById(id);
  const change = (id, value, event) => { element(id).value = value; element(id).dispatchEvent(new Event(event)); };
  const press = (key) => element('picture').dispatchEvent(new KeyboardEvent('keydown', { key }));
  const start = performance.now();
  ${step};
  element('picture').getContext('2d').getImageData(0, 0, 1, 1);
  void document.body.offsetHeight;
  return performance.now() - start;
})()`;
const steps = {
  search: measure("change('search', 'file7', 'input')"),
  'metric switch': measure("change('search', '', 'input'); change('metric', '2', 'change')"),
  zoom: measure("press('ArrowDown'); press('ArrowDown'); press('ArrowDown'); press('Enter')"),
};

const started = performance.now();
const html = flamegraphPage(profile());
const made = performance.now() - started;
const folder = mkdtempSync(join(tmpdir(), 'bench-flamegraph-'));
const file = join(folder, 'page.html');
writeFileSync(file, html);
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({
  executablePath: await findChromium(process.env.BENCHMEM_CHROMIUM),
  args,
});
const best = {};
try {
  for (let pass = 0; pass < passes; pass += 1) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('#ready');
    const { metrics } = await session.send('Performance.getMetrics');
    const own = metrics.filter(({ name }) => /^(Script|Layout|RecalcStyle)Duration$/.test(name));
    const note = (name, ms) => {
      best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, ms);
    };
    note(
      'first picture',
      own.reduce((sum, { value }) => sum + value * 1000, 0),
    );
    for (const [name, step] of Object.entries(steps)) note(name, await page.evaluate(step));
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`page: ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB, made in ${made.toFixed(0)} ms`);
for (const [name, ms] of Object.entries(best)) console.log(`${name}: ${ms.toFixed(1)} ms (limit ${mostMs})`);
if (options.check && Object.values(best).some((ms) => !(ms < mostMs))) process.exitCode = 1;
