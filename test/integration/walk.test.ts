// docs/walk.md is true: from top to bottom its files are written and its commands run, each ends as the page says and prints
// what the page shows, once figures are masked. The differential names the change, the last run is as the first one.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stepsOf } from '../../scripts/lib/page-blocks.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { followPage, runLine } from '../support/page.js';
import { makeProject } from '../support/project-folder.js';

const page = readFileSync(`${root}/docs/walk.md`, 'utf8');
const steps = stepsOf(page);
const folder = makeProject('walk');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/walk.md', () => {
  it('has the regression, the gate, the kept profile, the differential and the fix', () => {
    expect(steps.filter(({ kind }) => kind === 'command').map(({ exitCode }) => exitCode)).toEqual([
      0, 1, 1, 0, 0, 0,
    ]);
  });

  it('is true from top to bottom', () => {
    followPage(page, folder);
  });

  it('leads to the line: 1 MiB more in the function that was moved, and nothing else', () => {
    const { stdout } = runLine('npx benchmem flamegraph base head --report table --format json', folder);
    const { rows, removed } = JSON.parse(stdout);
    expect(rows[0]).toMatchObject({
      change: 1 << 20,
      site: { name: 'indexRows', file: 'src/row-index.ts', line: 7 },
      siteBefore: { file: 'src/table.ts' },
    });
    for (const { change } of rows.slice(1)) expect(Math.abs(change)).toBeLessThan(10_000);
    expect(removed).toEqual([]);
  });

  it('keeps a profile of what is over the limit only, and its pictures are there', () => {
    expect(readdirSync(join(folder, 'head')).filter((name) => name.endsWith('.pb.gz'))).toHaveLength(1);
    const pictures = [...page.matchAll(/(pictures\/[\w-]+\.png)/g)].map(([, name]) => name ?? '');
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter((name) => !existsSync(`${root}/docs/${name}`))).toEqual([]);
  });
});
