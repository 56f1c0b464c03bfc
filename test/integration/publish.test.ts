// The published pages as files: whole, the same bytes each time, in no folder of others, opened from a file and below a path.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slugOf } from '../../src/cli/saved-runs.js';
import { chromiumPath, launchChromium, noBrowser } from '../support/chromium.js';
import { startCli } from '../support/cli-process.js';
import { commitOf, idAt, writeStorage } from '../support/saved-storage.mjs';

const executablePath = chromiumPath();
if (executablePath === undefined) process.stderr.write(`publish: browsers are skipped: ${noBrowser}\n`);
const screenshots = fileURLToPath(new URL('../../build/screenshots', import.meta.url));

let folder: string;
const storage = () => join(folder, '.benchmarks');
const publish = (...argv: string[]) =>
  startCli(['publish', ...argv], { cwd: folder, env: { XDG_CACHE_HOME: join(folder, 'cache') } }).ended;

function filesOf(site: string): Map<string, string> {
  const root = join(folder, site);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [relative(root, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'));
  writeStorage(storage(), { runs: 12, benchmarks: 6 });
  writeStorage(storage(), { runs: 6, benchmarks: 4, folder: 'Linux-Node-24-64bit' });
  const { code, stdout, stderr } = await publish('-o', 'site');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^site: \d+ pages of 18 runs; open index\.html\n$/);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the published files', () => {
  it('are the same bytes each time, in the same folder and in another', async () => {
    const first = filesOf('site');
    expect((await publish('-o', 'site')).code).toBe(0);
    expect(filesOf('site')).toEqual(first);
    expect((await publish('.benchmarks', '-o', 'other')).code).toBe(0);
    expect(filesOf('other')).toEqual(first);
  });

  // Of 12 runs the ninth is the first at which every fifth benchmark takes a quarter more.
  it('name the run and the commit since which a figure is what it is', () => {
    const [run, commit] = ['0009_main', commitOf(8).slice(0, 8)];
    for (const page of ['index.html', `b/${slugOf(idAt(1))}.html`]) {
      const text = readFileSync(join(folder, 'site', page), 'utf8');
      const rows = text.split('<tr>').filter((row) => row.includes('exact') && row.includes('+25.0%'));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect([row.includes(run), row.includes(commit)]).toEqual([true, true]);
    }
  });

  it('link to nothing that is not there, and to no other place', () => {
    const root = join(folder, 'site');
    const broken: string[] = [];
    for (const file of filesOf('site').keys()) {
      if (!file.endsWith('.html')) continue;
      for (const [, address = ''] of readFileSync(join(root, file), 'utf8').matchAll(
        /(?:href|src)="([^"]*)"/g,
      )) {
        if (address === '#main' || address === 'data:,') continue;
        const target = normalize(join(root, dirname(file), address));
        if (!target.startsWith(`${root}/`) || !existsSync(target)) broken.push(`${file}: ${address}`);
      }
    }
    expect(broken.slice(0, 5)).toEqual([]);
  });

  it('are removed where they are not written again, and what the list cannot have named is left', async () => {
    await publish('-o', 'fewer');
    const list = join(folder, 'fewer', '.benchmem-site');
    writeFileSync(join(folder, 'kept.html'), 'mine');
    writeFileSync(list, `${readFileSync(list, 'utf8')}../kept.html\n`);
    expect((await publish('-o', 'fewer', '--metric', 'peak', '--last', '3')).code).toBe(0);
    const names = [...filesOf('fewer').keys()];
    expect(names.filter((name) => name.startsWith('r/'))).toHaveLength(3);
    expect(names.filter((name) => name.includes('-time'))).toEqual([]);
    expect(readFileSync(join(folder, 'kept.html'), 'utf8')).toBe('mine');
  });
});

describe('a folder of others', () => {
  it.each([
    ['with files', (path: string) => writeFileSync(join(path, 'thesis.txt'), 'mine')],
    ['with a list of another program', (path: string) => writeFileSync(join(path, '.benchmem-site'), 'x')],
    [
      'whose list is a link to nothing',
      (path: string) => symlinkSync('nowhere', join(path, '.benchmem-site')),
    ],
  ])('is refused: %s', async (_, fill) => {
    const path = mkdtempSync(join(folder, 'foreign-'));
    fill(path);
    const before = readdirSync(path);
    const { code, stderr } = await publish('-o', relative(folder, path));
    expect(code).toBe(2);
    expect(stderr).toContain('holds files that benchmem publish did not write');
    expect(readdirSync(path)).toEqual(before);
  });

  it('is not written to through a link', async () => {
    await publish('-o', 'linked');
    mkdirSync(join(folder, 'elsewhere'));
    rmSync(join(folder, 'linked', 'b'), { recursive: true });
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'linked', 'b'));
    const { code, stderr } = await publish('-o', 'linked');
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'benchmem: cannot write below linked/b: it is not a folder',
    ]);
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([]);
    unlinkSync(join(folder, 'linked', 'b'));
  });

  it.each([
    [[], 'publish needs a folder to write'],
    [['-o', ''], '--output is empty'],
    [['-o', 'kept.html'], 'cannot write kept.html'],
    [['-o', 'x', '--metric', 'nothing'], 'there is no metric nothing'],
    [['-o', 'x', '--reference', 'nothing'], '--reference: there is no run "nothing"'],
  ])('is not a folder: %j', async (argv, message) => {
    writeFileSync(join(folder, 'kept.html'), 'mine');
    const { code, stderr } = await publish(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });
});

describe.skipIf(executablePath === undefined)('in a browser', () => {
  let browser: Browser;
  let server: http.Server;
  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium(executablePath);
    server = http.createServer((request, response) => {
      const path = /^\/some\/place\/([^?]*)$/.exec(request.url ?? '')?.[1];
      const file = join(folder, 'site', path === '' ? 'index.html' : (path ?? 'none'));
      const type = file.endsWith('.css')
        ? 'text/css'
        : file.endsWith('.js')
          ? 'text/javascript'
          : 'text/html';
      response.writeHead(existsSync(file) ? 200 : 404, { 'Content-Type': type });
      response.end(existsSync(file) ? readFileSync(file) : '');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(async () => {
    server?.close();
    await browser?.close();
  });

  it.each([
    ['a file URL', () => `${pathToFileURL(join(folder, 'site')).href}/`],
    [
      'a server, below a path',
      () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/place/`,
    ],
  ])('they open from %s, with their figures, and nothing that their policy forbids', async (from, root) => {
    const context = await browser.newContext({ viewport: { width: 1600, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(root())) complaints.push(request.url());
    });
    await page.goto(`${root()}index.html`);
    expect(await page.locator('h1').innerText()).toBe('6 benchmarks in 12 runs');
    await page.locator('.rows a', { hasText: 'parse_orig' }).first().click();
    await page.waitForSelector('#ready');
    expect(page.url()).toBe(`${root()}b/${slugOf(idAt(1))}.html`);
    await page.locator('.metrics a', { hasText: 'time' }).click();
    await page.waitForSelector('#ready');
    if (from === 'a file URL') await page.screenshot({ path: join(screenshots, 'published-benchmark.png') });
    for (const name of ['Runs', 'Compare', 'Groups', 'Pairs', 'Overview']) {
      await page.locator('.top a', { hasText: name }).click();
      await page.waitForFunction(
        `document.querySelector('.top a[aria-current]')?.textContent === ${JSON.stringify(name)}`,
      );
    }
    await page.locator('.metrics a', { hasText: 'Node-24' }).click();
    await page.waitForFunction(`document.querySelector('h1').textContent === '4 benchmarks in 6 runs'`);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
