// docs/walk.md is true: from top to bottom its files are written and its commands run, each ends as the page says and prints
// what the page shows, once figures are masked. The differential names the change, the last run is as the first one.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { maskFigures, stepsOf } from '../../scripts/lib/page-blocks.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { bin } from '../support/cli-process.js';
import { makeProject } from '../support/project-folder.js';

const page = readFileSync(`${root}/docs/walk.md`, 'utf8');
const steps = stepsOf(page);
const folder = makeProject('walk');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(command: string) {
  const line = command.replace('npx benchmem', `"${process.execPath}" "${bin}"`);
  const { FORCE_COLOR, CI, GITHUB_ACTIONS, ...env } = process.env;
  return spawnSync('bash', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, COLUMNS: '200', PATH: `${dirname(process.execPath)}:${process.env.PATH}` },
  });
}

describe('docs/walk.md', () => {
  it('has the regression, the gate, the kept profile, the differential and the fix', () => {
    expect(steps.filter(({ kind }) => kind === 'command').map(({ exitCode }) => exitCode)).toEqual([
      0, 1, 1, 0, 0, 0,
    ]);
  });

  it('is true from top to bottom', () => {
    for (const step of steps) {
      if (step.kind === 'file') {
        mkdirSync(dirname(join(folder, step.name)), { recursive: true });
        writeFileSync(join(folder, step.name), step.text);
        continue;
      }
      const { status, stdout, stderr } = run(step.command);
      expect([step.command, status, stderr]).toEqual([step.command, step.exitCode, expect.anything()]);
      const output = maskFigures(stdout + stderr);
      for (const fragment of step.shown.split('…')) {
        expect(output, step.command).toContain(maskFigures(fragment).trim());
      }
    }
  });

  it('leads to the line: 1 MiB more in the function that was moved, and nothing else', () => {
    const { stdout } = run('npx benchmem flamegraph base head --report table --format json');
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
