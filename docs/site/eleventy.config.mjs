// How Eleventy makes the site: every page of pages.mjs with the layout, links that work from a file, and code in colours.
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import highlight from '@11ty/eleventy-plugin-syntaxhighlight';
import { pagesBelow } from '../../scripts/docs/site.mjs';
import { addressOf, allPages, sections } from './pages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const more = [...pagesBelow('docs/api'), ...pagesBelow('docs/decisions')];
const pages = allPages(more);
const copies = new Map();

const titleOf = (text) => (/^# (.+)$/m.exec(text)?.[1] ?? '').replaceAll('`', '');

const described = pages.map((page) => {
  const text = readFileSync(join(root, page), 'utf8');
  return { page, text, address: addressOf(page), title: titleOf(text) };
});
const byPage = new Map(described.map((one) => [one.page, one]));

const menu = (current) => [
  ...sections.map(({ title, pages: listed }) => ({
    title,
    pages: listed.map((page) => entry(page, current)),
  })),
  {
    title: 'Decisions',
    folded: true,
    pages: described
      .filter(({ page }) => page.startsWith('docs/decisions/'))
      .map(({ page }) => entry(page, current)),
  },
];

function entry(page, current) {
  const { title, address } = byPage.get(page);
  return { title, href: pathTo(current, address), current: address === current };
}

const pathTo = (from, address) => posix.relative(posix.dirname(from), address) || posix.basename(address);

// A link of the Markdown file `page` as the site has it.
function linkOf(page, href) {
  if (/^([a-z]+:|#)/.test(href)) return href;
  const [path, hash] = href.split('#');
  const target = posix.normalize(posix.join(posix.dirname(page), path));
  const address = byPage.get(target)?.address ?? copyOf(target, page);
  return pathTo(addressOf(page), address) + (hash === undefined ? '' : `#${hash}`);
}

function copyOf(target, page) {
  const at = join(root, target);
  if (target.startsWith('..') || !existsSync(at))
    throw new Error(`${page} links to ${target}, which does not exist`);
  if (statSync(at).isDirectory()) throw new Error(`${page} links to the folder ${target}: name a page`);
  const address = target.startsWith('docs/pictures/') ? target.slice('docs/'.length) : `files/${target}`;
  copies.set(target, address);
  return address;
}

function rewritten(page, tokens) {
  for (const token of tokens) {
    for (const name of ['href', 'src']) {
      const value = token.attrGet?.(name);
      if (value) token.attrSet(name, linkOf(page, value));
    }
    if (token.type === 'html_inline' || token.type === 'html_block') {
      token.content = token.content.replaceAll(
        /\b(src|href|srcset)="([^"]+)"/g,
        (_, name, value) => `${name}="${linkOf(page, value)}"`,
      );
    }
    if (token.children) rewritten(page, token.children);
  }
}

export default function configure(config) {
  config.addPlugin(highlight);
  config.setUseGitIgnore(false);
  config.amendLibrary('md', (markdown) => {
    markdown.set({ html: true, linkify: false });
    markdown.core.ruler.push('links of the site', (state) => rewritten(state.env.source, state.tokens));
    markdown.core.ruler.push('ids of headings', (state) => numberedIds(state.tokens));
  });
  for (const { page, text, address, title } of described) {
    config.addTemplate(`${address.replaceAll('/', '--')}.md`, text, {
      layout: 'page.njk',
      permalink: address,
      source: page,
      title: page === 'README.md' ? 'benchmem' : `${title} · benchmem`,
      home: pathTo(address, 'index.html'),
      style: pathTo(address, 'style.css'),
      menu: menu(address),
      // Pages are text: braces in their examples are no template.
      templateEngineOverride: 'md',
    });
  }
  config.addPassthroughCopy({ 'docs/site/assets/style.css': 'style.css' });
  config.on('eleventy.after', ({ directories }) => {
    for (const [from, to] of copies) {
      const file = join(resolve(root, directories.output), to);
      mkdirSync(dirname(file), { recursive: true });
      copyFileSync(join(root, from), file);
    }
  });
  return { dir: { layouts: relative('docs/site/templates', 'docs/site/layouts') } };
}

function numberedIds(tokens) {
  const seen = new Map();
  for (const [at, token] of tokens.entries()) {
    if (token.type !== 'heading_open') continue;
    const words = tokens[at + 1].children.filter(({ type }) => type === 'text' || type === 'code_inline');
    const slug = githubSlug(words.map(({ content }) => content).join(''));
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    token.attrSet('id', times === 0 ? slug : `${slug}-${times}`);
  }
}

// The ids that readers of the Markdown files on a forge know.
function githubSlug(text) {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}
