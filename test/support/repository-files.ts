// The text files of a repository that people write: sources, tests, scripts, pages and workflows; paths below its root.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const folders = new Set([
  '.ci',
  '.github',
  'benchmarks',
  'bin',
  'docs',
  'examples',
  'native',
  'prebuilds',
  'scripts',
  'src',
  'test',
]);
const isText = /(?:^|\/)run$|\.(?:bash|c|cjs|cpp|def|gyp|h|js|jsonc?|md|mjs|mts|sh|ts|txt|ya?ml)$/;
const isElsewhere = /(?:^|\/)(?:node_modules|vendor)\/|\.got$/;

export function repositoryFiles(root: string): string[] {
  const below = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return readdirSync(root, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? (folders.has(entry.name) ? below(entry.name) : []) : [entry.name],
    )
    .filter((file) => isText.test(file) && !isElsewhere.test(file));
}
