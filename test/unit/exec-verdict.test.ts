// What a series of snapshots means: every verdict from figures made by hand, and the sentences that carry them.
import { describe, expect, it } from 'vitest';
import { risesOf, trendPoints } from '../../src/exec/growth.js';
import { partsOf } from '../../src/exec/levels.js';
import { jsonReport } from '../../src/exec/report.js';
import { type ProcessRecord, readRecord, type Snapshot, type SnapshotKind } from '../../src/exec/snapshot.js';
import { verdictOf } from '../../src/exec/verdict.js';

const mebibyte = 1024 * 1024;

/** Levels in MiB. */
interface Levels {
  readonly kind?: SnapshotKind;
  readonly native?: number;
  readonly by?: string;
  readonly js?: number;
  readonly collected?: number;
  readonly fullGcs?: number;
  readonly isolates?: number;
  readonly held?: number;
  readonly free?: number;
  readonly buffers?: number;
  readonly own?: number;
  readonly anonymous?: number;
}

function snapshot(levels: Levels, index: number): Snapshot {
  const { native = 1, by = '', js = 5, collected, held = 4, free = 1, buffers = 0, own = 0 } = levels;
  const bytes = (value: number) => Math.round(value * mebibyte);
  const counts = { peak_bytes: bytes(native), total_bytes: bytes(native), allocations: 1 };
  const mapping = { reserved_bytes: 0, committed_bytes: 0 };
  return {
    kind: levels.kind ?? 'interval',
    at_ms: index * 1000,
    program: { live_bytes: bytes(native), ...counts },
    engine: { live_bytes: 0, ...counts },
    js: {
      used_bytes: bytes(js),
      ...(collected !== undefined && { after_full_gc_bytes: bytes(collected) }),
      full_gcs: levels.fullGcs ?? 0,
      committed_bytes: bytes(js + 1),
      limit_bytes: bytes(4096),
      isolates: levels.isolates ?? 1,
      unanswered_isolates: 0,
    },
    mapped_other: { live_bytes: bytes(buffers), peak_bytes: bytes(buffers) },
    allocator: { held_bytes: bytes(held), used_bytes: bytes(held - free), free_bytes: bytes(free) },
    mapped: {
      resident_bytes: bytes(buffers + own + js + 1),
      by_owner: [{ object: '/lib/private.node', kind: 'object', ...mapping, resident_bytes: bytes(own) }],
    },
    resident: {
      total_bytes: bytes((levels.anonymous ?? 12) + 40),
      anonymous_bytes: bytes(levels.anonymous ?? held + buffers + own + js + 1),
      benchmem_bytes: 0,
    },
    objects: [
      {
        object: by,
        source: 'program',
        live_bytes: bytes(native),
        total_bytes: bytes(native),
        allocations: 1,
      },
    ],
  };
}

function record(...levels: Levels[]): ProcessRecord {
  const header = {
    kind: 'process',
    pid: 7,
    parentPid: 1,
    command: ['node', 'x.js'],
    node: '20.0.0',
    v8: '11',
  } as const;
  return { header, snapshots: [{ kind: 'start' as const }, ...levels].map(snapshot) };
}

const growing = (part: 'native' | 'js' | 'buffers' | 'own', by?: string) =>
  [10, 20, 30, 40].map((value) => ({ [part]: value, ...(by !== undefined && { by }) }));

const table: ReadonlyArray<
  readonly [name: string, levels: readonly Levels[], kind: string, sentence: RegExp]
> = [
  [
    'an addon that keeps what it allocates',
    growing('native', '/lib/leaky.node'),
    'native-leak',
    /^It looks like a native leak: native memory in use went from 10\.00 MiB to 40\.00 MiB between 1\.0 s and 4\.0 s, 30\.00 MiB of it allocated by leaky\.node; meanwhile the JavaScript heap by \+0 B and free memory/,
  ],
  [
    'Buffers that nothing has collected',
    growing('native'),
    'native-leak',
    /^Native memory grows, by a leak or by Buffers that no full collection has looked at yet/,
  ],
  [
    'Buffers that survive collections',
    [10, 20, 30, 40].map((native, fullGcs) => ({ native, fullGcs })),
    'native-leak',
    /^It looks like a native leak: .* node itself \(Buffers, zlib, crypto\)/,
  ],
  [
    'Buffers that were dropped, or not, after the last collection',
    [10, 20, 30, 40].map((native, index) => ({ native, fullGcs: Math.min(index, 1) })),
    'native-leak',
    /^Native memory grows, by a leak or by Buffers that no full collection has looked at yet/,
  ],
  [
    'a cache that fills and stays',
    [10, 40, 50, 50, 50, 50, 50, 51].map((native) => ({ native, by: '/lib/cache.node' })),
    'steady',
    /^Nothing keeps growing between 1\.0 s and 8\.0 s: native memory in use went from 10\.00 MiB to 51\.00 MiB and has stayed there; of /,
  ],
  [
    'a cache that fills beside a leak that does not stop',
    [10, 40, 50, 50, 50, 50].map((native, at) => ({ native, own: at * 3 })),
    'private-memory',
    /^A private allocator grows/,
  ],
  [
    'a saw tooth whose first point is its warm-up',
    [13, 75, 127, 70, 103, 48, 97, 44, 72, 17].map((native) => ({ native })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'what collections free, and the program takes again',
    [1, 60, 20, 1, 50, 1, 2, 60].map((free) => ({ free, held: 90, native: 90 - free })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'the few free MiB that every allocator keeps',
    [1, 4, 6, 8].map((free) => ({ free, held: free + 3 })),
    'steady',
    /^Nothing keeps growing/,
  ],
  [
    'worker threads that become more',
    [5, 9, 13, 17].map((js, at) => ({ js, isolates: at + 1 })),
    'js-growth',
    /^The JavaScript heap grows.* from 5\.00 MiB to 17\.00 MiB .*, in 4 isolates instead of 1 \(worker threads\)/,
  ],
  [
    'objects that survive full collections',
    [10, 20, 30, 40].map((collected, fullGcs) => ({ js: collected + 20, collected, fullGcs: fullGcs + 1 })),
    'js-growth',
    /^It looks like a leak of JavaScript objects: the JavaScript heap went from 10\.00 MiB to 40\.00 MiB .*, counted right after full collections/,
  ],
  [
    'a heap without a full collection',
    growing('js'),
    'js-growth',
    /^The JavaScript heap grows, by objects or by garbage/,
  ],
  [
    'a heap that grew and whose collections find nothing',
    [10, 30, 50, 70].map((js, fullGcs) => ({ js, collected: 5, fullGcs: fullGcs + 1 })),
    'steady',
    /^Nothing keeps growing between 1\.0 s and 4\.0 s: of 52\.00 MiB resident at 4\.0 s, /,
  ],
  ['a saw tooth', [10, 40, 20, 12, 45, 11, 30, 10].map((js) => ({ js })), 'steady', /^Nothing keeps growing/],
  [
    'free memory that rises',
    [10, 40, 70, 100].map((free) => ({ free, held: free + 5 })),
    'fragmentation',
    /^It looks like fragmentation: free memory inside the allocator went from 10\.00 MiB to 100\.00 MiB .* holds 105\.00 MiB for 5\.00 MiB in use/,
  ],
  [
    'free memory that stays',
    [1, 2, 3].map(() => ({ free: 80, held: 90 })),
    'fragmentation',
    /holds 90\.00 MiB from the system for 10\.00 MiB in use, and 80\.00 MiB lie free/,
  ],
  [
    'wasm memory',
    growing('buffers'),
    'mapped-growth',
    /^It looks like a leak of wasm memory or resizable buffers/,
  ],
  [
    'a private allocator',
    growing('own'),
    'private-memory',
    /^A private allocator grows.* 40\.00 MiB of it mapped by private\.node/,
  ],
  [
    'a private allocator that stays',
    [1, 2].map(() => ({ own: 50 })),
    'private-memory',
    /holds memory.*50\.00 MiB are resident at 2\.0 s, 50\.00 MiB of it mapped by private\.node/,
  ],
  [
    'memory of nobody',
    [50, 70, 90].map((anonymous) => ({ anonymous })),
    'uncounted',
    /^Something that nobody counts grows/,
  ],
  ['little changes', [1, 1.5, 2].map((native) => ({ native })), 'steady', /^Nothing keeps growing/],
  [
    'a large process that moves by little',
    [500, 504, 508, 512].map((native) => ({ native })),
    'steady',
    /native memory in use 512\.00 MiB/,
  ],
  [
    'one point in time',
    [{ kind: 'exit', native: 60, held: 64 }],
    'levels-only',
    /^There is one point in time only, so that growth cannot be judged \(--interval 100ms takes more\): of 52\.00 MiB resident at 1\.0 s, native memory in use 60\.00 MiB, the JavaScript heap 5\.00 MiB/,
  ],
  [
    'one point with a level that says it',
    [{ kind: 'exit', free: 80, held: 90 }],
    'fragmentation',
    /^It looks like fragmentation: .*There is one point in time only/,
  ],
  ['no point but the start', [], 'levels-only', /^No snapshot was taken after the start/],
];

describe('the verdict', () => {
  it.each(table)('on %s', (_name, levels, kind, sentence) => {
    const verdict = verdictOf(record(...levels));
    expect([verdict.kind, verdict.sentence]).toEqual([kind, expect.stringMatching(sentence)]);
    expect(verdict.sentence).toMatch(/\.$/);
  });

  it('advises an interval that would give the same program points, or none', () => {
    const advice = [40, 700, 20_000].map((at_ms) => {
      const [start, exit] = record({ kind: 'exit' }).snapshots;
      if (start === undefined || exit === undefined) throw new Error('no snapshots');
      const { header } = record();
      return /judged([^:]*): of .* resident at ([\d.]+ m?s)/
        .exec(verdictOf({ header, snapshots: [start, { ...exit, at_ms }] }).sentence)
        ?.slice(1);
    });
    expect(advice).toEqual([
      ['', '40 ms'],
      [' (--interval 100ms takes more)', '0.7 s'],
      [' (--interval 1s takes more)', '20.0 s'],
    ]);
  });

  it('says why there is nothing to judge', () => {
    const { header } = record();
    const verdict = verdictOf({ header: { ...header, problem: 'no preload' }, snapshots: [] });
    expect(verdict).toEqual({
      kind: 'not-measured',
      sentence: 'Nothing was measured: no preload.',
      rises: [],
    });
  });
});

describe('the points of a trend', () => {
  it('are those of the running program, without its start and its end', () => {
    const kinds = (...levels: Levels[]) => trendPoints(record(...levels).snapshots).map(({ kind }) => kind);
    expect(kinds({}, {}, { kind: 'exit' })).toEqual(['interval', 'interval']);
    expect(kinds({ kind: 'signal' }, { kind: 'exit' })).toEqual(['signal', 'exit']);
    expect(kinds({ kind: 'exit' })).toEqual(['exit']);
  });

  it('give a rise for each part that all of them know', () => {
    const [, first, last] = record({ native: 2 }, { native: 9 }).snapshots;
    if (first === undefined || last === undefined) throw new Error('no snapshots');
    const { allocator, ...without } = first;
    const rises = risesOf([without, last]);
    expect(rises[0]).toEqual({
      part: 'native',
      fromBytes: 2 * mebibyte,
      toBytes: 9 * mebibyte,
      bytes: 7 * mebibyte,
    });
    expect(rises.map(({ part }) => part)).not.toContain('free');
    expect(partsOf(without)).not.toHaveProperty('unexplained');
  });
});

describe('a record', () => {
  const header = JSON.stringify(record().header);

  it('leaves out a last line that is not whole', () => {
    const line = JSON.stringify(record().snapshots[0]);
    expect(readRecord(`${header}\n${line}\n{"kind":"inter`)?.snapshots).toHaveLength(1);
  });

  it('is none without its first line', () => {
    expect([readRecord(''), readRecord('{"kind"')]).toEqual([undefined, undefined]);
  });

  it('becomes a JSON report with what each snapshot leaves unexplained', () => {
    const facts = { command: ['node', 'x.js'], version: '1.2.3' };
    const running = jsonReport(facts, [record({ anonymous: 30 })]);
    expect(running).toMatchObject({
      benchmem_exec: { schema: 1, version: '1.2.3', complete: false },
      processes: [{ pid: 7, parent_pid: 1, snapshots: [{}, { unexplained_bytes: 20 * mebibyte }] }],
    });
    expect(jsonReport({ ...facts, end: { signal: 'SIGTERM' } }, [])).toMatchObject({ signal: 'SIGTERM' });
  });
});
