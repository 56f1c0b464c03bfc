// What stands below an error that a benchmark, a setup or a module throws: on the terminal and in the run file, from
// children of every kind.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { makeProject } from '../support/project-folder.js';

let folder: string;

beforeAll(() => {
  folder = makeProject('causes');
  writeFileSync(
    join(folder, 'cause.bench.js'),
    `import { bench } from 'benchmem';
bench('action', () => { throw new Error('outer', { cause: new RangeError('the disk') }); });
bench('setup', { setup: () => Promise.any([Promise.reject(new Error('first')), Promise.reject(new Error('second'))]) }, () => 1);
`,
  );
  writeFileSync(
    join(folder, 'module.bench.js'),
    "throw new Error('outer', { cause: new TypeError('no key') });\n",
  );
  writeFileSync(join(folder, 'job.js'), "throw new Error('outer', { cause: new TypeError('no key') });\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function benchmem(...words: string[]): { code: number | null; stderr: string } {
  const args = [join(root, 'bin/benchmem.js'), ...words];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { code: status, stderr };
}

describe('the cause of a failure', () => {
  it('of a benchmark and of its setup is shown, and stands in the run file', () => {
    const { code, stderr } = benchmem('run', 'cause.bench.js', '--json', 'run.json', '--repeats', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/outer\n[\s\S]*caused by: RangeError: the disk\n +at .*cause\.bench\.js:2/);
    expect(stderr).toMatch(/error 1: Error: first\n[\s\S]*error 2: Error: second\n/);
    const { benchmem: record } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
    const tails = record.failures.map(({ tail }: { tail: string }) => tail);
    expect(tails).toEqual([
      expect.stringContaining('caused by: RangeError: the disk'),
      expect.stringContaining('error 1: Error: first\nerror 2: Error: second'),
    ]);
  });

  it.each([
    ['run', 'module.bench.js'],
    ['measure', 'job.js', '--all'],
  ])('of a module is shown by %s', (...words) => {
    const { code, stderr } = benchmem(...words);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/caused by: TypeError: no key/);
  });
});
