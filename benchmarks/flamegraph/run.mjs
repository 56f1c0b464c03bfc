// What the page of a profile of 50,000 nodes takes in Chromium, and the page of two such profiles: the first picture (CPU time
// of script, style and layout, since nothing else of a load is the page's), then a search, a switch of the metric, a zoom, the
// choice of whose widths are shown and of callers (CPU time of the page's thread, which other programs do not raise; the wall
// clock stands behind it). `--check` exits 1 where one of them takes 100 ms of it and more. `--sizes FOLDER`
// prints the sizes of the pages of the profiles in a folder instead. Needs a Chromium: BENCHMEM_CHROMIUM, or the first on PATH.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { findChromium } from '../../build/modules/cli/plot/chromium.js';
import { flamegraphDiffPage, flamegraphPage } from '../../build/modules/flamegraph/html.js';
import { readProfile } from '../../build/modules/profile/index.js';
import { figureNames } from '../../build/modules/profile/model.js';

const mostMs = 100;
const passes = 8;
const [wanted, depth] = [50_000, 90];
const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, sizes: { type: 'string' } },
});
if (options.sizes !== undefined) {
  printSizes(options.sizes);
  process.exit();
}

/** Of each profile in the folder, of its page, and of the page that compares it with itself; gzip as a server sends it. */
function printSizes(folder) {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.pb.gz'))) {
    const bytes = readFileSync(join(folder, name));
    const profile = readProfile(bytes);
    const kb = (content) => `${(Buffer.byteLength(content) / 1000).toFixed(0)} KB`;
    const [page, two] = [flamegraphPage(profile), flamegraphDiffPage(profile, profile)];
    console.log(
      `${profile.meta.id}: ${profile.stacks.length} stacks, profile ${kb(bytes)}, page ${kb(page)} (${kb(gzipSync(page))} gzip), of two ${kb(two)} (${kb(gzipSync(two))} gzip)`,
    );
  }
}

/** Stacks that share their outer frames, until there are so many nodes; `change` moves a third of the figures. */
function profile(change = 0) {
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
    const figures = Object.fromEntries(
      figureNames.map((name) => {
        const value = 1 + random(1e6);
        return [name, stacks.length % 3 === 0 ? value + change : value];
      }),
    );
    if (change !== 0 && stacks.length % 50 === 0) last[last.length - 1] = functions[0];
    stacks.push({ frames: [...last].reverse().concat({ kind: 'thread', name: 'main thread' }), figures });
  }
  const meta = { schema: 1, id: 'large', jsAtPeakBytes: 1e8 };
  return { meta, figures: figureNames, objects: [], stacks };
}

// WHY: a pixel is read, because what a canvas was given is drawn by the time that one can be read.
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
const stepsOfTwo = {
  ...steps,
  "the base's widths": measure(
    "press('Home'); element('base').checked = true; element('base').dispatchEvent(new Event('change'))",
  ),
  callers: measure(
    "element('inverted').checked = true; element('inverted').dispatchEvent(new Event('change'))",
  ),
};

const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({
  executablePath: await findChromium(process.env.BENCHMEM_CHROMIUM),
  args,
});
const folder = mkdtempSync(join(tmpdir(), 'bench-flamegraph-'));
let isSlow = false;
try {
  const pages = [
    ['of one profile', () => flamegraphPage(profile()), steps],
    ['of two profiles', () => flamegraphDiffPage(profile(), profile(1e5)), stepsOfTwo],
  ];
  for (const [name, make, taken] of pages) {
    const started = performance.now();
    const html = make();
    const made = performance.now() - started;
    console.log(
      `the page ${name}: ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB, made in ${made.toFixed(0)} ms`,
    );
    const best = await bestOf(html, taken);
    for (const [step, { ms, wallMs }] of Object.entries(best)) {
      const wall = wallMs === undefined ? '' : `; ${wallMs.toFixed(1)} ms by the clock`;
      console.log(`  ${step}: ${ms.toFixed(1)} ms (limit ${mostMs}${wall})`);
      if (!(ms < mostMs)) isSlow = true;
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
if (options.check && isSlow) process.exitCode = 1;

async function bestOf(html, taken) {
  const file = join(folder, 'page.html');
  writeFileSync(file, html);
  const best = {};
  const note = (name, ms, wallMs) => {
    if (ms < (best[name]?.ms ?? Number.POSITIVE_INFINITY)) best[name] = { ms, wallMs };
  };
  for (let pass = 0; pass < passes; pass += 1) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const spent = async (wanted) => {
      const { metrics } = await session.send('Performance.getMetrics');
      const own = metrics.filter(({ name }) => wanted.test(name));
      return own.reduce((sum, { value }) => sum + value * 1000, 0);
    };
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('#ready');
    note('first picture', await spent(/^(Script|Layout|RecalcStyle)Duration$/));
    for (const [name, step] of Object.entries(taken)) {
      const before = await spent(/^TaskDuration$/);
      const wallMs = await page.evaluate(step);
      note(name, (await spent(/^TaskDuration$/)) - before, wallMs);
    }
    await page.close();
  }
  return best;
}
