// The gate: when it trips, what it refuses, whose limit holds, and what it says about the rest.
import { describe, expect, it } from 'vitest';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import type { GateOptions } from '../../src/compare/gate/rules.js';
import { type GateResult, runGate } from '../../src/compare/gate/verdict.js';
import type { Run } from '../../src/runfile/run.js';
import { parseThreshold } from '../../src/text/limit-grammar.js';
import { type Bench, run } from './compare-support.js';

function gate(
  runs: readonly Run[],
  failOn: readonly string[],
  options: Omit<GateOptions, 'thresholds'> & { readonly pivot?: string } = {},
): GateResult {
  const { compared } = compareRuns(runs, planComparison({ pivot: options.pivot }));
  return runGate(compared, { ...options, thresholds: failOn.map((text) => parseThreshold(text)) });
}

function pair(base: readonly Bench[], head: readonly Bench[]): Run[] {
  return [run('base', base), run('head', head)];
}

const ids = (result: GateResult) => result.regressions.map(({ field, id }) => `${field} ${id}`);
const codes = (result: GateResult) => result.warnings.map(({ code, subject }) => `${code} ${subject}`);

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code: 'GATE_REFUSED', exitCode: 2, hint: expect.stringMatching(/./) });
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

describe('a limit', () => {
  it.each<[number, number, string, boolean]>([
    [100, 110, 'peak:10%', false],
    [100, 111, 'peak:10%', true],
    [100, 101, 'peak:0%', true],
    [100, 100, 'peak:0%', false],
    [100, 50, 'peak:0%', false],
    [0, 1e9, 'peak:0%', true],
    [0, 1e9, 'peak:1000000%', true],
    [0, 10, 'peak:5%+10B', false],
    [0, 11, 'peak:5%+10B', true],
    [100, 120, 'peak:10%+10B', false],
    [100, 121, 'peak:10%+10B', true],
    [100, 110, 'peak:10%+0B', false],
    [0, 0, 'peak:0%', false],
    [0, 11, 'peak:10B', true],
    [0, 10, 'peak:10B', false],
    [0, 1, 'peak:0', true],
    [100, 1000, 'peak:1KiB', false],
  ])('from %i to %i with %s', (from, to, limit, trips) => {
    const runs = pair(
      [
        { id: 'b', peak: [from] },
        { id: 'c', peak: [1] },
      ],
      [
        { id: 'b', peak: [to] },
        { id: 'c', peak: [1] },
      ],
    );
    const result = gate(runs, [limit]);
    expect([result.tripped, ids(result)]).toEqual([trips, trips ? ['peak b'] : []]);
  });

  it('reads the minimum of each side, and the first and the last run', () => {
    const runs = [
      run('a', [{ id: 'b', peak: [10, 90] }]),
      run('b', [{ id: 'b', peak: [500] }]),
      run('c', [{ id: 'b', peak: [200, 10] }]),
    ];
    expect(gate(runs, ['peak:0%']).tripped).toBe(false);
    expect(gate(runs.slice(0, 2), ['peak:0%']).regressions).toMatchObject([
      { base: 10, head: 500, pct: 4900 },
    ]);
  });

  it('on time reads the minimum of the rounds', () => {
    const runs = pair([{ id: 'b', time: [1, 9] }], [{ id: 'b', time: [1.2, 1.3] }]);
    expect(ids(gate(runs, ['time:10%']))).toEqual(['time b']);
    expect(ids(gate(runs, ['time:21%']))).toEqual([]);
  });

  it('has no percentage over a base that is not positive: pct is null', () => {
    const blob = (bytes: number) => ({ retained_bytes: [bytes] });
    const runs = pair([{ id: 'b', peak: [1], blob: blob(-500) }], [{ id: 'b', peak: [1], blob: blob(600) }]);
    expect(gate(runs, ['retained:1KB']).regressions).toMatchObject([{ base: -500, head: 600, pct: null }]);
    const byPercent = gate(runs, ['retained:1%']);
    expect([byPercent.tripped, codes(byPercent), byPercent.summary.incomparable]).toEqual([false, [], 0]);
  });

  const retained = (bytes: number, resolution?: number): Bench[] => [
    {
      id: 'b',
      peak: [1],
      blob: {
        retained_bytes: [bytes],
        ...(resolution !== undefined && { resolution: { retained_bytes: resolution } }),
      },
    },
  ];

  it.each<[string, Bench[], Bench[], string, boolean]>([
    ['5 MiB from nothing', retained(0), retained(5 * 2 ** 20), 'retained:10%', true],
    ['5 MiB from below nothing', retained(-5 * 2 ** 20), retained(5 * 2 ** 20), 'retained:10%', true],
    ['what nobody could tell from nothing', retained(0), retained(32 * 1024), 'retained:0%', false],
    ['one byte more', retained(0), retained(32 * 1024 + 1), 'retained:0%', true],
    ['a finer reading', retained(0, 1024), retained(1025, 1024), 'retained:0%', true],
    ['a finer reading of the base only', retained(0, 1024), retained(1025), 'retained:0%', false],
    ['a finer reading of the head only', retained(0), retained(1025, 1024), 'retained:0%', false],
    ['the coarser of two', retained(0, 1024), retained(2048, 4096), 'retained:0%', false],
    [
      'a resolution below the allowance',
      retained(0, 1024),
      retained(65536, 1024),
      'retained:0%+64KiB',
      false,
    ],
    ['an allowance that is passed', retained(0, 1024), retained(65537, 1024), 'retained:0%+64KiB', true],
    ['an allowance below the resolution', retained(0), retained(32 * 1024), 'retained:0%+1KiB', false],
    ['an absolute limit, which no resolution blurs', retained(0), retained(1025), 'retained:1KiB', true],
  ])('judges %s', (_what, base, head, limit, trips) => {
    expect(gate(pair(base, head), [limit]).tripped).toBe(trips);
  });

  it('counts growth from nothing as compared, and has no percentage of it', () => {
    const result = gate(pair(retained(0), retained(5 * 2 ** 20)), ['retained:10%']);
    expect(result.regressions).toMatchObject([{ base: 0, head: 5 * 2 ** 20, pct: null }]);
    expect([result.warnings, result.summary]).toEqual([
      [],
      { compared: 1, added: 0, removed: 0, incomparable: 0 },
    ]);
  });

  it('answers for what no double holds: no percentage, no mean, and no crash', () => {
    const tiny = { id: 'b', peak: [1e-300] };
    const huge = { id: 'b', peak: [1.7e308, 1.7e308] };
    const runs = pair([tiny], [huge]);
    expect(gate(runs, ['peak:10%']).regressions).toMatchObject([{ base: 1e-300, head: 1.7e308, pct: null }]);
    const { view } = compareRuns(runs, planComparison({ columns: 'peak', stat: 'min,mean', diff: true }));
    const [group] = [...view.groups];
    expect(group?.rows).toMatchObject([
      { metric: 'peak min', deltas: [{ pct: null, text: '—', rank: null }] },
      { metric: 'peak mean', deltas: [{ pct: null, text: '—', rank: null }] },
    ]);
  });

  it('reports in threshold order, then by id', () => {
    const benches = (peak: number): Bench[] =>
      ['é', 'b', 'B', '10', '2'].map((id) => ({ id, peak: [peak], allocations: [peak] }));
    const result = gate(pair(benches(1), benches(2)), ['allocations:0%', 'peak:0%']);
    expect(ids(result)).toEqual(
      ['allocations', 'peak'].flatMap((field) => ['10', '2', 'B', 'b', 'é'].map((id) => `${field} ${id}`)),
    );
  });
});

describe('what is in one run only', () => {
  const runs = pair(
    [
      { id: 'both', peak: [1] },
      { id: 'gone', peak: [1] },
      { id: 'lost', peak: [1], time: [1] },
    ],
    [
      { id: 'both', peak: [1] },
      { id: 'fresh', peak: [9] },
      { id: 'lost', time: [1] },
    ],
  );

  it('never trips, and is named', () => {
    const result = gate(runs, ['peak:0%']);
    expect([result.tripped, codes(result)]).toEqual([
      false,
      ['NEW fresh', 'REMOVED gone', 'METRIC_MISSING lost'],
    ]);
    expect(result.summary).toEqual({ compared: 1, added: 1, removed: 1, incomparable: 1 });
  });

  it('trips where --fail-on-missing asks', () => {
    const result = gate(runs, ['peak:0%'], { failOnMissing: true });
    expect([result.tripped, result.missing, result.regressions]).toEqual([true, ['gone', 'lost'], []]);
    const membership = gate(runs, [], { failOnMissing: true });
    expect(membership.missing).toEqual(['gone']);
    expect(membership.summary).toEqual({ compared: 2, added: 1, removed: 1, incomparable: 0 });
  });
});

describe('whose limit holds', () => {
  const benches = (peak: number, own: object = {}): Bench[] => [
    { id: 'm::io::a', peak: [peak], group: 'io' },
    { id: 'm::io::b', peak: [peak], group: 'io', blob: own },
    { id: 'm::cpu::c', peak: [peak], group: 'cpu' },
  ];

  it('a scope takes the keys of --where', () => {
    for (const scope of ['group=io', 'node.group=io', 'class=io']) {
      expect(ids(gate(pair(benches(100), benches(120)), [`peak:10%@${scope}`]))).toEqual([
        'peak m::io::a',
        'peak m::io::b',
      ]);
    }
    expect(ids(gate(pair(benches(100), benches(120)), ['peak:10%@name=c']))).toEqual(['peak m::cpu::c']);
  });

  it('a scoped limit replaces the general one of its metric', () => {
    const runs = pair(benches(100), benches(120));
    expect(ids(gate(runs, ['peak:10%', 'peak:50%@group=io']))).toEqual(['peak m::cpu::c']);
    expect(ids(gate(runs, ['peak:50%', 'peak:10%@group=io']))).toEqual(['peak m::io::a', 'peak m::io::b']);
  });

  it("a benchmark's own wins over both, and is named with its place", () => {
    const own = { fail_on: ['peak:10%'], source: { file: 'bench/io.bench.ts', line: 12 } };
    const runs = pair(benches(100), benches(120, own));
    const result = gate(runs, ['peak:50%', 'peak:60%@group=io']);
    expect(ids(result)).toEqual(['peak m::io::b']);
    expect(result.regressions[0]?.limit).toMatchObject({ limit: 10, origin: 'bench/io.bench.ts:12' });
    const loose = pair(benches(100), benches(120, { fail_on: 'peak:50%' }));
    expect(ids(gate(loose, ['peak:10%']))).toEqual(['peak m::cpu::c', 'peak m::io::a']);
  });

  it('an own limit on another metric is gated as well', () => {
    const runs = pair(benches(100), benches(100, { fail_on: 'allocations:0', allocations: [7] }));
    expect(ids(gate(runs, ['peak:10%']))).toEqual(['allocations m::io::b']);
  });

  it('an own limit that means nothing is an error that names the benchmark', () => {
    expect(() => gate(pair(benches(1), benches(1, { fail_on: 'peak:ten' })), ['peak:1%'])).toThrow(
      /m::io::b: fail_on/,
    );
    expect(() => gate(pair(benches(1), benches(1, { fail_on: [7] })), ['peak:1%'])).toThrow(
      /"m::io::b": fail_on must be/,
    );
  });
});

describe('a gate is refused', () => {
  const one = [{ id: 'b', peak: [1], time: [1] }];

  it('on a single run', () => {
    expect(refusal(() => gate([run('base', one)], ['peak:1%']))).toMatch(/only base/);
  });

  it('where nothing is in common', () => {
    expect(refusal(() => gate(pair(one, [{ id: 'c', peak: [1] }]), ['peak:1%']))).toMatch(
      /no benchmark in common/,
    );
  });

  it('on a metric that neither run, or only one, carries', () => {
    expect(refusal(() => gate(pair(one, one), ['rss:1%']))).toMatch(/no benchmark carries rss in both runs/);
    const withRss = [{ id: 'b', peak: [1], blob: { rss_bytes: [5] } }];
    expect(refusal(() => gate(pair(one, withRss), ['rss:1%']))).toMatch(/could never fire/);
  });

  it('on a scope that no benchmark is in', () => {
    expect(refusal(() => gate(pair(one, one), ['peak:1%@group=oi']))).toMatch(
      /no benchmark with group=oi carries peak/,
    );
  });

  it('on a run that ended early, unless --allow-partial', () => {
    const runs = [run('base', one), run('head', one, { benchmem: { schema: 1, complete: false } })];
    expect(refusal(() => gate(runs, ['peak:1%']))).toMatch(/head\.json is incomplete/);
    expect(gate(runs, ['peak:1%'], { allowPartial: true }).tripped).toBe(false);
  });

  it('on unseen memory of either side, but not for time, unless --allow-unseen', () => {
    const unseen = { warnings: [{ code: 'UNSEEN_MEMORY', message: 'm', hint: 'h' }] };
    const other = [{ id: 'b', peak: [1], time: [1], blob: unseen }];
    for (const runs of [pair(one, other), pair(other, one)]) {
      expect(refusal(() => gate(runs, ['peak:1%']))).toMatch(/UNSEEN_MEMORY.* in b/);
      expect(gate(runs, ['time:1%']).tripped).toBe(false);
      expect(gate(runs, ['peak:1%'], { allowUnseen: true }).tripped).toBe(false);
    }
  });
});

describe('memory that may have been used unseen', () => {
  it('is refused by no gate', () => {
    const maybe = { warnings: [{ code: 'MAYBE_UNSEEN', message: 'm', hint: 'h' }] };
    const runs = pair([{ id: 'b', peak: [1] }], [{ id: 'b', peak: [1], blob: maybe }]);
    expect(gate(runs, ['peak:1%']).tripped).toBe(false);
  });
});

describe('environments', () => {
  const environment = {
    mode: 'preloaded',
    allocator: { name: 'jemalloc', version: '5.3.0' },
    node: '20.20.2',
    cpu: 'x',
    ram_bytes: 1,
    flags: { peak: ['--a', '--b'] },
  };
  const measured = (change: object | undefined): Bench[] => [
    {
      id: 'b',
      peak: [1],
      time: [1],
      blob: change === undefined ? {} : { environment: { ...environment, ...change } },
    },
  ];

  it.each<[string, object, RegExp]>([
    ['mode', { mode: 'attached' }, /mode preloaded against attached/],
    ['allocator', { allocator: { name: 'system' } }, /allocator jemalloc against system/],
    ['Node major', { node: '22.1.0' }, /Node 20\.20\.2 against 22\.1\.0/],
    ['V8 flags', { flags: { peak: ['--a'] } }, /V8 flags of the peak pass/],
  ])(
    'of another %s refuse a memory gate, unless --allow-mixed; a comparison warns',
    (_what, change, message) => {
      const runs = pair(measured({}), measured(change));
      expect(refusal(() => gate(runs, ['peak:1%']))).toMatch(message);
      expect(gate(runs, ['time:1%']).tripped).toBe(false);
      expect(gate(runs, ['peak:1%'], { allowMixed: true }).tripped).toBe(false);
      expect(compareRuns(runs, planComparison({})).warnings).toMatchObject([
        { code: 'ENVIRONMENT_DIFFERS', message: expect.stringMatching(message) },
      ]);
    },
  );

  it.each<[string, object | undefined]>([
    ['allocator version', { allocator: { name: 'jemalloc', version: '5.3.1' } }],
    ['Node minor', { node: '20.21.0' }],
    ['CPU', { cpu: 'y' }],
    ['RAM', { ram_bytes: 2 }],
    ['environment that one side does not name', undefined],
  ])('of another %s are a warning', (_what, change) => {
    const runs = pair(measured({}), measured(change));
    expect(gate(runs, ['peak:1%']).tripped).toBe(false);
    expect(compareRuns(runs, planComparison({})).warnings).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['the order of flags', { flags: { peak: ['--b', '--a'] } }],
    ['a pass kind that only one has', { flags: { peak: ['--a', '--b'], objects: [] } }],
  ])('do not differ by %s', (_what, change) => {
    expect(compareRuns(pair(measured({}), measured(change)), planComparison({})).warnings).toEqual([]);
  });

  it('that neither side names are equal', () => {
    expect(compareRuns(pair(measured(undefined), measured(undefined)), planComparison({})).warnings).toEqual(
      [],
    );
  });
});

describe('along a pivot', () => {
  it('pairs nothing by chance, whichever order the benchmarks stand in', () => {
    const benches = [
      { id: 'm::b[v1]', peak: [100], params: { v: 'v1' } },
      { id: 'm::b', peak: [200], params: { v: 'v1' } },
      { id: 'm::c[v1-x]', peak: [1], params: { v: 'v1' } },
      { id: 'm::c[x-v1]', peak: [2], params: { v: 'v1' } },
      { id: 'm::b[v2]', peak: [300], params: { v: 'v2' } },
    ];
    const idsOf = (list: typeof benches) => {
      const { compared, warnings } = compareRuns([run('r', list)], planComparison({ pivot: 'v' }));
      const ids = compared.find(({ label }) => label === 'v1')?.entries.keys() ?? [];
      return { ids: [...ids].sort(), warned: warnings.map(({ subject }) => subject).sort() };
    };
    const expected = ['m::b', 'm::b[v1]', 'm::c[v1-x]', 'm::c[x-v1]'];
    expect(idsOf(benches)).toEqual({ ids: expected, warned: expected });
    expect(idsOf([...benches].reverse())).toEqual({ ids: expected, warned: expected });
  });

  const build = (size: number): Bench[] => [
    { id: 'm::b[old-1]', peak: [100], params: { v: 'old', n: 1 } },
    { id: 'm::b[new-1]', peak: [size], params: { v: 'new', n: 1 } },
    { id: 'm::solo', peak: [5] },
  ];

  it('compares the first value with the last, and never the benchmarks without the dim', () => {
    expect(gate([run('r', build(120))], ['peak:10%'], { pivot: 'v' }).regressions).toMatchObject([
      { id: 'm::b[1]', base: 100, head: 120 },
    ]);
    expect(gate([run('r', build(100))], ['peak:0%'], { pivot: 'param:v' }).tripped).toBe(false);
  });

  it('needs two values', () => {
    const one = run('r', [
      { id: 'm::b[old]', peak: [1], params: { v: 'old' } },
      { id: 'm::solo', peak: [1] },
    ]);
    expect(refusal(() => gate([one], ['peak:1%'], { pivot: 'v' }))).toMatch(/only old/);
  });
});
