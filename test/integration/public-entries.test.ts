// Every public entry loads in both module systems, and both have the same names. Those that only work inside their test runner
// are loaded by its own tests.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';

const insideRunners = ['benchmem/vitest/runner', 'benchmem/vitest/setup', 'benchmem/jest/setup'];
const { exports } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
  exports: Record<string, unknown>;
};
const entries = Object.entries(exports)
  .filter(([, target]) => typeof target !== 'string')
  .map(([name]) => `benchmem${name.slice(1)}`)
  .filter((name) => !insideRunners.includes(name));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-entries-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/benchmem'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function namesOf(flags: readonly string[], load: string): unknown {
  const code = `const loaded = ${load}; console.error(JSON.stringify(Object.keys(loaded).filter((name) => name !== 'default').sort()));`;
  const { status, stderr } = spawnSync(process.execPath, [...flags, '-e', code], {
    cwd: folder,
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stderr) : stderr;
}

describe('a public entry', () => {
  it('is one of many', () => expect(entries.length).toBeGreaterThan(10));
  it.each(entries)('%s has the same names for require and import', (name) => {
    const required = namesOf([], `require(${JSON.stringify(name)})`);
    expect(required).toBeInstanceOf(Array);
    expect(namesOf(['--input-type=module'], `await import(${JSON.stringify(name)})`)).toEqual(required);
  });
});
