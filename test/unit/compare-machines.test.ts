// Two machines or runtimes: what a comparison and a gate of times say about them, for files of several writers.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { runGate } from '../../src/compare/gate/verdict.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { type Bench, run } from './compare-support.js';

const timed: readonly Bench[] = [{ id: 'b', time: [1] }];

// As pytest-benchmark writes it, and as benchmem does.
const python = {
  node: 'host-a',
  processor: 'x86_64',
  machine: 'x86_64',
  python_compiler: 'GCC 12',
  python_implementation: 'CPython',
  python_version: '3.11.2',
  release: '6.1',
  system: 'Linux',
  cpu: { brand_raw: 'AMD EPYC 7B13', hz_actual_friendly: '2.4500 GHz', count: 4 },
};
const node = {
  node: 'host-a',
  system: 'Linux',
  release: '6.1',
  runtime: 'Node.js',
  runtime_version: '22.1.0',
  cpu: { brand_raw: 'AMD EPYC 7B13', count: 4 },
};

function warningsOf(base: object, head: object, limits: readonly string[], benches = timed) {
  const runs = [run('base', benches, { machine_info: base }), run('head', benches, { machine_info: head })];
  const { compared, warnings } = compareRuns(runs, planComparison({}));
  const gate = runGate(compared, { thresholds: limits.map((text) => parseThreshold(text)) });
  expect(gate.tripped).toBe(false);
  return { plain: warnings.map(({ message }) => message), gate: gate.warnings };
}

describe('a gate of times', () => {
  it.each<[string, object, object, string]>([
    [
      'another CPU',
      python,
      { ...python, cpu: { brand_raw: 'Intel Xeon' } },
      'CPU AMD EPYC 7B13 against Intel Xeon',
    ],
    [
      'a CPU of an older writer',
      { ...python, cpu: { brand: 'A' } },
      { ...python, cpu: { brand: 'B' } },
      'CPU A against B',
    ],
    ['another system', python, { ...python, system: 'Darwin' }, 'system Linux against Darwin'],
    [
      'another version',
      python,
      { ...python, python_version: '3.12.0' },
      'runtime CPython 3.11.2 against CPython 3.12.0',
    ],
    [
      'another interpreter',
      python,
      { ...python, python_implementation: 'PyPy' },
      'runtime CPython 3.11.2 against PyPy 3.11.2',
    ],
    ['another language', python, node, 'runtime CPython 3.11.2 against Node.js 22.1.0'],
    [
      'another Node',
      node,
      { ...node, runtime_version: '22.2.0' },
      'runtime Node.js 22.1.0 against Node.js 22.2.0',
    ],
    ['a machine that nobody named', { ...node, cpu: undefined }, node, 'CPU unknown against AMD EPYC 7B13'],
    [
      'a machine of another shape',
      { ...node, cpu: ['x'], system: 5 },
      { ...node, cpu: 7, system: 'Linux' },
      'system unknown against Linux',
    ],
  ])('warns about %s, and so does a plain comparison', (_what, base, head, text) => {
    const { plain, gate } = warningsOf(base, head, ['time:10%']);
    expect(gate).toMatchObject([
      {
        code: 'TIME_ACROSS_MACHINES',
        subject: 'time',
        message: `base and head were not timed alike: ${text}`,
      },
    ]);
    expect(plain).toEqual([`base and head: ${text} (1 benchmark)`]);
  });

  it.each<[string, object, object]>([
    ['the name of the host', python, { ...python, node: 'host-b' }],
    [
      'a clock rate',
      python,
      { ...python, cpu: { ...python.cpu, hz_actual_friendly: '3.1 GHz', hz_actual: [1, 0] } },
    ],
    ['the release of the system', python, { ...python, release: '6.2', python_compiler: 'GCC 13' }],
    ['a machine that neither names', {}, {}],
  ])('says nothing about %s', (_what, base, head) => {
    expect(warningsOf(base, head, ['time:10%'])).toEqual({ plain: [], gate: [] });
  });

  it('is alone with it: a gate of memory says nothing, and is not refused', () => {
    const benches: Bench[] = [{ id: 'b', peak: [1], time: [1] }];
    const head = { ...node, runtime_version: '24.0.0' };
    expect(warningsOf(node, head, ['peak:10%'], benches).gate).toEqual([]);
    expect(warningsOf(node, head, ['peak:10%', 'time:10%', 'time:1s'], benches).gate).toHaveLength(1);
  });

  it('repeats nothing that the benchmarks say themselves', () => {
    const environment = { mode: 'preloaded', node: '22.1.0', cpu: 'AMD EPYC 7B13' };
    const benches: Bench[] = [{ id: 'b', peak: [1], time: [1], blob: { environment } }];
    const { plain } = warningsOf(
      node,
      { ...node, system: 'Darwin', cpu: { brand_raw: 'x' } },
      ['time:10%'],
      benches,
    );
    expect(plain).toEqual(['base and head: system Linux against Darwin (1 benchmark)']);
  });
});
