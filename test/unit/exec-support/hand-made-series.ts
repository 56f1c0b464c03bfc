// Snapshots from levels in MiB, as a process would write them: the parts add up to what is resident.
import type { ProcessRecord, Snapshot, SnapshotKind } from '../../../src/exec/snapshot.js';

export const mebibyte = 1024 * 1024;

/** Levels in MiB. */
export interface Levels {
  readonly kind?: SnapshotKind;
  readonly seconds?: number;
  readonly native?: number;
  /** The shared object that allocated it. */
  readonly by?: string;
  /** What V8's pages hold, garbage included. */
  readonly js?: number;
  /** Right after a full collection for this snapshot; absent: there was none. */
  readonly collected?: number;
  readonly isolates?: number;
  readonly unobserved?: number;
  readonly free?: number;
  readonly rounding?: number;
  readonly buffers?: number;
  readonly own?: number;
  readonly engine?: number;
  readonly files?: number;
  readonly shared?: number;
  readonly nobody?: number;
  readonly untouched?: number;
  /** What was allocated so far in all. */
  readonly allocated?: number;
  /** How often the event loop turned so far; absent: nobody counts. */
  readonly turns?: number;
  /** The event loop has nothing to wait for. */
  readonly ends?: boolean;
  /** How often JavaScript was called so far; absent: nobody counts. */
  readonly calls?: number;
  /** For how many seconds the program waited for a processor so far; absent: nobody says it. */
  readonly waited?: number;
  /** How many seconds of CPU time it used so far; absent: nobody says it. */
  readonly cpu?: number;
}

const bytes = (value: number) => Math.round(value * mebibyte);

export function snapshot(levels: Levels, index: number): Snapshot {
  const { native = 1, by = '', js = 5, free = 1, buffers = 0, own = 0, engine = 0, unobserved = 0 } = levels;
  const {
    rounding = 0,
    files = 40,
    shared = 0,
    nobody = 0,
    untouched = 0,
    collected,
    isolates = 1,
    allocated = index * 10,
    turns,
    ends,
    calls,
    waited,
    cpu,
  } = levels;
  const used = native + engine + rounding;
  const mapped = js + unobserved + buffers + own;
  const anonymous = used + free + mapped + nobody - untouched;
  const counts = { total_bytes: bytes(native), allocations: 1 };
  const nothing = { reserved_bytes: 0, committed_bytes: 0 };
  return {
    kind: levels.kind ?? 'interval',
    at_ms: (levels.seconds ?? index) * 1000,
    ...(waited !== undefined && { waited_us: waited * 1e6 }),
    ...(cpu !== undefined && { cpu_us: cpu * 1e6 }),
    ...(turns !== undefined && { loop_turns: turns }),
    ...(ends === true && { loop_ends: true }),
    program: { live_bytes: bytes(native), peak_bytes: bytes(native), ...counts },
    engine: { live_bytes: bytes(engine), peak_bytes: bytes(engine), ...counts },
    js: {
      used_bytes: bytes(js),
      allocated_bytes: bytes(allocated),
      ...(collected !== undefined && { after_full_gc_bytes: bytes(collected), collected: true }),
      full_gcs: collected === undefined ? 0 : index,
      committed_bytes: bytes(js),
      physical_bytes: bytes(js),
      unobserved_bytes: bytes(unobserved),
      limit_bytes: bytes(4096),
      main_peak_bytes: bytes(js),
      ...(calls !== undefined && { calls }),
      isolates,
      unanswered_isolates: 0,
    },
    mapped_other: { live_bytes: bytes(buffers), peak_bytes: bytes(buffers) },
    allocator: { held_bytes: bytes(used + free), used_bytes: bytes(used), free_bytes: bytes(free) },
    mapped: {
      resident_bytes: bytes(mapped),
      engine_bytes: bytes(js + unobserved),
      engine_committed_bytes: bytes(js + unobserved),
      buffers_bytes: bytes(buffers),
      pool_bytes: 0,
      private_bytes: bytes(own),
      by_owner: [{ object: '/lib/private.node', kind: 'object', ...nothing, resident_bytes: bytes(own) }],
    },
    resident: {
      total_bytes: bytes(anonymous + files + shared),
      anonymous_bytes: bytes(anonymous),
      file_bytes: bytes(files),
      shared_bytes: bytes(shared),
      benchmem_bytes: 0,
    },
    objects: [{ object: by, source: 'program', live_bytes: bytes(native), ...counts }],
  };
}

export function record(...levels: readonly Levels[]): ProcessRecord {
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
