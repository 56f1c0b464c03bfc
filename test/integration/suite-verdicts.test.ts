// Tests of this repository come to the same with the memory report and without: a sample of them (`npm test -- verdicts`: all).
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';

const sample = ['leak-rule', 'leak-objects', 'limits-judge', 'limits-grammar', 'stats-summary', 'shapes'];

it('the same verdicts, and figures for each test', () => {
  const files = sample.map((name) => `test/unit/${name}.test.ts`);
  const { VITEST, NODE_OPTIONS, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`${root}/scripts/suite-verdicts.mjs`, '--project', 'unit', ...files],
    { cwd: root, encoding: 'utf8', env },
  );
  const [, tests, measured, differ] = /^(\d+) tests, (\d+) measured, (\d+) differ$/m.exec(stdout) ?? [];
  expect([status, differ], stdout + stderr).toEqual([0, '0']);
  expect(Number(tests)).toBeGreaterThan(60);
  expect(Number(measured)).toBeGreaterThanOrEqual(Number(tests));
});
