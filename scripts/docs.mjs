// `npm run docs`: makes the pages that come from the sources, and the site of all pages in build/site, which opens from a file.
// --check writes no page and fails if one differs from its source; --pages makes the pages alone; --pictures draws the pictures
// anew, and nothing else.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { apiPages } from './docs/api.mjs';
import { errorsPage } from './docs/errors.mjs';
import { makeSite } from './docs/site.mjs';
import { root } from './lib/paths.mjs';
import { runScript } from './lib/run.mjs';

const asked = new Set(process.argv.slice(2));

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes the pages that come from the sources, or with --check only names what is stale; true if nothing is wrong. */
async function makePages() {
  const { text, silent } = errorsPage();
  if (silent.length > 0)
    throw new Error(`src/errors.ts does not say what these codes mean: ${silent.join(', ')}`);
  const pages = [{ path: 'docs/errors.md', text }, ...(await apiPages(join(root, 'build/docs-api')))];
  const stale = pages.filter((page) => read(page.path) !== page.text);
  if (asked.has('--check')) {
    for (const { path } of stale)
      console.error(`${path} is not what the sources say: npm run docs -- --pages`);
    return stale.length === 0;
  }
  for (const page of stale) {
    mkdirSync(dirname(join(root, page.path)), { recursive: true });
    writeFileSync(join(root, page.path), page.text);
    console.log(`wrote ${page.path}`);
  }
  return true;
}

await runScript(async () => {
  if (asked.has('--pictures')) return (await import('./docs-pictures.mjs')).docsPictures();
  const fine = await makePages();
  if (!asked.has('--pages')) {
    const made = await makeSite(join(root, 'build/site'));
    console.log(`${made} pages in build/site: open build/site/index.html`);
  }
  return fine ? 0 : 1;
});
