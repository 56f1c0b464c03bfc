// The pages of the dashboard in a real browser: nothing that their policy forbids, no overflow, keys alone, without scripts,
// two widths and two themes. Screenshots: build/screenshots.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slugOf } from '../../src/cli/saved-runs.js';
import { methodOf } from '../../src/dashboard/board.js';
import { profileFileName } from '../../src/profile/file-name.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { images } from '../golden/profiles.js';
import { chromiumPath, launchChromium, noBrowser } from '../support/chromium.js';
import { idAt, runAt, writeStorage } from '../support/saved-storage.mjs';
import { type Served, startServed } from '../support/served.js';

const executablePath = chromiumPath();
if (executablePath === undefined) process.stderr.write(`dashboard-browser: skipped: ${noBrowser}\n`);
const screenshots = fileURLToPath(new URL('../../build/screenshots', import.meta.url));
const evil = `"><img src=x onerror=alert(1)>\u202egnp::${'long'.repeat(60)}[n=10]`;
const shape = { runs: 40, benchmarks: 24 };

describe.skipIf(executablePath === undefined)('the dashboard in a browser', () => {
  let browser: Browser;
  let folder: string;
  let served: Served;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dashboard-browser-'));
    const storage = join(folder, '.benchmarks');
    writeStorage(storage, shape);
    const hostile = runAt(40, { ...shape, rename: (id: string, at: number) => (at === 5 ? evil : id) });
    writeFileSync(join(storage, 'Linux-Node-20-64bit', '0041_main.json'), JSON.stringify(hostile));
    writeFileSync(join(storage, '0042_broken.json'), '{"benchmarks": [');
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium(executablePath);
    const profiles = join(folder, 'profiles');
    mkdirSync(profiles);
    const profile = { ...images, meta: { ...images.meta, id: idAt(1) } };
    writeFileSync(join(profiles, profileFileName(idAt(1))), encodeProfile(profile));
    const hot = { fullname: idAt(2), function: 'readTable', file: 'parse.ts', line: 7, total_time: 1.5 };
    const { id } = hostile.commit_info;
    writeFileSync(
      join(profiles, 'hot.json'),
      JSON.stringify({ run_id: hostile.datetime, commit: id, cases: [hot] }),
    );
    served = await startServed(folder, ['--profiler-folder', 'profiles']);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(path: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('requestfailed', (request) => {
      // A stream ends with its page.
      if (!request.url().endsWith('/events')) complaints.push(`failed: ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(served.url)) complaints.push(`elsewhere: ${request.url()}`);
    });
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (event) => console.log('violation: ' + event.violatedDirective + ' ' + event.blockedURI), true);`,
    );
    await page.goto(new URL(path, served.url).href);
    if (options.javaScriptEnabled !== false && (await page.locator('#plot').count()) > 0) {
      await page.waitForSelector('#ready').catch((error) => {
        throw new Error(`${error}\n${complaints.join('\n')}`);
      });
    }
    return { page, complaints, close: () => context.close() };
  }

  const pages: readonly (readonly [name: string, path: string])[] = [
    ['overview', './'],
    ['overview-time', './?metric=time'],
    ['runs', 'runs'],
    ['run', `r/${slugOf('Linux-Node-20-64bit/0041_main.json')}`],
    ['benchmark', `b/${slugOf(idAt(1))}`],
    ['method', `m/${slugOf(methodOf(idAt(1)))}?metric=time`],
    ['compare', `compare?metric=time&base=${slugOf('Linux-Node-20-64bit/0002_main.json')}`],
    ['groups', `groups?group=group,param:n&base=${slugOf('Linux-Node-20-64bit/0002_main.json')}`],
    ['pairs', 'pairs?original=orig&reference=new'],
    ['pairs-none', 'pairs'],
    ['profile', `p/${slugOf(`profiles/${profileFileName(idAt(1))}`)}`],
  ];

  it('leads from a benchmark to the flame graph of its profile', async () => {
    const { page, complaints, close } = await open(`b/${slugOf(idAt(1))}`);
    await page.locator('a', { hasText: 'Flame graph' }).click();
    await page.waitForFunction(`document.getElementById('ready') !== null`);
    expect(await page.locator('#id').innerText()).toBe(idAt(1));
    expect(await page.locator('#total').innerText()).toContain('7.67 MiB');
    await page.locator('#picture').hover();
    expect(complaints).toEqual([]);
    await close();
  });

  it('says where the time of a method goes, by the profile of another tool', async () => {
    const { page, close } = await open('compare?metric=time');
    expect(await page.locator('main').innerText()).toContain('hot: readTable parse.ts:7 1.5 s');
    await close();
  });

  describe.each(pages)('%s', (name, path) => {
    it.each([
      [400, 'light'],
      [400, 'dark'],
      [1600, 'light'],
      [1600, 'dark'],
    ] as const)('is whole at %i px, %s', async (width, colorScheme) => {
      const { page, complaints, close } = await open(path, {
        viewport: { width, height: 900 },
        colorScheme,
        deviceScaleFactor: width === 400 ? 2 : 1,
      });
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.screenshot({
        path: join(screenshots, `dashboard-${name}-${width}-${colorScheme}.png`),
        clip: {
          x: 0,
          y: 0,
          width,
          height: Math.min(2400, await page.evaluate<number>('document.documentElement.scrollHeight')),
        },
        fullPage: true,
      });
      expect(complaints).toEqual([]);
      await close();
    });

    it.skipIf(name === 'profile')('says the same without scripts', async () => {
      const text = async (javaScriptEnabled: boolean) => {
        const { page, close } = await open(path, { javaScriptEnabled });
        const parts = page.locator('main > :not(#plot, #axis, noscript, script)');
        const found = await parts.allInnerTexts();
        await close();
        return found;
      };
      expect(await text(false)).toEqual(await text(true));
    });

    it('is gone through by keys: each link and field once, each with something to see', async () => {
      const { page, complaints, close } = await open(path);
      const count = await page
        .locator('a, select, input:not([type=hidden], [type=radio]), #axis input:checked, button')
        .count();
      const seen = new Set<string>();
      for (let at = 0; at < Math.min(count, 40); at += 1) {
        await page.keyboard.press('Tab');
        seen.add(await page.evaluate<string>(describeFocus));
      }
      expect([...seen].filter((text) => text.includes('none'))).toEqual([]);
      expect(seen.size).toBe(Math.min(count, 40));
      expect(complaints).toEqual([]);
      await close();
    });
  });

  const describeFocus = `(() => {
    const element = document.activeElement;
    const { outlineStyle } = getComputedStyle(element);
    return [element.tagName, element.name ?? '', element.href ?? '', [...document.querySelectorAll('*')].indexOf(element), outlineStyle].join(' ');
  })()`;

  const heading = (page: Page) => page.locator('h1').innerText();

  it('is filtered by its form, with keys alone, and the address says how', async () => {
    const { page, complaints, close } = await open('./');
    expect(await heading(page)).toBe('25 benchmarks in 41 runs');
    await page.locator('input[name=q]').focus();
    await page.keyboard.type('parse');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=parse/);
    expect(await heading(page)).toBe('10 benchmarks in 41 runs');
    await page.locator('.metrics a', { hasText: 'allocations' }).click();
    await page.waitForURL(/metric=allocations/);
    expect(await heading(page)).toBe('10 benchmarks in 41 runs');
    expect(complaints).toEqual([]);
    await close();
  });

  it.each(['benchmark', 'method', 'compare'])('says what a point of the figure of %s is', async (name) => {
    const path = pages.find(([each]) => each === name)?.[1] ?? '';
    const { page, complaints, close } = await open(path);
    const box = await page.locator('#plot .points path').nth(1).boundingBox();
    if (box === null) throw new Error('there is no point');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('#plot .hovertext').first().waitFor();
    await page.screenshot({ path: join(screenshots, `dashboard-${name}-hover.png`) });
    expect(complaints).toEqual([]);
    await close();
  });

  it('has an axis that fits the values, or begins at zero', async () => {
    const { page, complaints, close } = await open(pages.find(([each]) => each === 'benchmark')?.[1] ?? '');
    const ticks = () => page.locator('#plot .yaxislayer-above text').allInnerTexts();
    const fitted = await ticks();
    expect(fitted.join()).not.toMatch(/(^|,)0 B/);
    await page.locator('#axis input[value=normal]').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      `/^0 B/.test(document.querySelector('#plot .yaxislayer-above text').textContent)`,
    );
    await page.screenshot({ path: join(screenshots, 'dashboard-benchmark-zero.png') });
    expect(complaints).toEqual([]);
    await close();
  });

  it('says that a run was saved, and changes only when it is asked to', async () => {
    const { page, complaints, close } = await open('runs');
    const before = await heading(page);
    writeFileSync(
      join(folder, '.benchmarks', 'Linux-Node-20-64bit', '0043_later.json'),
      JSON.stringify(runAt(43, shape)),
    );
    await page.locator('#live a').waitFor();
    expect(await heading(page)).toBe(before);
    await page.locator('#live a').click();
    await page.waitForFunction(`document.querySelector('h1').innerText !== ${JSON.stringify(before)}`);
    expect(await page.locator('main').innerText()).toContain('0043_later');
    expect(complaints).toEqual([]);
    await close();
  });
});
