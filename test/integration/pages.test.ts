// The pages that a reader follows from top to bottom are true: files are written, commands run, and what they show comes out. Every
// page of docs/ with a command in it is run by a test, this one or one of its own.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf } from '../../scripts/lib/page-blocks.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { followPage } from '../support/page.js';
import { makeProject } from '../support/project-folder.js';

// With the width of the terminal on which they show their output.
const followed: Readonly<Record<string, number>> = {
  'docs/quick-start.md': 80,
  'docs/sweeps.md': 100,
  'docs/recipes.md': 80,
};

// Pages with a test of their own, because their commands need more than a folder.
const ownTests: Readonly<Record<string, string>> = {
  'docs/gates.md': 'test/golden/gates-page.test.ts',
  'docs/history.md': 'test/golden/history-page.test.ts',
  'docs/limits.md': 'test/integration/limits-docs.test.ts',
  'docs/many-machines.md': 'test/integration/database.test.ts',
  'docs/platforms.md': 'test/unit/native-host.test.ts',
  'docs/retainers.md': 'test/integration/retainers-page.test.ts',
  'docs/test-runners.md': 'test/integration/runners/docs.test.ts',
  'docs/walk.md': 'test/integration/walk.test.ts',
  'docs/which-number.md': 'test/integration/docs.test.ts',
};

const read = (page: string): string => readFileSync(join(root, page), 'utf8');

describe('a page that is followed', () => {
  it.each(Object.entries(followed))('%s', (page, columns) => {
    const folder = makeProject('page');
    try {
      followPage(read(page), folder, columns);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('every page', () => {
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));

  it.each(pages)('%s: its commands are run by a test', (name) => {
    const page = `docs/${name}`;
    const commands = blocksOf(read(page)).filter(({ language }) => language === 'sh');
    const own = ownTests[page];
    if (own !== undefined) expect(readFileSync(join(root, own), 'utf8')).toContain(page);
    expect(commands.length > 0).toBe(followed[page] !== undefined || own !== undefined);
  });
});
