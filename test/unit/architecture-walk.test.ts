// The walk of --fail-on in ARCHITECTURE.md is true: its files are there, each once, each imported by one before it, and few.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { importsOf } from '../support/layering.js';

const page = readFileSync(`${root}/ARCHITECTURE.md`, 'utf8');
const walk = /<!-- walk of --fail-on -->\n([\s\S]*?)<!-- end of walk -->/.exec(page)?.[1] ?? '';
const files = [...walk.matchAll(/`((?:bin|src)\/[^`]+)`/g)].map(([, file = '']) => file);
const mostFiles = 15;

/** What is wrong with a walk, a line each. */
function walkFlaws(files: readonly string[]): string[] {
  const isThere = (file: string) => existsSync(join(root, file));
  return [
    ...(files.length > mostFiles ? [`${files.length} files, and ${mostFiles} are allowed`] : []),
    ...files.filter((file, at) => files.indexOf(file) !== at).map((file) => `${file}: named twice`),
    ...files.filter((file) => !isThere(file)).map((file) => `${file}: not there`),
    ...files
      .slice(1)
      .filter((file, at) => isThere(file) && !files.slice(0, at + 1).some((from) => importsFrom(from, file)))
      .map((file) => `${file}: no file before it imports it`),
  ];
}

function importsFrom(from: string, file: string): boolean {
  if (!existsSync(join(root, from))) return false;
  const text = readFileSync(join(root, from), 'utf8');
  // The build makes one bundle of src/cli/program.ts and what it loads.
  if (text.includes("require('../dist/program/start.js')")) return importsFrom('src/cli/program.ts', file);
  const targets = importsOf(text)
    .filter((target) => target.startsWith('.'))
    .map((target) => normalize(join(dirname(from), target)));
  return targets.some((target) => target.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts') === file);
}

describe('the walk of --fail-on', () => {
  it('names files that are there, each once, in an order that imports follow', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(walkFlaws(files)).toEqual([]);
  });
  it('begins where the program begins and leads past the gate', () => {
    expect(files[0]).toBe('bin/benchmem.js');
    expect(files).toContain('src/compare/gate/verdict.ts');
  });
  it('would have a wrong one reported', () => {
    expect(walkFlaws([...files.slice(0, 3), 'src/plot/html.ts', 'src/gone.ts', files[1] ?? ''])).toEqual([
      'src/cli/run-cli.ts: named twice',
      'src/gone.ts: not there',
      'src/plot/html.ts: no file before it imports it',
    ]);
    const many = Array.from({ length: 16 }, () => 'bin/benchmem.js');
    expect(walkFlaws(many)[0]).toBe('16 files, and 15 are allowed');
  });
});
