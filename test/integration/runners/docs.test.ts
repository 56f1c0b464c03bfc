// docs/test-runners.md is true: the files of each section are written, its command runs, and what it shows comes out.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/paths.mjs';
import { makeRunnerProject, runnerArgv, type TestRunner } from '../../support/test-runners.js';

const page = readFileSync(`${root}/docs/test-runners.md`, 'utf8');
const runners: Readonly<Record<string, TestRunner>> = {
  vitest: 'vitest-4',
  jest: 'jest',
  mocha: 'mocha',
  'node:test': 'node-test',
};

// WHY: a timeout must not tell a slow machine from a fast one.
const patience: Readonly<Record<string, readonly string[]>> = {
  vitest: ['--testTimeout=120000'],
  jest: ['--testTimeout=120000'],
  mocha: ['--timeout', '120000'],
};

const sections = page
  .split(/^## /m)
  .slice(1)
  .flatMap((text) => {
    const title = text.slice(0, text.indexOf('\n'));
    const runner = runners[title];
    return runner === undefined ? [] : [{ title, runner, text }];
  });

function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}

describe('docs/test-runners.md', () => {
  it('has a section of each runner', () => {
    expect(sections.map(({ title }) => title)).toEqual(Object.keys(runners));
  });

  it.each(sections)('$title', ({ title, runner, text }) => {
    const named = [...blocksOf(text, 'js'), ...blocksOf(text, 'json')].flatMap((block) => {
      const [, name, content] = /^\/\/ (\S+)\n([\s\S]*)$/.exec(block) ?? [];
      return name === undefined || content === undefined ? [] : [[name, content] as const];
    });
    const project = makeRunnerProject(runner, Object.fromEntries(named));
    try {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [...runnerArgv(runner), ...(patience[title] ?? [])],
        {
          cwd: project,
          encoding: 'utf8',
          env: {
            PATH: process.env.PATH,
            HOME: process.env.HOME,
            NODE_ENV: 'test',
            CI: 'true',
            NO_COLOR: '1',
          },
        },
      );
      const output = stdout + stderr;
      expect(status, output).toBe(1);
      const [shown = ''] = blocksOf(text, 'text');
      for (const fragment of shown.trim().split('\n')) expect(output).toContain(fragment);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });
});
