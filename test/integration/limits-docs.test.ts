// docs/limits.md is true: its programs run, and say what the page shows, once figures are masked.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import type { TestRunner } from '../support/test-runners.js';
import { runTests } from './runners/ran.js';

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
    if (language === 'js' && name?.endsWith('.test.mjs')) writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/benchmem'));
  symlinkSync(`${root}/node_modules/vitest`, join(folder, 'node_modules/vitest'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function argvOf(command: string): readonly string[] {
  const [program, ...args] = command.split(' ');
  if (program === 'node') return ['--test-reporter=spec', ...args];
  const [tool, ...rest] = args;
  if (tool === 'vitest') return [`${root}/node_modules/vitest/vitest.mjs`, ...rest, '--testTimeout=120000'];
  const words = rest.flatMap((word) => (word === '--test' ? ['--test-reporter=spec', word] : word));
  return [`${root}/bin/benchmem.js`, ...words];
}

/**
 * Standard output and error of all lines. WHY: they run without this environment, because these tests run inside a test runner.
 */
function run(commands: string): { readonly status: number | null; readonly output: string } {
  const { PATH = '', HOME } = process.env;
  const env = { PATH: `${dirname(process.execPath)}:${PATH}`, HOME, CI: 'true', NO_COLOR: '1' };
  let [status, output]: [number | null, string] = [0, ''];
  for (const command of commands.split('\n')) {
    const ended = spawnSync(process.execPath, argvOf(command), { cwd: folder, encoding: 'utf8', env });
    status = ended.status;
    output += ended.stdout + ended.stderr;
  }
  return { status, output };
}

describe('docs/limits.md', () => {
  it('has its programs', () => {
    expect(runs.length).toBe(13);
  });

  it.each(runs)('$command', ({ command, shown }) => {
    const { status, output } = run(command);
    expect(status, output).toBe(/[✖×]/.test(shown) ? 1 : 0);
    const lines = shown.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(masked(output)).toContain(masked(line).trim());
  });

  // Each with a test of its own that is too much for it.
  it.each<[TestRunner, string, readonly string[]]>([
    ['vitest-4', 'big.test.mjs', []],
    ['jest', 'big.test.cjs', []],
    ['mocha', 'big.test.cjs', ['--require', 'benchmem/mocha', 'big.test.cjs']],
    ['node-test', 'big.test.mjs', []],
  ])('has a limit for all tests of %s', (runner, name, args) => {
    const imported: { readonly [Runner in TestRunner]?: string } = {
      'vitest-4': "import { test } from 'vitest';",
      mocha: 'const test = it;',
      'node-test': "import { test } from 'node:test';",
    };
    const files = Object.fromEntries(
      blocks.flatMap(({ text }) => {
        const config = /^\/\/ ([\w.]+\.config\.[cm]js)\n/.exec(text)?.[1];
        return config === undefined
          ? []
          : [[config, text.replace('testEnvironment:', "testMatch: ['**/*.test.cjs'], testEnvironment:")]];
      }),
    );
    expect(Object.keys(files)).toHaveLength(3);
    const source = `${imported[runner] ?? ''}\ntest('too much', () => { Buffer.alloc(70e6); });\n`;
    const ran = runTests({ runner, files: { ...files, [name]: source }, args, report: false });
    expect(ran.verdicts.get('too much')?.message, ran.output).toMatch(
      /peaked at 6[67]\.\d\d MiB, limit 64 MB/,
    );
  });
});
