// docs/which-number.md is true: its files are written, its commands run, and what it shows is what comes out, once
// figures are masked.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, maskFigures } from '../../scripts/lib/page-blocks.mjs';
import { root } from '../../scripts/lib/paths.mjs';

const page = readFileSync(`${root}/docs/which-number.md`, 'utf8');
const blocks = blocksOf(page);
const examples = blocks.flatMap(({ language, text }, index) => {
  const shown = blocks[index + 1];
  return language === 'sh' && shown?.language === 'text' ? [{ command: text.trim(), shown: shown.text }] : [];
});
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-docs-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const { language, text } of blocks) {
    const name = /^\/\/ ([\w.-]+)\n/.exec(text)?.[1];
    if (language === 'js' && name !== undefined) writeFileSync(join(folder, name), text);
  }
  const installs = blocks.filter(({ text }) => text.startsWith('npm install '));
  for (const { text } of installs) execFileSync('npm', text.trim().split(' ').slice(1), { cwd: folder });
  symlinkSync(root, join(folder, 'node_modules/benchmem'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/which-number.md', () => {
  it('has an example of each', () => {
    expect(examples.length).toBe(7);
  });

  it.each(examples)('$command', ({ command, shown }) => {
    const path = `${dirname(process.execPath)}:${process.env.PATH}`;
    const line = command.replace('npx benchmem', `"${process.execPath}" "${root}/bin/benchmem.js"`);
    const ended = spawnSync('bash', ['-c', line], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH: path },
    });
    expect([ended.status, ended.signal]).toEqual([0, null]);
    const output = maskFigures(ended.stdout + ended.stderr);
    for (const fragment of shown.split('…')) expect(output).toContain(maskFigures(fragment).trim());
  });

  it('shows what the example is about: the figures themselves', () => {
    const json = join(folder, 'leak.json');
    const args = ['exec', '--interval', '200ms', '--json', json, '--output', join(folder, 'summary'), '--'];
    execFileSync(
      process.execPath,
      [`${root}/bin/benchmem.js`, ...args, process.execPath, '--expose-gc', 'leak.js'],
      {
        cwd: folder,
      },
    );
    const [leak] = (
      JSON.parse(readFileSync(json, 'utf8')) as {
        processes: { snapshots: { program: { live_bytes: number } }[] }[];
      }
    ).processes;
    expect(leak?.snapshots.at(-1)?.program.live_bytes).toBeGreaterThanOrEqual(120 << 20);
  });
});
