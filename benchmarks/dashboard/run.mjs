// The dashboard over 1,000 runs of 200 benchmarks: how long the server takes to start without and with its index, when a browser
// first paints the overview, and what publishing takes. `--check` exits 1 where the first paint takes more than a second.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { writeStorage } from '../../test/support/saved-storage.mjs';

const mostPaintMs = 1000;
const loads = 5;
const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    runs: { type: 'string', default: '1000' },
    benchmarks: { type: 'string', default: '200' },
    // Takes as long as all else together.
    publish: { type: 'boolean', default: false },
  },
});
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const executablePath =
  process.env.BENCHMEM_CHROMIUM ??
  names
    .flatMap((name) => (process.env.PATH ?? '').split(':').map((folder) => join(folder, name)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
if (executablePath === undefined) throw new Error('no Chromium was found: name one in BENCHMEM_CHROMIUM');

const bin = fileURLToPath(new URL('../../bin/benchmem.js', import.meta.url));
const cwd = mkdtempSync(join(os.tmpdir(), 'benchmem-dashboard-'));
const env = { ...process.env, XDG_CACHE_HOME: join(cwd, 'cache') };
const say = (text) => process.stdout.write(`${text}\n`);

function start() {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, 'serve', '--port', '0'], { cwd, env });
  return new Promise((done, failed) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      const url = /http:\/\/\S+/.exec(text)?.[0];
      if (url !== undefined && text.includes('Ctrl-C')) done({ child, url, ms: performance.now() - started });
    });
    child.once('exit', (code) => failed(new Error(`serve ended with ${code}`)));
  });
}

function stop(child) {
  return new Promise((done) => {
    child.removeAllListeners('exit');
    child.once('exit', done);
    child.kill('SIGINT');
  });
}

async function firstPaint(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
  const page = await context.newPage();
  await page.goto(url);
  const ms = await page.evaluate(
    () =>
      new Promise((done) => {
        new PerformanceObserver((list) => {
          const entry = list.getEntriesByName('first-contentful-paint')[0];
          if (entry !== undefined) done(entry.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  await context.close();
  return ms;
}

function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`;
}

try {
  const shape = { runs: Number(options.runs), benchmarks: Number(options.benchmarks) };
  writeStorage(join(cwd, '.benchmarks'), shape);
  say(`${shape.runs} runs of ${shape.benchmarks} benchmarks`);
  // WHY: a file that is two seconds old is remembered, and a younger one is read again.
  await new Promise((done) => setTimeout(done, 2500));
  const first = await start();
  await stop(first.child);
  const { child, url, ms } = await start();
  say(`ready to answer: ${first.ms.toFixed(0)} ms without an index, ${ms.toFixed(0)} ms with it`);
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const paints = [];
  for (let at = 0; at < loads; at += 1) paints.push(await firstPaint(browser, url));
  const fastest = Math.min(...paints);
  await browser.close();
  await stop(child);
  // WHY: the fastest is judged, because other work on the machine only makes a page slower.
  say(
    `first paint of the overview: ${paints.map((each) => each.toFixed(0)).join(', ')} ms, the first after a start`,
  );
  if (fastest > mostPaintMs) {
    say(`the fastest is above the limit of ${mostPaintMs} ms`);
    if (options.check) process.exitCode = 1;
  }
  if (options.publish) {
    const started = performance.now();
    const site = spawn(process.execPath, [bin, 'publish', '-o', 'site'], { cwd, env, stdio: 'inherit' });
    await new Promise((done) => site.once('exit', done));
    say(`published in ${((performance.now() - started) / 1000).toFixed(1)} s: ${sizeOf(join(cwd, 'site'))}`);
  }
} finally {
  rmSync(cwd, { recursive: true, force: true });
}
