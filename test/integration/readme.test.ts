// The documents are true: README's commands and programs run, the npm scripts they name exist, and so do the
// paths that they mention.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProject } from '../support/project-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
let folder: string;

const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === language)
    .map((match) => match[2] ?? '');

const files = blocks('js').filter((text) => /^\/\/ [\w.-]+\n/.test(text));
const programs = blocks('js').filter((text) => !files.includes(text));
const commands = blocks('sh').flatMap((text) => text.trim().split('\n'));
const ours = commands.filter((command) => command.startsWith('npx benchmem '));
const tests = commands.filter((command) => command.startsWith('node --test '));

function run(program: string, args: string[]): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(() => {
  folder = makeProject('readme');
  for (const text of files) {
    const name = text.slice(3, text.indexOf('\n'));
    writeFileSync(join(folder, name), text);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('README.md', () => {
  it('has commands, programs and a file to show', () => {
    expect([ours.length, tests.length, programs.length, files.length]).toEqual([3, 1, 1, 3]);
  });

  it.each(ours)('%s', (command) => {
    const words = command.slice('npx benchmem '.length);
    const output = run('bash', [
      '-c',
      `exec "${process.execPath}" "${join(root, 'bin/benchmem.js')}" ${words} 2>&1`,
    ]);
    expect(output).toMatch(/allocations|peak/);
  });

  it.each(tests)('%s', (command) => {
    const output = run('bash', ['-c', command.replace(/^node/, `"${process.execPath}"`)]);
    expect(output).toMatch(/^# pass 2$|^ℹ pass 2$/m);
  });

  it('has at most 150 lines', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  // After the commands above, of which one saves a run.
  it('shows what changed since the saved run, as it comes out', () => {
    const shown = blocks('text').find((text) => text.startsWith('against ')) ?? '';
    const bench = `"${process.execPath}" "${join(root, 'bin/benchmem.js')}"`;
    const output = run('bash', ['-c', `exec ${bench} run --no-time --repeats 2`]);
    const names = (text: string) => [...text.matchAll(/^ {2}(\S.*?\]) {2,}/gm)].map(([, name]) => name);
    const section = output.slice(output.indexOf('\nagainst ') + 1);
    expect(section).toMatch(/^against 0001_main \(.*ago\)\n +peak min +Δ peak\n/);
    expect(names(section)).toEqual(names(shown));
    expect(names(shown)).toHaveLength(3);
    expect(section).toMatch(/\n {2}3 benchmarks; peak: \d/);
    expect(shown).toMatch(/\n {2}3 benchmarks; peak: \d/);
  });

  it.each(programs.map((text, at) => ({ text, at })))('program $at', ({ text, at }) => {
    const file = `program-${at}.js`;
    writeFileSync(join(folder, file), text);
    const numbers = run(process.execPath, [file]).match(/\d+/g) ?? [];
    expect(Math.max(...numbers.map(Number))).toBeGreaterThan(10_000);
  });

  it('runs nothing else but npm scripts that exist', () => {
    const others = commands
      .filter((command) => !ours.includes(command) && !tests.includes(command))
      .map((command) => command.split(/\s+#/)[0]?.trim());
    expect(others).toEqual(['npm start', 'npm test']);
  });
});

describe.each(['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'native/README.md', 'prebuilds/README.md'])(
  '%s',
  (file) => {
    const text = read(file);

    it('names paths that exist', () => {
      const made = /^(build|dist|prebuilds\/|node_modules)/;
      const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
      const isImport = (path: string): boolean => exports[path.replace(/^benchmem/, '.')] !== undefined;
      const base = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
      const named = [...text.matchAll(/`((?:\.?[\w-]+\/)+[\w.-]+|[\w-]+\.(?:md|json|gyp|txt))`/g)].map(
        (match) => match[1] ?? '',
      );
      const missing = named.filter(
        (path) =>
          !made.test(path) &&
          !isImport(path) &&
          !existsSync(join(root, path)) &&
          !existsSync(join(root, base, path)) &&
          // ARCHITECTURE.md has a table of the folders of native/, which names them and their headers from there.
          !existsSync(join(root, 'native', path)),
      );
      // In native/vendor/ is only what set-up fetched.
      expect(missing.filter((path) => path !== 'vendor/' && !path.includes('<'))).toEqual([]);
    });
  },
);
