// What `benchmem exec` says at its end, at three widths: a server that leaked native memory and a program that it
// started, from fixed snapshots.
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { ExecEnd } from '../../src/exec/exec.js';
import type { ProcessHeader, Snapshot, SnapshotKind } from '../../src/exec/snapshot.js';
import { runFake } from './fake-world.js';
import { expectGolden } from './golden-file.js';

const mebibyte = 1024 * 1024;

function header(pid: number, script: string): ProcessHeader {
  return {
    kind: 'process',
    pid,
    parentPid: 1,
    command: ['/usr/bin/node', '/srv/shop/app/build/server/with/a/long/path', script],
    node: '22.23.3',
    v8: '12.4',
    allocator: { name: 'glibc', version: '2.36' },
  };
}

function snapshot(kind: SnapshotKind, seconds: number, nativeMiB: number): Snapshot {
  const native = Math.round(nativeMiB * mebibyte);
  const counts = { peak_bytes: native + 65_536, total_bytes: native * 3, allocations: 1200 * (seconds + 1) };
  return {
    kind,
    at_ms: seconds * 1000,
    program: { live_bytes: native, ...counts },
    engine: { live_bytes: 2 * mebibyte, ...counts, peak_bytes: 5 * mebibyte },
    js: {
      used_bytes: 12_400_000,
      allocated_bytes: 90_000_000 * seconds,
      after_full_gc_bytes: 9_100_000,
      collected: true,
      full_gcs: seconds,
      committed_bytes: 18 * mebibyte,
      physical_bytes: 18 * mebibyte,
      unobserved_bytes: 0,
      main_peak_bytes: 3600 * mebibyte,
      limit_bytes: 4096 * mebibyte,
      isolates: 1,
      unanswered_isolates: 0,
    },
    mapped_other: { live_bytes: 0, peak_bytes: 0 },
    allocator: { held_bytes: native + 4 * mebibyte, used_bytes: native + mebibyte, free_bytes: 3 * mebibyte },
    mapped: {
      resident_bytes: 18 * mebibyte,
      engine_bytes: 18 * mebibyte,
      engine_committed_bytes: 18 * mebibyte,
      buffers_bytes: 0,
      pool_bytes: 0,
      private_bytes: 0,
      by_owner: [],
    },
    resident: {
      total_bytes: native + 70 * mebibyte,
      anonymous_bytes: native + 24 * mebibyte,
      file_bytes: 44 * mebibyte,
      peak_bytes: native + 71 * mebibyte,
      benchmem_bytes: 2 * mebibyte,
    },
    objects: [
      {
        object: '/srv/shop/node_modules/image-resizer/build/Release/resizer.node',
        source: 'program',
        live_bytes: native - mebibyte,
        total_bytes: native * 2,
        allocations: 1_234_567,
      },
      { object: '', source: 'program', live_bytes: mebibyte, total_bytes: native, allocations: 5300 },
      {
        object: '/srv/shop/node_modules/@shop/resizer/resizer.node',
        source: 'program',
        live_bytes: 70_000,
        total_bytes: native,
        allocations: 10,
      },
    ],
  };
}

const running = [1, 2, 3, 4].map((step) => snapshot('interval', step * 5, 10 + 30 * step));
const ends: Readonly<Record<string, ExecEnd>> = {
  leak: {
    exitCode: 0,
    pid: 400,
    records: [
      {
        header: header(400, 'server.js'),
        snapshots: [snapshot('start', 0, 2), ...running, snapshot('exit', 25, 131)],
      },
    ],
  },
  // Its last snapshot is missing, and a program that it started reported too.
  killed: {
    signal: 'SIGKILL',
    pid: 400,
    records: [
      { header: header(400, 'server.js'), snapshots: [snapshot('start', 0, 2), ...running] },
      { header: header(401, 'worker.js'), snapshots: [snapshot('start', 0, 2), snapshot('exit', 2, 3)] },
    ],
  },
  // npx starts another program, and none of its own is described.
  npx: {
    exitCode: 0,
    pid: 400,
    records: [{ header: header(400, 'npx'), snapshots: [snapshot('start', 0, 2), snapshot('exit', 2, 3)] }],
  },
  silent: { exitCode: 3, pid: 400, records: [] },
};

describe.each([40, 80, 120])('at %d columns', (columns) => {
  it.each(Object.keys(ends))('%s', async (name) => {
    const end = ends[name] as ExecEnd;
    const { stderr, stdout } = await runFake(
      ['exec', '--', ...(name === 'npx' ? ['npx', 'tsc'] : ['node', 'server.js'])],
      {
        columns,
        exec: async () => end,
      },
    );
    expect(stdout).toBe('');
    for (const line of stderr.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(stderr.split('\n').filter((line) => /\s$/.test(line))).toEqual([]);
    expectGolden(`exec-${name}-${columns}`, stderr);
  });
});

describe('isolates that nobody observes', () => {
  it('have the pages that were touched, as in the sentence, and not all that V8 committed', async () => {
    const snapshots = running.map((at, step): Snapshot => {
      const { js, mapped } = at;
      if (js === undefined || mapped === undefined) return at;
      const engine_bytes = mapped.engine_bytes + step * 10 * mebibyte;
      return {
        ...at,
        js: { ...js, unobserved_bytes: step * 512 * mebibyte },
        mapped: { ...mapped, engine_bytes, resident_bytes: engine_bytes },
      };
    });
    const end: ExecEnd = {
      exitCode: 0,
      pid: 400,
      records: [{ header: header(400, 'server.js'), snapshots }],
    };
    const { stderr } = await runFake(['exec', '--', 'node', 'server.js'], {
      columns: 120,
      exec: async () => end,
    });
    expect(stderr).toMatch(/^ +unobserved +0 B +30\.00 MiB {2}V8's pages outside these isolates$/m);
  });
});
