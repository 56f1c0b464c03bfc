// The counts that a run prints: what failed is counted as failed, and never as a benchmark that has figures.
import { expect, it } from 'vitest';
import { startRunProgress } from '../../src/cli/suite/progress.js';
import { renderJUnit } from '../../src/cli/suite/reporters.js';
import { type RunCounts, spentText } from '../../src/cli/suite/texts.js';
import { exportRun } from '../../src/compare/export.js';

const spent = new Map([['peak', 3000]]);

it.each<[Partial<RunCounts>, string]>([
  [{ measured: 12 }, '12 of 12 benchmarks in 6.00 s (peak 3.00 s, 0.50 s each)\n'],
  [{ measured: 11, failed: 1 }, '11 of 12 benchmarks in 6.00 s, 1 failed (peak 3.00 s, 0.50 s each)\n'],
  [{ failed: 12 }, '0 of 12 benchmarks in 6.00 s, 12 failed (peak 3.00 s, 0.50 s each)\n'],
  [{ measured: 2, failed: 1 }, '2 of 12 benchmarks in 6.00 s, 1 failed (peak 3.00 s, 2.00 s each)\n'],
  [{ measured: 1, planned: 1 }, '1 of 1 benchmark in 6.00 s (peak 3.00 s)\n'],
  [{ planned: 0, brokenFiles: 2 }, '0 of 0 benchmarks in 6.00 s, 2 files not loaded (peak 3.00 s)\n'],
  [
    { measured: 1, failed: 1, planned: 2, brokenFiles: 1 },
    '1 of 2 benchmarks in 6.00 s, 1 failed, 1 file not loaded (peak 3.00 s, 3.00 s each)\n',
  ],
])('of %j are true', (counts, text) => {
  expect(spentText({ measured: 0, failed: 0, planned: 12, brokenFiles: 0, ...counts }, 6000, spent)).toBe(
    text,
  );
});

it('on a line that renews itself tell how many failed so far', () => {
  const written: string[] = [];
  const stderr = { isTerminal: true, columns: 60, color: false, write: (text: string) => written.push(text) };
  const clock = { elapsedMs: () => 0, every: () => () => {}, now: () => new Date(0) };
  const progress = startRunProgress({ stderr, clock, env: {} } as never, 3);
  progress.begin(0, 'a.bench.js::a');
  progress.begin(1, 'a.bench.js::b');
  progress.done(0, 'failed in peak', true);
  expect(written.at(-1)).toContain('[1/3, 1 failed] a.bench.js::b');
  progress.begin(2, 'a.bench.js::c');
  progress.done(1, 'peak 1 B', false);
  expect(written.at(-1)).toContain('[2/3, 1 failed] a.bench.js::c');
});

it.each([1e-9, 2.5e21, 0.25])('and the time of a JUnit case, %d s, are decimals', (total) => {
  const description = { localId: 'b', name: 'b', group: null, params: null, param: null, options: {} };
  const planned = { id: 'a.js::b', file: 'a.js', url: '', description, origin: { kind: 'bench' as const } };
  const benchmark = { name: 'b', fullname: 'a.js::b', extra_info: {}, stats: { total } } as never;
  const xml = renderJUnit(
    [
      { planned, benchmark, breaches: [] },
      { planned, breaches: [] },
    ],
    [],
    [],
  );
  const times = [...xml.matchAll(/ time="([^"]*)"/g)].map(([, text]) => text);
  expect(times).toEqual([expect.stringMatching(/^\d+(\.\d+)?$/)]);
  expect(Number(times[0])).toBe(total);
  const file = {
    machine_info: {},
    commit_info: {},
    benchmarks: [{ name: 'b', fullname: 'a.js::b', extra_info: {}, stats: { mean: total, min: total } }],
  };
  const exported = exportRun({ path: 'r.json', label: 'r', file: file as never }, 'junit');
  const numbers = [...exported.matchAll(/(?:time|value)="([^"]*)"/g)].map(([, text]) => text);
  expect(numbers.length).toBeGreaterThan(1);
  for (const text of numbers) {
    expect(text).toMatch(/^\d+(\.\d+)?$/);
    expect(Number(text)).toBe(total);
  }
});
