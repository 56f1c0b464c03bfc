// What the tests of a made-up suite wrote: passed and failed limits, a leak, a process that died, tests that were not measured.
import type { TestFacts, TestRecord } from '../../src/testing/record.js';
import type { SpoolContents } from '../../src/testing/spool.js';

const mebibyte = 1024 * 1024;

export interface Needs {
  readonly native?: number;
  readonly js?: number;
  readonly allocations?: number;
}

/** Sizes are MiB. */
export function record(
  id: string,
  { native = 0, js = 0, allocations = 0 }: Needs,
  facts: Partial<TestFacts> = {},
): TestRecord {
  const bytes = (size: number) => Math.round(size * mebibyte);
  return {
    id,
    figures: {
      peak_bytes: bytes(native + js),
      native_at_peak_bytes: bytes(native),
      js_at_peak_bytes: bytes(js),
      native_peak_bytes: bytes(native),
      js_peak_bytes: bytes(js),
      total_bytes: bytes(native * 4 + js * 2),
      native_total_bytes: bytes(native * 4),
      js_total_bytes: bytes(js * 2),
      allocations,
    },
    test: {
      runner: 'vitest',
      runner_version: '5.1.2',
      file: id.split('::')[0] ?? '',
      outcome: 'passed',
      tier: 'light',
      limits: {},
      exceeded: [],
      pid: 4711,
      order: 1,
      settle_ms: 8.1,
      retry: 0,
      worker_rss_bytes: 412 * mebibyte,
      ...facts,
    },
  };
}

export function unmeasured(id: string, reason: string): TestRecord {
  return { ...record(id, {}, { outcome: 'unmeasured', reason }), figures: {} };
}

const resizes = record(
  'src/image.test.ts::resizes',
  { native: 66.01, js: 2.72, allocations: 1204 },
  {
    outcome: 'limit',
    tier: 'near-live',
    limits: { peak_bytes: 24 * mebibyte, allocations: 1000 },
    exceeded: ['peak_bytes', 'allocations'],
    by_shared_object: [
      {
        object: '/srv/node_modules/@img/lib/libvips-cpp.so.8',
        source: 'program',
        allocations: 1180,
        total_bytes: 264 * mebibyte,
      },
      { object: '', source: 'program', allocations: 24, total_bytes: 1200 },
    ],
  },
);

const closes = record(
  'src/db.test.ts::closes its statements when the connection that prepared them is closed by the server',
  { js: 0.11, allocations: 12 },
  {
    outcome: 'leak',
    tier: 'near-live',
    pid: 4712,
    worker_rss_bytes: 398 * mebibyte,
    limits: { leak_per_call_bytes: 0 },
    exceeded: ['leak_per_call_bytes'],
    leak: { is_leak: true, native_per_call: 100, js_per_call: 0, rounds: 12, calls: 1140, noisy: false },
    sites: [
      {
        bytes: 100,
        count: 1,
        stack: [
          'Statement::New (better-sqlite3.node)',
          'prepare (src/db.ts:88)',
          'closes (src/db.test.ts:12)',
        ],
      },
    ],
  },
);

const names = ['evicts', 'reads', 'writes', 'merges', 'splits'];

export const suite: SpoolContents = {
  records: [
    record('src/parse.test.ts::reader::parses 10 MB', { js: 23.7, allocations: 2 }),
    resizes,
    closes,
    ...names.map((name, at) =>
      record(`src/cache.test.ts::${name}`, { native: 0.02 * at, js: 5.49 / (at + 1), allocations: 117 - at }),
    ),
    record('src/cache.test.ts::throws', { js: 1 }, { outcome: 'failed' }),
    unmeasured('src/pool.test.ts::a', 'other tests of this process run at the same time'),
    unmeasured('src/pool.test.ts::b', 'other tests of this process run at the same time'),
    unmeasured('src/pool.test.ts::c \u001b[2J', 'a measurement inside the test took its window'),
  ],
  open: [{ started: 'src/big.test.ts::holds everything at once', pid: 4712, order: 9 }],
  workers: [4711, 4712].map((pid) => ({
    pid,
    runner: 'vitest',
    runner_version: '5.1.2',
    environment: {
      mode: 'attached',
      allocator: { name: 'glibc', version: '2.36' },
      node: '22.23.3',
      v8: '12.4',
      platform: 'linux',
      arch: 'x64',
      cpu: 'any',
      cpu_count: 2,
      ram_bytes: 8 * 1024 * mebibyte,
      flags: { attached: [] },
      engine_split: 'symbols',
    },
  })),
  unreadable: [{ file: '/tmp/spool/4713.jsonl', line: 3 }],
};

/** All of it passed, and each test needs so many times as much. */
export function sound(factor = 1, tier: TestFacts['tier'] = 'light'): SpoolContents {
  const records = [
    record('src/parse.test.ts::reader::parses 10 MB', { js: 23.7 * factor, allocations: 2 }, { tier }),
    record('src/cache.test.ts::evicts', { native: 2, js: 1, allocations: 117 }),
  ];
  return { ...suite, records, open: [], unreadable: [] };
}

const sizes = [3, 24, 2, 0, 1].map((count, at) => ({
  min_bytes: 8 ** at,
  max_bytes: 8 ** (at + 1) - 1,
  count,
}));

/** What was asked for with --sizes, --native, --profile and --leaks. */
export const detailed: SpoolContents = {
  ...suite,
  open: [],
  unreadable: [],
  records: [
    {
      ...resizes,
      test: { ...resizes.test, sizes, profile: { file: 'memory/image.pb.gz', sha256: '0'.repeat(64) } },
    },
    record(
      'src/parse.test.ts::reads one block',
      { native: 1 },
      { sizes: [{ min_bytes: 0, max_bytes: 1, count: 1 }] },
    ),
    record(
      'src/session.test.ts::opens and closes',
      { js: 0.5, allocations: 3 },
      {
        sizes: [],
        outcome: 'leak',
        limits: { leak_per_call_bytes: 0 },
        exceeded: ['leak_per_call_bytes'],
        leak: { is_leak: true, native_per_call: 0, js_per_call: 488, rounds: 12, calls: 1140, noisy: false },
        kept_by: ['1 x Session, 488 B, kept by module cache.js var sessions -> Map[] -> Session \u001b[2J'],
      },
    ),
    record(
      'src/server.test.ts::answers',
      { js: 0.4 },
      {
        leak: {
          is_leak: false,
          native_per_call: 0,
          js_per_call: 0,
          rounds: 2,
          calls: 120,
          noisy: true,
          noisy_floor_bytes: 205,
        },
      },
    ),
    record(
      'src/other.test.ts::a',
      { js: 1 },
      { leak_unchecked: 'its body cannot be repeated: the name is taken' },
    ),
  ],
};
