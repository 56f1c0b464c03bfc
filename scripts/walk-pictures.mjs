// The pictures of docs/walk.md: the page's files are written, its commands run up to the differential flame graph, and that
// page is photographed, light and dark. Needs a Chromium: BENCHMEM_CHROMIUM, or the first on PATH.
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from '../build/modules/cli/plot/chromium.js';
import { stepsOf } from './lib/page-blocks.mjs';
import { root } from './lib/paths.mjs';
import { runScript, SetupError } from './lib/run.mjs';

const [width, height] = [1000, 680];
const pageEnding = '.diff.flamegraph.html';

/** The project of the page, up to the command that writes the differential flame graph; answers that file. */
function walk(folder) {
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/benchmem'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const step of stepsOf(readFileSync(`${root}/docs/walk.md`, 'utf8'))) {
    if (step.kind === 'file') {
      mkdirSync(dirname(join(folder, step.name)), { recursive: true });
      writeFileSync(join(folder, step.name), step.text);
      continue;
    }
    const line = step.command.replace('npx benchmem', `"${process.execPath}" "${root}/bin/benchmem.js"`);
    const { status, stderr } = spawnSync('bash', ['-c', line], { cwd: folder, encoding: 'utf8' });
    if (status !== step.exitCode) throw new SetupError(`${step.command} ended with ${status}`, stderr);
    const written = readdirSync(folder, { recursive: true }).find(
      (name) => name.endsWith(pageEnding) && !name.startsWith('node_modules'),
    );
    if (written !== undefined) return join(folder, written);
  }
  throw new SetupError(
    'docs/walk.md writes no differential flame graph',
    'it should run flamegraph base head',
  );
}

export async function walkPictures() {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-walk-'));
  const browser = await chromium.launch({
    executablePath: await findChromium(process.env.BENCHMEM_CHROMIUM),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const file = walk(folder);
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height } });
      await page.goto(pathToFileURL(file).href);
      await page.waitForSelector('#ready');
      await page.screenshot({ path: `${root}/docs/pictures/walk-diff-${colorScheme}.png` });
      await page.close();
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await runScript(walkPictures);
