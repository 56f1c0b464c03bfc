// The suites of examples/test-runners give the same verdicts with and without benchmem, planted failures too.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../../scripts/lib/paths.mjs';
import type { TestRunner } from '../../support/test-runners.js';
import { nodesAtHand } from '../nodes-at-hand.js';
import { type Ran, runTests } from './ran.js';

interface Suite {
  readonly runner: TestRunner;
  /** What makes its tests measured. */
  readonly measured: readonly string[];
  /** A test that fails by itself, and one that passes the limit of 64 MB and is no failure otherwise. */
  readonly planted: string;
  readonly least: number;
}

const planted = (test: string) => `
${test}('planted: fails', () => { throw new Error('planted'); });
${test}('planted: needs much', () => { Buffer.alloc(70e6); });
`;

const suites: readonly Suite[] = [
  {
    runner: 'vitest-4',
    measured: ['--config', 'vitest.memory.config.js'],
    planted: planted('it'),
    least: 13,
  },
  { runner: 'vitest-5', measured: ['--config', 'vitest.memory.config.js'], planted: planted('it'), least: 8 },
  { runner: 'jest', measured: ['--config', 'jest.memory.config.js'], planted: planted('test'), least: 12 },
  { runner: 'mocha', measured: ['--require', 'benchmem/mocha'], planted: planted('it'), least: 11 },
  { runner: 'node-test', measured: [], planted: planted('test'), least: 14 },
];

function filesOf({ runner, planted: more }: Suite): Record<string, string> {
  const folder = join(root, 'examples/test-runners', runner);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    files.map((file) => {
      const text = readFileSync(file, 'utf8');
      return [file.slice(folder.length + 1), file.endsWith('.test.js') ? text + more : text];
    }),
  );
}

const statuses = ({ verdicts }: Ran) =>
  Object.fromEntries([...verdicts].map(([name, { status }]) => [name, status]));

describe.each(suites)('examples/test-runners/$runner', (suite) => {
  const { runner, measured, least } = suite;
  const newest = nodesAtHand.at(runner === 'vitest-5' ? -1 : 0)?.node ?? process.execPath;

  it('has the same verdicts, but for the limit', () => {
    const files = filesOf(suite);
    const plain = runTests({ runner, files, node: newest, alone: true, report: false });
    expect(plain.verdicts.size, plain.output).toBeGreaterThanOrEqual(least + 2);
    expect(plain.spool.records).toEqual([]);
    expect(statuses(plain)).toMatchObject({ 'planted: fails': 'failed', 'planted: needs much': 'passed' });

    const ran = runTests({ runner, files, node: newest, args: measured });
    expect(statuses(ran), ran.output).toEqual({ ...statuses(plain), 'planted: needs much': 'failed' });
    expect(ran.verdicts.get('planted: fails')?.message).toMatch(/planted/);
    expect(ran.verdicts.get('planted: needs much')?.message).toMatch(
      /peaked at 6[67]\.\d\d MiB, limit 64 MB/,
    );
    expect(ran.recordOf('planted: needs much').test.exceeded).toEqual(['peak_bytes']);
    expect(ran.spool.records.length).toBeGreaterThanOrEqual(least / 2);
  });
});
