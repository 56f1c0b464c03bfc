// JUnit XML: the reporter of a run and the export of its run file write the same document.
import { expect, it } from 'vitest';
import { renderJUnit } from '../../src/cli/suite/reporters.js';
import { exportRun } from '../../src/compare/export.js';
import type { RunBenchmark, RunFailure } from '../../src/runfile/schema.js';

const ids = ['a.bench.ts::one', 'a.bench.ts::io::read[small::1]', 'lib/b.bench.ts::x', 'no place\u0007'];
const plannedOf = (id: string) => ({
  id,
  file: id.split('::')[0] ?? id,
  url: '',
  description: { localId: 'local', name: 'n', group: null, params: null, param: null, options: {} },
  origin: { kind: 'bench' as const },
});
const benchmarks = ids.map(
  (fullname, at): RunBenchmark => ({
    name: fullname,
    fullname,
    extra_info: { benchmem: { peak_bytes: [at + 1], allocations: [2], total_bytes: [3] } },
    ...(at === 0 ? { stats: { min: 1e-9, mean: 2e-9, total: 4e-9 } as never } : {}),
  }),
);
const failures: RunFailure[] = [
  {
    fullname: 'lib/b.bench.ts::bad',
    step: 'peak',
    tail: 'last <words>\ufffe\nmore',
    error: { message: 'no\u001b[31m' },
  },
  { fullname: 'lib/b.bench.ts::gone', step: 'time', code: null, signal: 'SIGSEGV' },
  { fullname: 'lib/b.bench.ts::left', step: 'time', code: 3 },
  { fullname: 'broken.bench.ts', step: 'load', code: null, signal: null, error: { message: 'syntax' } },
];

const file = { machine_info: {}, commit_info: {}, datetime: '2026-01-02T03:04:05Z', benchmarks };
const exported = exportRun(
  {
    path: 'r.json',
    label: 'r',
    file: { ...file, benchmem: { schema: 1, complete: true, failures } },
  } as never,
  'junit',
);

it('has one text, whoever writes it', () => {
  const entries = [
    ...benchmarks.map((benchmark) => ({ planned: plannedOf(benchmark.fullname), benchmark, breaches: [] })),
    ...failures.map((failure) => ({ planned: plannedOf(failure.fullname), failure, breaches: [] })),
  ];
  expect(renderJUnit(entries, [], [], file.datetime)).toBe(exported);
});

it('names a benchmark once: a class of what stands before its name', () => {
  const names = [...exported.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"/g)];
  expect(names.map(([, name, classname]) => [classname, name])).toEqual([
    ['a.bench.ts', 'one'],
    ['a.bench.ts.io', 'read[small::1]'],
    ['lib/b.bench.ts', 'x'],
    ['lib/b.bench.ts', 'bad'],
    ['lib/b.bench.ts', 'gone'],
    ['lib/b.bench.ts', 'left'],
    ['benchmem', 'no place\\x07'],
    ['broken.bench.ts', '(file)'],
  ]);
});

it('counts per file and says what failed, in characters that XML has', () => {
  expect(exported).toContain('tests="8" failures="4" errors="0" skipped="0">');
  expect(exported).toContain('<testsuite name="lib/b.bench.ts" tests="4" failures="3" ');
  expect(exported).toContain(
    '<failure message="peak: no\\x1b[31m">peak: no\\x1b[31m\nlast &lt;words&gt;\\ufffe\nmore</failure>',
  );
  expect(exported).toContain('message="time: SIGSEGV"');
  expect(exported).toContain('message="time: exit code 3"');
  expect(exported).toContain(' time="0.000000004">');
});

it('counts what was skipped', () => {
  const xml = renderJUnit([], [{ id: 'a.bench.ts::later' }], []);
  expect(xml).toContain('tests="1" failures="0" errors="0" skipped="1">\n    <testcase name="later"');
});
