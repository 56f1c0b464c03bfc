// Makes the site of the documentation: Eleventy renders the pages that docs/site/pages.mjs lists. A link to a file of the repository
// that is not a page becomes a copy of that file; a link to what does not exist is an error.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Eleventy from '@11ty/eleventy';
import { root } from '../lib/paths.mjs';

/** Into `output`, which is emptied before; answers how many pages there are. */
export async function makeSite(output) {
  rmSync(output, { recursive: true, force: true });
  process.chdir(root);
  // Every page is added by the configuration, and git keeps no empty folder.
  mkdirSync('docs/site/templates', { recursive: true });
  const site = new Eleventy('docs/site/templates', output, {
    configPath: 'docs/site/eleventy.config.mjs',
    quietMode: true,
  });
  await site.write();
  return readdirSync(output, { recursive: true }).filter((name) => name.endsWith('.html')).length;
}

/** Pages below docs/decisions and docs/api, by name. */
export function pagesBelow(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}/${name}`);
}
