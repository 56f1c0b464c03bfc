// Fixed measurements for rendering: one that never varies, one that does, and what surrounds them.
import type { EnvironmentEntry, MemoryFigures } from '../../src/runfile/schema.js';

export const environment: EnvironmentEntry = {
  mode: 'preloaded',
  allocator: { name: 'jemalloc', version: '5.3.0' },
  node: '20.20.2',
  v8: '11.3.244.8-node.36',
  platform: 'linux',
  arch: 'x64',
  cpu: 'AMD EPYC 7763 64-Core Processor',
  cpu_count: 2,
  ram_bytes: 25_769_803_776,
  flags: {
    peak: ['--predictable', '--max-semi-space-size=1', '--no-allocation-site-pretenuring'],
    accounting: ['--predictable', '--no-flush-bytecode'],
  },
};

/** scryptSync: 128 MiB of native memory, the same in every pass. */
export const steady: MemoryFigures = {
  peak_bytes: [134_240_136, 134_240_136, 134_240_136],
  native_at_peak_bytes: [134_235_136, 134_235_136, 134_235_136],
  js_at_peak_bytes: [5_000, 5_000, 5_000],
  native_peak_bytes: [134_235_136, 134_235_136, 134_235_136],
  js_peak_bytes: [6_200, 6_200, 6_200],
  total_bytes: [134_245_876, 134_245_876, 134_245_876],
  native_total_bytes: [134_238_076, 134_238_076, 134_238_076],
  js_total_bytes: [7_800, 7_800, 7_800],
  allocations: [42, 42, 42],
  engine_peak_bytes: [1_024, 1_024, 1_024],
  engine_total_bytes: [4_096, 4_096, 4_096],
  engine_allocations: [17, 17, 17],
  retained_bytes: [0, 0, 0],
  mapped_peak_bytes: [136_314_880, 136_314_880, 136_314_880],
  environment,
  by_shared_object: [
    { object: '', source: 'program', allocations: 42, total_bytes: 134_238_076 },
    { object: '', source: 'engine', allocations: 17, total_bytes: 4_096 },
  ],
};

/** Image work on a thread pool: passes differ, many objects allocate, and something was not seen. */
export const moving: MemoryFigures = {
  peak_bytes: [12_939_428, 12_582_912, 13_107_200],
  native_at_peak_bytes: [11_890_852, 11_534_336, 12_058_624],
  js_at_peak_bytes: [1_048_576, 1_048_576, 1_048_576],
  native_peak_bytes: [12_000_000, 11_800_000, 12_100_000],
  js_peak_bytes: [1_400_000, 1_400_000, 1_400_000],
  total_bytes: [47_888_000, 47_000_000, 48_100_000],
  native_total_bytes: [45_888_000, 45_000_000, 46_100_000],
  js_total_bytes: [2_000_000, 2_000_000, 2_000_000],
  allocations: [1_234_567, 1_234_560, 1_234_570],
  engine_peak_bytes: [2_097_152, 2_097_152, 2_097_152],
  engine_total_bytes: [9_437_184, 9_437_184, 9_437_184],
  engine_allocations: [7_078, 7_078, 7_078],
  retained_bytes: [-19_000, -18_000, -19_000],
  mapped_peak_bytes: [14_680_064, 14_680_064, 16_777_216],
  environment,
  warnings: [
    {
      code: 'UNSEEN_MEMORY',
      message: '8.00 MiB were mapped by codec.node and are in no figure',
      hint: 'it has an allocator of its own; look at rss',
    },
  ],
  by_shared_object: [
    {
      object: '/srv/node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8.17.3',
      source: 'program',
      allocations: 1_200_000,
      total_bytes: 38_000_000,
    },
    { object: '', source: 'program', allocations: 30_000, total_bytes: 5_500_000 },
    {
      object: '/usr/lib/x86_64-linux-gnu/libstdc++.so.6',
      source: 'program',
      allocations: 4_000,
      total_bytes: 1_200_000,
    },
    {
      object: '/usr/lib/x86_64-linux-gnu/libc.so.6',
      source: 'program',
      allocations: 500,
      total_bytes: 1_100_000,
    },
    {
      object: '/srv/node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node',
      source: 'program',
      allocations: 60,
      total_bytes: 80_000,
    },
    { object: '/usr/lib/x86_64-linux-gnu/libm.so.6', source: 'program', allocations: 5, total_bytes: 6_000 },
    { object: '/usr/lib/x86_64-linux-gnu/libdl.so.2', source: 'program', allocations: 2, total_bytes: 2_000 },
    { object: '', source: 'engine', allocations: 7_078, total_bytes: 9_437_184 },
  ],
};

/** What `--objects` adds. */
export const counted: MemoryFigures = {
  ...steady,
  unaligned: { objects: [201_001] },
  object_kinds: [
    { kind: 'Function', objects: 100_500, bytes: 5_628_000 },
    { kind: 'Object', objects: 100_001, bytes: 4_000_040 },
    { kind: 'Array', objects: 500, bytes: 16_000 },
    { kind: 'Map', objects: 1, bytes: 32 },
    { kind: 'Promise', objects: -1, bytes: -48 },
    { kind: 'Set', objects: 1, bytes: 32 },
  ],
  object_sites: {
    interval_bytes: 1,
    total_bytes: 13_600_000,
    sites: [
      {
        function: 'collectEveryRowOfTheTable',
        file: '/srv/app/node_modules/rows/lib/collect.js',
        line: 9,
        bytes: 13_000_000,
      },
      { function: '', file: '/srv/app/suites/hash.mjs', line: 120, bytes: 599_000 },
      { function: '(V8 API)', file: '', line: 0, bytes: 1_000 },
    ],
  },
};
