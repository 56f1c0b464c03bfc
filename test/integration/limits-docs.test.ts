// docs/limits.md is true: its programs run, and say what the page shows, once figures are masked.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';

const page = readFileSync(`${root}/docs/limits.md`, 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}));
const runs = blocks.flatMap(({ language, text }, index) => {
  const shown = blocks[index + 1];
  return language === 'sh' && shown?.language === 'text' ? [{ command: text.trim(), shown: shown.text }] : [];
});
let folder: string;

function masked(text: string): string {
  return text
    .replaceAll(/[\d,.]*\d/g, '#')
    .replaceAll(/# (B|KiB|MiB|GiB)\b/g, '# bytes')
    .replaceAll(/\s+/g, ' ');
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-limits-docs-'));
  for (const { language, text } of blocks) {
    const name = /^\/\/ ([\w.-]+)\n/.exec(text)?.[1];
    if (language === 'js' && name !== undefined) writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/benchmem'));
  symlinkSync(`${root}/node_modules/vitest`, join(folder, 'node_modules/vitest'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Standard output and error. WHY without its environment: these tests run inside a test runner. */
function run(command: string): { readonly status: number | null; readonly output: string } {
  const [program, ...args] = command.split(' ');
  const argv =
    program === 'node'
      ? ['--test-reporter=spec', ...args]
      : [`${root}/node_modules/vitest/vitest.mjs`, ...args.slice(1)];
  const { PATH, HOME } = process.env;
  const ended = spawnSync(process.execPath, argv, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH, HOME, CI: 'true', NO_COLOR: '1' },
  });
  return { status: ended.status, output: ended.stdout + ended.stderr };
}

describe('docs/limits.md', () => {
  it('has its programs', () => {
    expect(runs.length).toBe(6);
  });

  it.each(runs)('$command', ({ command, shown }) => {
    const { status, output } = run(command);
    expect(status, output).toBe(shown.includes('✖') ? 1 : 0);
    const lines = shown.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(masked(output)).toContain(masked(line).trim());
  });
});
