// Leaks by the line that made them, from `run --profile` to `flamegraph --report leaks`: an addon that loses 100 bytes per
// call in one of three functions, a Buffer kept in a Map, a listener that keeps a closure with a Buffer.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testAddon } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { bin } from '../support/cli-process.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-leaks-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const benchFile = `import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { bench } from 'benchmem';

const addon = createRequire(import.meta.url)(${JSON.stringify(testAddon('leaks'))});
const cache = new Map<number, Buffer>();
const emitter = new EventEmitter().setMaxListeners(0);

function remember(size: number): void {
  cache.set(cache.size, Buffer.alloc(size));
}

function listen(size: number): void {
  const bytes = Buffer.alloc(size);
  emitter.on('end', () => bytes.length);
}

bench('addon', () => {
  for (let round = 0; round < 7; round += 1) {
    addon.parse();
    addon.decode();
    addon.encode();
  }
});
bench('map', () => remember(40_000));
bench('listener', () => listen(50_000));
`;

const lineOf = (text: string) => benchFile.split('\n').findIndex((line) => line.includes(text)) + 1;

interface LeakRow {
  readonly bytes: number;
  readonly blocks: number;
  readonly allocations: number;
  readonly leaf?: { readonly name: string };
  readonly site?: { readonly file: string; readonly line: number };
}

function leaksOf(name: string): readonly LeakRow[] {
  const words = [
    'flamegraph',
    'profiles',
    `leaks.bench.ts::${name}`,
    '--report',
    'leaks',
    '--format',
    'json',
  ];
  const { rows } = JSON.parse(execFileSync(process.execPath, [bin, ...words], { cwd, encoding: 'utf8' }));
  return rows;
}

beforeAll(() => {
  mkdirSync(join(cwd, 'node_modules'));
  symlinkSync(root, join(cwd, 'node_modules/benchmem'));
  writeFileSync(join(cwd, 'leaks.bench.ts'), benchFile);
  execFileSync(
    process.execPath,
    [bin, 'run', 'leaks.bench.ts', '--no-time', '--repeats', '2', '--profile', 'profiles'],
    {
      cwd,
      stdio: 'pipe',
    },
  );
});

describe('the leaks of a profile', () => {
  it("name the addon's function that loses its blocks, and the line that calls it", () => {
    expect(leaksOf('addon').filter(({ leaf }) => /parse|decode|encode/.test(leaf?.name ?? ''))).toMatchObject(
      [
        {
          bytes: 700,
          blocks: 7,
          allocations: 7,
          site: { file: 'leaks.bench.ts', line: lineOf('addon.decode()') },
        },
      ],
    );
  });

  it.each([
    ['map', 40_000, 'cache.set('],
    ['listener', 50_000, 'const bytes ='],
  ])('name the line that allocated what is kept: %s', (name, bytes, text) => {
    const [largest] = leaksOf(name);
    expect(largest).toMatchObject({ blocks: 1, site: { file: 'leaks.bench.ts', line: lineOf(text) } });
    expect(largest?.bytes).toBe(bytes);
  });
});
