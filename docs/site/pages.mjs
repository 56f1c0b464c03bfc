// The pages of the documentation in the order in which they are read: what the site shows, and where each comes from.
// A page is a Markdown file of the repository; its title is its first heading.

/** @typedef {{ title: string, pages: readonly string[] }} Section */

/** @type {readonly Section[]} */
export const sections = [
  { title: 'Start', pages: ['docs/quick-start.md', 'docs/which-number.md', 'docs/numbers.md'] },
  {
    title: 'Guides',
    pages: [
      'docs/gates.md',
      'docs/walk.md',
      'docs/profiles.md',
      'docs/retainers.md',
      'docs/limits.md',
      'docs/test-runners.md',
      'docs/sweeps.md',
      'docs/history.md',
      'docs/many-machines.md',
      'docs/dashboard.md',
      'docs/pictures.md',
      'docs/addon-authors.md',
      'docs/recipes.md',
    ],
  },
  { title: 'Reference', pages: ['docs/commands.md', 'docs/platforms.md', 'docs/api.md', 'docs/errors.md'] },
  {
    title: 'Examples',
    pages: [
      'examples/github-actions/README.md',
      'examples/native-allocator/README.md',
      'examples/test-runners/README.md',
    ],
  },
  { title: 'Inside', pages: ['ARCHITECTURE.md', 'native/README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'] },
];

/** Every page of the site, the front page and the decisions included; `decisions` are the files below docs/decisions. */
export const allPages = (decisions) => ['README.md', ...sections.flatMap(({ pages }) => pages), ...decisions];

/** Where a page stands in the site, from its path in the repository. */
export function addressOf(page) {
  if (page === 'README.md') return 'index.html';
  return page
    .replace(/^docs\//, '')
    .replace(/\/README\.md$/, '.html')
    .replace(/\.md$/, '.html')
    .toLowerCase();
}
