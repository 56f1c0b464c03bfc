// The site of the documentation: the pages that come from the sources are what the sources say, every link leads somewhere, nothing
// is fetched, and each page fits a telephone and a wide screen. Screenshots: build/screenshots/docs-*.png.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sections } from '../../docs/site/pages.mjs';
import { chromiumPath, launchChromium, noBrowser } from '../support/chromium.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const site = join(root, 'build/site');
const executablePath = chromiumPath();
if (executablePath === undefined) process.stderr.write(`docs-site: skipped: ${noBrowser}\n`);

execFileSync(process.execPath, [join(root, 'scripts/docs.mjs'), '--check'], { stdio: 'pipe' });
const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.html'),
);
const textOf = (page: string): string => readFileSync(join(site, page), 'utf8');
const idsOf = (page: string): Set<string> =>
  new Set([...textOf(page).matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id));

describe('the site of the documentation', () => {
  it('has every page of docs/', () => {
    const listed = new Set(sections.flatMap((section) => section.pages));
    const there = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    expect(there.filter((name) => !listed.has(`docs/${name}`))).toEqual([]);
    expect(pages.length).toBeGreaterThan(there.length);
  });

  it.each(pages)('%s: every link leads to a file and a heading of it', (page) => {
    const text = textOf(page);
    const links = [...text.matchAll(/ (?:href|src|srcset)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(0);
    const broken = links
      .filter((link) => !/^(https?|mailto):/.test(link))
      .filter((link) => {
        const [path = '', hash] = link.replaceAll('&amp;', '&').split('#');
        const file = path === '' ? join(site, page) : resolve(dirname(join(site, page)), path);
        if (!file.startsWith(site) || !existsSync(file)) return true;
        if (hash === undefined || hash === '' || !file.endsWith('.html')) return false;
        return !idsOf(file.slice(site.length + 1)).has(decodeURIComponent(hash));
      });
    expect(broken).toEqual([]);
  });

  it.each(pages)('%s: fetches nothing and has one first heading', (page) => {
    const text = textOf(page);
    expect(text).not.toMatch(/<(script|link|img|source)[^>]+(src|href|srcset)="https?:/);
    expect(text).not.toContain('<script');
    expect([...text.matchAll(/<h1[ >]/g)].length).toBeGreaterThan(0);
    expect(text).not.toMatch(/\{\{|\{%/);
  });
});

describe.skipIf(executablePath === undefined)('the site in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(join(root, 'build/screenshots'), { recursive: true });
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());

  it.each([
    [400, 'light'],
    [400, 'dark'],
    [1600, 'light'],
    [1600, 'dark'],
  ] as const)('fits %i px, %s', async (width, colorScheme) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    for (const name of pages) {
      await page.goto(pathToFileURL(join(site, name)).href);
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect([name, wide]).toEqual([name, width]);
      const file = `docs-${name.replaceAll('/', '-').replace('.html', '')}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: join(root, 'build/screenshots', file) });
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
});
