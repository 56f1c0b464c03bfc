// docs/gates.md is true: its commands answer what it shows, with the exit codes that its words name.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { benchmark } from '../unit/compare-support.js';
import { runFake } from './fake-world.js';

const page = readFileSync(new URL('../../docs/gates.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/^```sh\nnpx benchmem (.*)\n```\n\n```text\n([\s\S]*?)^```$/gm)].map(
  ([, command = '', shown = '']) => ({ command, shown }),
);
const cwd = mkdtempSync(join(tmpdir(), 'benchmem-gates-page-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const mebibyte = 2 ** 20;
function write(name: string, peak: number, allocations: number, retained: number): void {
  const id = 'parse.bench.js::parse';
  const figures = { id, peak: [peak], allocations: [allocations], blob: { retained_bytes: [retained] } };
  const run = { machine_info: {}, commit_info: {}, benchmarks: [benchmark(figures)] };
  writeFileSync(join(cwd, name), JSON.stringify(run));
}
write('base.json', 1.5 * mebibyte, 40, 0);
write('head.json', 2 * mebibyte, 20, 5 * mebibyte);

describe('docs/gates.md', () => {
  it('has an example of each verdict', () => {
    expect(examples.map(({ shown }) => shown.split(/[ :]/)[0])).toEqual(['1', 'no', '1', '1', 'benchmem']);
  });

  it.each(examples)('$command', async ({ command, shown }) => {
    const { code, stdout, stderr } = await runFake(command.split(' '), { cwd, unlimited: true });
    expect(code).toBe(shown.startsWith('no ') ? 0 : shown.startsWith('benchmem') ? 2 : 1);
    expect(stdout + stderr).toContain(shown);
  });

  it('shows limits that are limits', () => {
    const [, grammar = ''] = /```text\n(FIELD[\s\S]*?)```/.exec(page) ?? [];
    const limits = grammar.split(/\s+/).filter((word) => /^[a-z]/.test(word));
    expect(limits).toHaveLength(5);
    for (const limit of limits) expect(parseThreshold(limit).limit).toBeGreaterThan(0);
  });
});
