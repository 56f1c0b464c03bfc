// A page of the documentation as a reader follows it: its files are written into a project, its commands run there.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { maskFigures, stepsOf } from '../../scripts/lib/page-blocks.mjs';
import { bin } from './cli-process.js';

export interface PageRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * What a line of the page prints in `folder`. WHY: it runs without the environment of this test, because that is a runner's and
 * CI's.
 */
export function runLine(command: string, folder: string, columns = 200): PageRun {
  const line = command.replaceAll('npx benchmem', `"${process.execPath}" "${bin}"`);
  const { PATH = '', HOME, TMPDIR } = process.env;
  const env = { HOME, ...(TMPDIR !== undefined && { TMPDIR }), COLUMNS: String(columns), NO_COLOR: '1' };
  return spawnSync('bash', ['-c', line], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: `${dirname(process.execPath)}:${PATH}` },
  });
}

/**
 * Each step of the page in its order: every command ends as the page says and prints what it shows, figures masked, on a terminal
 * of so many columns.
 */
export function followPage(page: string, folder: string, columns?: number): void {
  for (const step of stepsOf(page)) {
    if (step.kind === 'file') {
      mkdirSync(dirname(join(folder, step.name)), { recursive: true });
      writeFileSync(join(folder, step.name), step.text);
      continue;
    }
    const { status, stdout, stderr } = runLine(step.command, folder, columns);
    expect([step.command, status, stderr]).toEqual([step.command, step.exitCode, expect.anything()]);
    const output = maskFigures(stdout + stderr);
    for (const fragment of step.shown.split('…')) {
      expect(output, step.command).toContain(maskFigures(fragment).trim());
    }
  }
}
