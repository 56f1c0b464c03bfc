// The page of a profile in a real browser, from a file URL with the network refused: totals, zoom, search, metrics,
// filters, that names stay text, and that two widths and two themes can be read. Screenshots: build/screenshots.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flamegraphDiffPage, flamegraphPage } from '../../src/flamegraph/html.js';
import type { Profile } from '../../src/profile/model.js';
import { hostile, images, imagesBefore, withSamples } from '../golden/profiles.js';
import { chromiumPath, launchChromium, noBrowser } from '../support/chromium.js';
import { js, mainThread, native, profileOf, stack } from '../unit/profile-support/profiles.js';

const executablePath = chromiumPath();
if (executablePath === undefined) process.stderr.write(`flamegraph-browser: skipped: ${noBrowser}\n`);
const screenshots = fileURLToPath(new URL('../../build/screenshots', import.meta.url));

describe.skipIf(executablePath === undefined)('the page of a profile in a browser', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'flamegraph-browser-'));
    mkdirSync(screenshots, { recursive: true });
    browser = await launchChromium(executablePath);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (profile: Profile, width?: number, scheme?: 'light' | 'dark') =>
    openPage(flamegraphPage(profile), width, scheme);

  async function openPage(html: string, width = 1600, colorScheme: 'light' | 'dark' = 'light') {
    const file = join(folder, 'page.html');
    writeFileSync(file, html);
    const context = await browser.newContext({
      colorScheme,
      viewport: { width, height: 900 },
      deviceScaleFactor: width === 400 ? 2 : 1,
      offline: true,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href) complaints.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('#ready', { timeout: 5000 }).catch((error) => {
      throw new Error(`${error}\n${complaints.join('\n')}`);
    });
    return { page, complaints };
  }

  const text = (page: Page, selector: string) => page.locator(selector).innerText();

  it.each([
    [400, 'dark'],
    [400, 'light'],
    [1600, 'light'],
    [1600, 'dark'],
  ] as const)('is drawn whole at %i px, %s', async (width, scheme) => {
    const { page, complaints } = await open(images, width, scheme);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.screenshot({ path: join(screenshots, `flamegraph-${width}-${scheme}.png`), fullPage: true });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  const detail = (page: Page) => text(page, '#detail');
  const press = async (page: Page, ...keys: string[]) => {
    await page.locator('#picture').focus();
    for (const key of keys) await page.keyboard.press(key);
  };

  it('says the peak of the profiled pass, its parts, and what there is to know', async () => {
    const { page, complaints } = await open(images);
    expect(await text(page, '#total')).toBe(
      '7.67 MiB (8,040,117 B) live at the peak: native 5.76 MiB (6,040,117 B), JavaScript heap 1.91 MiB (2,000,000 B)',
    );
    expect(await text(page, '#notes')).toContain('1 stack ends in [truncated]');
    expect(await detail(page)).toContain('7.67 MiB (8,040,117 B), 100.0% of the picture');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('is led by keys: selects, zooms, comes back, and starts a search', async () => {
    const { page, complaints } = await open(images);
    await press(page, 'ArrowDown', 'ArrowDown');
    expect(await detail(page)).toContain('libuv pool');
    await press(page, 'ArrowRight');
    expect(await detail(page)).toContain('main thread');
    expect(await page.locator('#whole').isDisabled()).toBe(true);
    const before = await page.locator('#picture').screenshot();
    await press(page, 'Enter');
    expect(await page.locator('#whole').isDisabled()).toBe(false);
    expect((await page.locator('#picture').screenshot()).equals(before)).toBe(false);
    await press(page, 'Escape');
    expect(await page.locator('#whole').isDisabled()).toBe(true);
    await press(page, 'End', '/');
    await page.keyboard.type('vips');
    expect(await text(page, '#found')).toBe('4 blocks: 5.12 MiB, 66.8%');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('follows the pointer: a tip, and a zoom by click', async () => {
    const { page, complaints } = await open(images);
    const box = await page.locator('#picture').boundingBox();
    if (box === null) throw new Error('there is no picture');
    await page.mouse.move(box.x + box.width * 0.8, box.y + 30);
    expect(await text(page, '#tip')).toContain('JavaScript heap');
    expect(await text(page, '#tip')).toContain('Its composition at this instant is not known.');
    await page.mouse.click(box.x + 40, box.y + 50);
    expect(await detail(page)).toContain('PipelineWorker::Execute()');
    expect(await page.locator('#whole').isDisabled()).toBe(false);
    await page.locator('#whole').click();
    expect(await page.locator('#whole').isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('switches metrics, threads, packages, callers and what is hidden', async () => {
    const { page, complaints } = await open(images);
    const totals: string[] = [];
    for (const label of ['Native peak', 'Allocated bytes', 'Allocations', 'Still held', 'Temporary']) {
      await page.locator('#metric').selectOption({ label });
      totals.push(await text(page, '#total'));
    }
    expect(totals).toEqual([
      '5.56 MiB (5,832,300 B) live at the peak of native memory',
      '12.6 MiB (13,255,000 B) allocated',
      '454 allocations',
      '391 KiB (400,300 B) still held afterwards',
      '111 temporary allocations',
    ]);
    await page.locator('#metric').selectOption({ label: 'Peak' });
    await page.locator('#thread').selectOption({ label: 'main thread' });
    expect(await text(page, '#total')).toBe(
      '658 KiB (673,300 B) live at the peak in what is chosen, 8.4% of 7.67 MiB; JavaScript heap left out',
    );
    await page.locator('#package').selectOption({ label: '@img/sharp-libvips-linux-x64' });
    expect(await text(page, '#total')).toContain('0 B live at the peak in what is chosen, 0.0% of');
    await page.locator('#thread').selectOption({ label: 'all threads' });
    await page.locator('#package').selectOption({ label: 'all packages' });
    const rows = () => page.locator('#rows th').allTextContents();
    expect(await rows()).not.toContain('allocUnsafeSlow');
    await page.locator('#others').uncheck();
    expect(await rows()).toContain('allocUnsafeSlow');
    await page.locator('#inverted').check();
    await press(page, 'ArrowDown', 'ArrowDown');
    expect(await detail(page)).toContain('vips_tracked_aligned_alloc');
    await page.locator('#flame').check();
    await press(page, 'Home', 'ArrowUp');
    expect(await detail(page)).toContain('vips_tracked_aligned_alloc');
    await page.screenshot({ path: join(screenshots, 'flamegraph-callers.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('breaks an id and a place where their parts end, at 400 px', async () => {
    const { page } = await open(images, 400);
    const linesOf = (selector: string) =>
      page.evaluate<string[]>(`(() => {
        const element = document.querySelector(${JSON.stringify(selector)});
        const lines = [];
        let last;
        for (const node of element.childNodes) {
          for (let at = 0; at < (node.textContent ?? '').length; at += 1) {
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + 1);
            const { top } = range.getBoundingClientRect();
            if (top !== last) lines.push('');
            last = top;
            lines[lines.length - 1] += node.textContent[at];
          }
        }
        return lines;
      })()`);
    for (const selector of ['h1', '#rows tr:nth-child(5) td']) {
      const lines = await linesOf(selector);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines.slice(0, -1)) expect(line).toMatch(/[/:.-]$|resize$/);
    }
    expect((await linesOf('h1')).join('')).toBe(images.meta.id);
    await page.context().close();
  });

  it.each([
    [400, 'light'],
    [400, 'dark'],
    [1600, 'light'],
    [1600, 'dark'],
  ] as const)('has sampled JavaScript as a graph of its own, at %i px, %s', async (width, scheme) => {
    const { page, complaints } = await open(withSamples(images), width, scheme);
    const peak = await text(page, '#total');
    expect(await text(page, '#remarks')).toBe('');
    await page.locator('#metric').selectOption({ label: 'JavaScript allocated (sampled)' });
    expect(await text(page, '#total')).toBe('4.69 MiB (4,912,700 B) allocated by JavaScript (sampled)');
    const remarks = await text(page, '#remarks');
    expect(remarks).toContain(
      'one allocation per 256 B of the JavaScript heap, in a pass of its own: an estimate',
    );
    expect(remarks).toContain('within 68.2 KiB');
    expect(remarks).toContain('1 worker ran meanwhile');
    expect(
      (await page.locator('#rows tr').allInnerTexts()).slice(0, 4).map((row) => row.split('\t')[0]),
    ).toEqual(['resize', 'main thread', '(anonymous)', 'readRows']);
    await press(page, ...Array.from({ length: 6 }, () => 'ArrowDown'));
    expect(await detail(page)).toContain('3.05 MiB (3,200,000 B), 65.1% of the picture');
    expect(await detail(page)).toContain('by sampling: 19 of 20 are within 55 KiB');
    await page.locator('#search').fill('keep');
    expect(await text(page, '#found')).toBe('1 block: 1.24 MiB, 26.5%');
    await page.locator('#search').fill('');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.screenshot({
      path: join(screenshots, `flamegraph-sampled-${width}-${scheme}.png`),
      fullPage: true,
    });
    await page.locator('#metric').selectOption({ label: 'Peak' });
    expect([await text(page, '#total'), await text(page, '#remarks')]).toEqual([peak, '']);
    expect(peak).toBe(await text((await open(images)).page, '#total'));
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('compares sampled JavaScript, and says what may be chance', async () => {
    const [base, head] = [withSamples(imagesBefore, 0.5), withSamples(images)];
    const { page, complaints } = await openPage(flamegraphDiffPage(base, head, { metric: 'js' }));
    expect(await text(page, '#total')).toContain('3.16 MiB → 4.69 MiB allocated by JavaScript (sampled)');
    expect(await text(page, '#remarks')).toContain('may be chance');
    expect((await page.locator('#rows tr').allInnerTexts())[0]).toContain('toRow');
    await page.screenshot({ path: join(screenshots, 'flamegraph-sampled-diff.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('has leaks and what was freed at once as views of their own', async () => {
    const { page, complaints } = await open(images);
    const choose = (name: string) => page.getByRole('radio', { name }).check();
    const list = () => page.locator('#list-rows tr').allInnerTexts();
    expect(await page.locator('#list-part').isHidden()).toBe(true);
    await choose('Leaks');
    expect(await text(page, '#total')).toBe('391 KiB (400,300 B) still held afterwards');
    expect(await text(page, '#list-about')).toContain(
      '391 KiB in 103 blocks: allocated in the profiled pass, and held after the action, its result and all collections.',
    );
    expect(await text(page, '#list-about')).toContain(
      'The action ran 3 times: what grows with the calls is a leak',
    );
    expect((await list()).map((row) => row.split('\t').slice(1))).toEqual([
      [
        'readRows src/rows.ts:12 ← src/images/resize.ts:31 ← bench/images.bench.ts:7',
        '391 KiB',
        '100',
        '300',
      ],
      [
        'keep src/cache.ts:9 ← src/rows.ts:12 ← src/images/resize.ts:31 ← bench/images.bench.ts:7',
        '300 B',
        '3',
        '3',
      ],
    ]);
    expect([
      await page.locator('#metric').isDisabled(),
      await page.locator('#functions-part').isHidden(),
    ]).toEqual([true, true]);
    await page.screenshot({ path: join(screenshots, 'flamegraph-leaks.png'), fullPage: true });
    await page.keyboard.press('ArrowRight');
    expect(await text(page, '#total')).toBe('111 temporary allocations');
    expect(await text(page, '#list-about')).toContain(
      '111 of 454 allocations (24.4%) were freed by their own thread',
    );
    expect((await list())[0]?.split('\t').slice(1)).toEqual([
      'readHead src/rows.ts:40 ← src/images/resize.ts:31 ← bench/images.bench.ts:7',
      '90',
      '100.0%',
      '87.9 KiB',
    ]);
    await choose('Where memory goes');
    expect(await page.locator('#list-part').isHidden()).toBe(true);
    expect(await text(page, '#total')).toContain('7.67 MiB (8,040,117 B) live at the peak');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('marks what was read from machine code, and has the lines of a merged function', async () => {
    const twice = (line: number, bytes: number) =>
      stack(
        [native('f', 'a.node', 1), js('rows', 'src/rows.ts', line, { functionLine: 3 }), mainThread],
        1,
        bytes,
        0,
        0,
        0,
        1,
        bytes,
        1,
        bytes,
      );
    const profile = profileOf([twice(5, 2048), twice(9, 1024)], { peakBytes: 3072, runPeakBytes: 3000 });
    const { page, complaints } = await open(profile);
    await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(await detail(page)).toContain('in all stacks: line 5: 2 KiB, line 9: 1 KiB');
    expect(await text(page, '#notes')).toBe(
      "The run's own peak, the lowest of its passes, was 2.93 KiB (3,000 B); the profiled pass is one more.",
    );
    await page.context().close();
    const again = await open(images);
    await press(again.page, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    expect(await detail(again.page)).toContain('The way to its caller was read from machine code');
    expect([...complaints, ...again.complaints]).toEqual([]);
    await again.page.context().close();
  });

  it('shows hostile names as text', async () => {
    const evil = '</script><img src=x onerror="alert(1)"><b>&amp;';
    const named = (name: string): Profile => ({
      ...hostile,
      meta: { ...hostile.meta, id: name },
      stacks: hostile.stacks.map(({ frames, figures }) => ({
        figures,
        frames: frames.map((frame) => ({ ...frame, name: `${frame.name}${name}` })),
      })),
    });
    const { page, complaints } = await open(named(evil.repeat(40)), 400);
    expect(await page.locator('img, b').count()).toBe(0);
    expect(await text(page, 'h1')).toBe(evil.repeat(40));
    expect(await page.locator('#rows').innerText()).toContain('rtl\\u202egnp</script><img');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    await page.locator('#picture').hover();
    await page.screenshot({ path: join(screenshots, 'flamegraph-hostile.png') });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  describe('of two profiles', () => {
    const two = flamegraphDiffPage(imagesBefore, images);
    const functions = (page: Page) => page.locator('#rows tr').allInnerTexts();

    it.each([
      [400, 'dark'],
      [400, 'light'],
      [1600, 'light'],
      [1600, 'dark'],
    ] as const)('is drawn whole at %i px, %s', async (width, scheme) => {
      const { page, complaints } = await openPage(two, width, scheme);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.screenshot({
        path: join(screenshots, `flamegraph-diff-${width}-${scheme}.png`),
        fullPage: true,
      });
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('says both totals, names what moved first, and what is gone', async () => {
      const { page, complaints } = await openPage(two);
      expect(await text(page, '#total')).toBe(
        '6.92 MiB → 7.67 MiB live at the peak: +762 KiB (+10.7%); exactly 7,260,117 B → 8,040,117 B',
      );
      expect(await text(page, '#notes')).toContain(
        'The action ran once in the base and 3 times in the head.',
      );
      const rows = await functions(page);
      expect(rows.slice(0, 3).map((row) => row.split('\t'))).toEqual([
        ['JavaScript heap', 'composition not known', '+488 KiB', '+488 KiB', '1.91 MiB'],
        ['readRows', 'src/rows.ts:10, before src/parse.ts', '+312 KiB', '+312 KiB', '657 KiB'],
        ['decode', 'src/decode.ts:18', '-39.1 KiB', '-39.1 KiB', '0 B'],
      ]);
      expect(await page.locator('#gone tr').allInnerTexts()).toEqual([
        'unpack\tsrc/decode.ts:2\tresize\t39.1 KiB',
      ]);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('is led by keys and choices: the change of a block, the base as its width, another metric', async () => {
      const { page, complaints } = await openPage(two);
      await press(page, 'ArrowDown', 'ArrowDown', 'ArrowRight');
      expect(await detail(page)).toContain('main thread');
      expect(await detail(page)).toContain('base 384 KiB, head 658 KiB: +273 KiB (+71.2%)');
      await press(page, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter');
      expect(await detail(page)).toContain('readRows');
      expect(await page.locator('#whole').isDisabled()).toBe(false);
      await press(page, 'Home');
      const before = await page.locator('#picture').screenshot();
      await page.locator('#base').check();
      expect((await page.locator('#picture').screenshot()).equals(before)).toBe(false);
      await page.locator('#search').fill('unpack');
      expect(await text(page, '#found')).toBe('1 block: 39.1 KiB, 0.6%');
      await page.locator('#base').uncheck();
      expect(await text(page, '#found')).toBe('found nowhere');
      await page.locator('#search').fill('');
      await page.locator('#inverted').check();
      expect((await functions(page))[1]).toContain('readRows');
      await page.locator('#metric').selectOption({ label: 'Allocations' });
      expect(await text(page, '#total')).toContain('474 → 454 allocations: -20 (-4.2%)');
      await page.locator('#thread').selectOption({ label: 'libuv pool' });
      expect(await text(page, '#total')).toBe(
        '52 → 52 allocations in what is chosen: no change; exactly 52 → 52',
      );
      expect(await functions(page)).toEqual([]);
      expect(await page.locator('#gone-part').isHidden()).toBe(true);
      expect(complaints).toEqual([]);
      await page.context().close();
    });

    it('shows hostile names as text', async () => {
      const evil = '</script><img src=x onerror="alert(1)"><b>&amp;';
      const named = (more: string): Profile => ({
        ...hostile,
        meta: { ...hostile.meta, id: evil },
        stacks: hostile.stacks.map(({ frames, figures }) => ({
          figures,
          frames: frames.map((frame) => ({
            ...frame,
            name: `${frame.name}${evil}`,
            ...(frame.file && { file: `${frame.file}${more}` }),
          })),
        })),
      });
      const { page, complaints } = await openPage(
        flamegraphDiffPage(named(`${evil}x`), named(evil.repeat(20))),
        400,
      );
      expect(await page.locator('img, b').count()).toBe(0);
      expect(await text(page, 'h1')).toBe(evil);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
      await page.locator('#picture').hover();
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  });
});
