// Which files are bench files, and which are said to look like one.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { discoverBenchFiles } from '../../src/runner/discover.js';

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'benchmem-discover-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), '');
  }
}

const taken = ['a.bench.cjs', 'a.bench.cts', 'a.bench.js', 'a.bench.jsx', 'a.bench.mjs', 'a.bench.mts'];
const typed = ['a.bench.ts', 'a.bench.tsx'];
const similar = [
  'a-bench.ts',
  'b.BENCH.ts',
  'c.benchmark.js',
  'd_benchmarks.mts',
  'deep/e.bench.vue',
  'f.bench.TSX',
];
const unlike = [
  'bench.ts',
  'workbench.ts',
  'a.bench.d.ts',
  'a.bench.json',
  'a.bench.md',
  'a.bench.ts.snap',
  'x.ts',
];
const elsewhere = ['node_modules/p/a.bench.ts', 'node_modules/p/a.benchmark.ts', '.benchmarks/a.bench.js'];

it('takes every ending of a module, and says what is named almost like that', async () => {
  write(...taken, ...typed, ...similar, ...unlike, ...elsewhere);
  for (const words of [[], ['.'], ['**/*.bench.*s', '.']]) {
    const { files, passedOver } = await discoverBenchFiles(words, folder);
    expect(files.map(({ label }) => label).sort()).toEqual(
      words.length === 2 ? expect.arrayContaining([...taken, ...typed]) : [...taken, ...typed],
    );
    expect(passedOver).toEqual(similar);
  }
});

it('says nothing about what the user named', async () => {
  write('a.bench.tsx', 'c.benchmark.js');
  expect(await discoverBenchFiles(['c.benchmark.js'], folder)).toEqual({
    files: [{ label: 'c.benchmark.js', path: join(folder, 'c.benchmark.js') }],
    passedOver: [],
  });
  const { files, passedOver } = await discoverBenchFiles(['.', 'c.benchmark.js'], folder);
  expect([files.map(({ label }) => label), passedOver]).toEqual([['a.bench.tsx', 'c.benchmark.js'], []]);
});

it('names what looks like a bench file where there is none', async () => {
  write('deep/c.benchmark.js');
  for (const words of [[], ['deep']]) {
    await expect(discoverBenchFiles(words, folder)).rejects.toMatchObject({
      code: 'NO_BENCHMARKS',
      message: `there is no bench file below ${words[0] ?? 'this folder'}: deep/c.benchmark.js only looks like one`,
      hint: expect.stringContaining('.bench.ts'),
    });
  }
});
