// Profiles by hand for what `benchmem flamegraph` prints: an image that is resized, rows that are kept, and hostile names.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileFileName } from '../../src/profile/file-name.js';
import { figureNames, type Profile, type ProfileFrame, type ProfileMeta } from '../../src/profile/model.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { js, mainThread, native, profileOf, stack } from '../unit/profile-support/profiles.js';

const sharpObject = 'node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8.18.7';
const vips = { package: '@img/sharp-libvips-linux-x64' };
const malloc = native('vips_tracked_aligned_alloc', sharpObject, 0xcf6d1, vips);
const region = native('vips_region_buffer', sharpObject, 0xd488e, vips);
const unnamed = native('libvips-cpp.so.8.18.7+0xd5a10', sharpObject, 0xd5a10, { ...vips, rule: 'code' });
const pipeline = native(
  'PipelineWorker::Execute()',
  'node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node',
  0x1f310,
  { package: '@img/sharp-linux-x64' },
);
const uv = [native('worker', 'node', 0x1b0c), native('clone3', 'libc.so.6', 0x10)];
const pool: ProfileFrame = { kind: 'thread', name: 'libuv pool' };

const buffers = native(
  'node::Buffer::(anonymous namespace)::CreateUnsafeArrayBuffer(v8::FunctionCallbackInfo<v8::Value> const&)',
  'node',
  0xa1,
);
const slow: ProfileFrame[] = [
  { kind: 'builtin', name: 'HandleApiCallOrConstruct' },
  js('createUnsafeBuffer', 'node:internal/buffer', 1088),
  js('allocUnsafeSlow', 'node:buffer', 430),
];
const gc = native('v8::internal::Heap::CollectGarbage(v8::internal::AllocationSpace)', 'node', 0xb2, {
  kind: 'collector',
});
const start: ProfileFrame[] = [
  js('run', 'node_modules/benchmem/engine/window/span.js', 40, { package: 'benchmem' }),
  js('processTicksAndRejections', 'node:internal/process/task_queues', 105),
  native('node::SpinEventLoopInternal(node::Environment*)', 'node', 0xc3),
  native('main', 'node', 0xd4),
  native('__libc_start_main', 'libc.so.6', 0x27),
  native('_start', 'node', 0xe5),
  mainThread,
];

const resize = js('resize', 'src/images/resize.ts', 31);
const read = js('readRows', 'src/rows.ts', 12);
const keep = js('keep', 'src/cache.ts', 9);
const bench = js('(anonymous)', 'bench/images.bench.ts', 7);

/** Sharp's: most of the memory in the pool, a part kept by a line of the project. */
export const images = profileOf(
  [
    stack(
      [malloc, region, unnamed, pipeline, ...uv, pool],
      40,
      9_400_000,
      12,
      0,
      0,
      22,
      4_500_000,
      24,
      4_616_817,
    ),
    stack([malloc, unnamed, pipeline, ...uv, pool], 12, 2_100_000, 2, 0, 0, 5, 700_000, 6, 750_000),
    stack(
      [buffers, ...slow, read, resize, bench, ...start],
      300,
      1_600_000,
      0,
      100,
      400_000,
      120,
      600_000,
      135,
      640_000,
    ),
    stack([buffers, ...slow, { ...keep }, read, resize, bench, ...start], 3, 300, 0, 3, 300, 3, 300, 3, 300),
    stack(
      [buffers, ...slow, js('readHead', 'src/rows.ts', 40), resize, bench, ...start],
      90,
      90_000,
      90,
      0,
      0,
      0,
      0,
      1,
      1000,
    ),
    stack(
      [
        native('strdup', 'libc.so.6', 0x99),
        native('uv_fs_open', 'node', 0xf6),
        js('open', 'node:fs', 590),
        resize,
        bench,
        ...start,
      ],
      7,
      700,
      7,
    ),
    stack([gc, buffers, ...slow, read, resize, bench, ...start], 2, 64_000, 0, 0, 0, 1, 32_000, 1, 32_000),
  ],
  {
    id: 'bench/images.bench.ts::resize[600x400]',
    peakBytes: 8_040_117,
    nativeAtPeakBytes: 6_040_117,
    jsAtPeakBytes: 2_000_000,
    nativePeakBytes: 5_832_300,
    olderFreedBytes: 12_288,
    calls: 3,
    truncatedStacks: 1,
    environment: { node: '22.1.0', allocator: { name: 'glibc', version: '2.36' } },
  },
);

/** The same before a change: other sizes of rows, a file by another name and other lines, a parser that is gone since. */
export const imagesBefore = profileOf(
  images.stacks
    .map(({ frames, figures }, at): Profile['stacks'][number] => ({
      frames: frames.map((frame) =>
        frame.file === 'src/rows.ts'
          ? {
              ...frame,
              file: 'src/parse.ts',
              line: (frame.line ?? 0) + 3,
              functionLine: (frame.functionLine ?? 0) + 3,
            }
          : frame,
      ),
      figures: at === 2 ? { ...figures, bytes: 800_000, sumBytes: 320_000, peakBytes: 300_000 } : figures,
    }))
    .concat(
      stack(
        [
          buffers,
          ...slow,
          js('decode', 'src/decode.ts', 20),
          js('unpack', 'src/decode.ts', 4),
          resize,
          bench,
          ...start,
        ],
        20,
        50_000,
        0,
        2,
        4000,
        10,
        40_000,
        10,
        40_000,
      ),
    ),
  {
    id: images.meta.id,
    peakBytes: 7_260_117,
    nativeAtPeakBytes: 5_760_117,
    jsAtPeakBytes: 1_500_000,
    calls: 1,
    environment: { node: '20.20.2', allocator: { name: 'glibc', version: '2.36' } },
  },
);

const sampledStack = (jsBytes: number, ...frames: ProfileFrame[]) => ({
  frames: [...frames, resize, bench, mainThread].map(
    ({ line: _line, column: _column, ...frame }): ProfileFrame => frame,
  ),
  figures: { jsBytes },
});

/** With what JavaScript allocates itself, by sampling of another pass. */
export function withSamples(profile: Profile, factor = 1): Profile {
  const push: ProfileFrame = { kind: 'builtin', name: 'push' };
  return {
    ...profile,
    meta: { ...profile.meta, jsSampling: { intervalBytes: 256, otherThreads: 1 } },
    figures: figureNames,
    stacks: [
      ...profile.stacks,
      sampledStack(3_200_000 * factor, js('toRow', 'src/rows.ts', 30), read),
      sampledStack(400_000, push, read),
      sampledStack(1_300_000, keep),
      sampledStack(12_000, js('concat', 'node:buffer', 600), read),
      sampledStack(700),
    ],
  };
}

/** What benchmark code may call its functions and files. */
export const evilNames = [
  'red\u001b[31m',
  'line\nbreak\r',
  'rtl\u202egnp',
  '::error::x',
  '| `p` | <b>&',
  'lone\ud800',
  'a;b',
];

const hostileStacks = profileOf(
  evilNames.map((name, at) =>
    stack(
      [native(name, `lib/${name}.node`, at + 1), js(name, `src/${name}.ts`, at + 1), mainThread],
      2,
      200 + at,
      1,
      1,
      100 + at,
      1,
      100,
      1,
      100 + at,
    ),
  ),
  {
    id: `evil::${evilNames.join(' ')}`,
    jsFramesRefused: evilNames.join(' '),
    environment: { cpu: evilNames[0] },
  },
);

export const hostile: Profile = {
  ...hostileStacks,
  meta: { ...hostileStacks.meta, jsSampling: { intervalBytes: 1 }, jsSamplesRefused: evilNames.join(' ') },
  figures: figureNames,
  stacks: [
    ...hostileStacks.stacks,
    ...evilNames.map((name, at) => ({
      frames: [js(name, `src/${name}.ts`, at + 1), js(`${name}2`, `src/${name}.ts`, at + 1), mainThread],
      figures: { jsBytes: 100 + at },
    })),
  ],
};

/** Profiles with little in them. */
export function small(id: string, bytes: number, meta: Partial<ProfileMeta> = {}): Profile {
  const frames = [
    native('operator new(unsigned long)', 'libstdc++.so.6', 1),
    js('f', 'src/f.ts', 1),
    mainThread,
  ];
  return profileOf([stack(frames, 1, 10_000 - bytes, 0, 1, bytes, 1, bytes, 1, bytes)], { id, ...meta });
}

/** A folder below the temporary one that holds these. The caller removes it. */
export function profileFolder(profiles: readonly Profile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-profiles-'));
  for (const profile of profiles)
    writeFileSync(join(folder, profileFileName(profile.meta.id)), encodeProfile(profile));
  return folder;
}

/** Two functions of one name that differ in what they take. */
export const overloads = profileOf(
  ['int', 'char const*'].map((type, at) =>
    stack(
      [native(`vips::VOption::set(${type})`, sharpObject, at + 1, vips), resize, mainThread],
      1,
      9,
      1,
      1,
      9,
      1,
      9,
      1,
      9,
    ),
  ),
  { id: 'overloads' },
);
