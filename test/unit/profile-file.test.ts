// The file of a profile: the same bytes whatever order things come in, everything in it when it is read again, and a
// plain error for what is no such file.
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/profile/canonical.js';
import { profileFileName } from '../../src/profile/file-name.js';
import type { Profile, ProfileFrame } from '../../src/profile/model.js';
import { readProfile } from '../../src/profile/pprof/decode.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { profileLimits } from '../../src/profile/pprof/size-limits.js';
import { fieldsOf, MessageWriter, numbersOf } from '../../src/profile/pprof/wire.js';
import {
  js,
  mainThread,
  native,
  profileOf,
  randomOf,
  randomProfile,
  shuffled,
  stack,
  worker,
} from './profile-support/profiles.js';

/** The file does not hold how many blocks were live at the mark of native memory alone. */
function asStored(profile: Profile): Profile {
  return canonical({ ...profile, figures: profile.figures.filter((name) => name !== 'peakBlocks') });
}

const addon = 'node_modules/sharp/sharp.node';
const sharp = profileOf([
  stack(
    [
      native('vips_malloc', addon, 0xcf6d1, { package: 'sharp', rule: 'code' }),
      js('resize', 'src/a.ts', 9),
      mainThread,
    ],
    3,
    300,
    1,
    0,
    0,
    2,
    200,
    1,
    100,
  ),
  stack(
    [
      native('vips_malloc', addon, 0xcf6d1, { package: 'sharp', rule: 'code' }),
      js('resize', 'src/a.ts', 9),
      worker,
    ],
    1,
    50,
    0,
    1,
    50,
    1,
    50,
    1,
    50,
  ),
  stack([native('v8::internal::Heap::CollectGarbage', 'node', 7, { kind: 'collector' }), mainThread], 1, 8),
]);

function textsOf(bytes: Buffer): string[] {
  return [...fieldsOf(bytes, 0, bytes.length)]
    .filter(({ number }) => number === 6)
    .map(({ start, end }) => bytes.toString('utf8', start, end));
}

describe('a profile that is written', () => {
  it('is read again as it was', () => {
    expect(readProfile(encodeProfile(sharp))).toEqual(asStored(sharp));
  });

  it('is read again as it was, whatever its frames are', () => {
    const random = randomOf(3);
    for (let round = 0; round < 400; round += 1) {
      const profile = randomProfile(random);
      expect(readProfile(encodeProfile(profile))).toEqual(asStored(profile));
    }
  });

  it('has the same bytes in whatever order stacks, objects and fields come, and when it was read', () => {
    const random = randomOf(4);
    for (let round = 0; round < 200; round += 1) {
      const profile = randomProfile(random);
      const [first, ...rest] = profile.objects;
      const mixed: Profile = {
        ...profile,
        meta: Object.fromEntries(
          shuffled(Object.entries(profile.meta), random),
        ) as unknown as Profile['meta'],
        objects: first === undefined ? [] : [first, ...shuffled(rest, random)],
        stacks: shuffled(profile.stacks, random).map(({ frames, figures }) => ({
          frames: frames.map(
            (frame) => Object.fromEntries(shuffled(Object.entries(frame), random)) as unknown as ProfileFrame,
          ),
          figures,
        })),
      };
      const bytes = encodeProfile(profile);
      expect(Buffer.compare(encodeProfile(mixed), bytes)).toBe(0);
      expect(Buffer.compare(encodeProfile(readProfile(bytes)), bytes)).toBe(0);
    }
  });

  it('adds up stacks that are the same', () => {
    const twice = profileOf([...sharp.stacks, ...sharp.stacks]);
    const sum = (profile: Profile) =>
      readProfile(encodeProfile(profile)).stacks.map(({ figures }) => figures.bytes);
    expect(sum(twice)).toEqual(sum(sharp).map((bytes) => 2 * (bytes ?? 0)));
  });

  it('has no date, node as its first mapping, the peak as its last type, and no default type', () => {
    const bytes = Buffer.from(encodeProfile(sharp));
    expect(bytes.readUInt32LE(4)).toBe(0);
    const raw = gunzipSync(bytes);
    const fields = [...fieldsOf(raw, 0, raw.length)];
    const texts = textsOf(raw);
    const named = (number: number, inner: number) =>
      fields
        .filter((field) => field.number === number)
        .map(({ start, end }) => {
          const found = [...fieldsOf(raw, start, end)].find((field) => field.number === inner);
          return texts[found?.value ?? 0];
        });
    expect(named(3, 5).slice(0, 3)).toEqual(['node', 'libc.so.6', addon]);
    expect(named(1, 1)).toEqual([
      'temporary',
      'alloc_objects',
      'alloc_space',
      'leaked_objects',
      'leaked_space',
      'native_peak_space',
      'inuse_objects',
      'inuse_space',
    ]);
    expect(named(1, 2).map((unit) => unit === 'bytes')).toEqual([
      false,
      false,
      true,
      false,
      true,
      true,
      false,
      true,
    ]);
    expect(fields.map(({ number }) => number)).not.toContain(14);
    expect(fields.some(({ number }) => [9, 10].includes(number))).toBe(false);
  });

  it('says what is said of the whole in a comment line of JSON', () => {
    const meta = {
      peakBytes: 7,
      jsAtPeakBytes: 2,
      environment: { b: 1, a: { d: 1, c: 2 } },
      truncatedStacks: 0,
    };
    const raw = gunzipSync(encodeProfile(profileOf(sharp.stacks, meta)));
    const comment = [...fieldsOf(raw, 0, raw.length)].find(({ number }) => number === 13);
    const [index = 0] = comment === undefined ? [] : numbersOf(raw, comment);
    expect(textsOf(raw)[index]).toBe(
      'benchmem {"schema":1,"id":"rows.bench.mjs::build","environment":{"a":{"c":2,"d":1},"b":1},"peak_bytes":7,"js_at_peak_bytes":2,"truncated_stacks":0,"code_rule_locations":[3]}',
    );
  });

  it('refuses a figure that is no whole number', () => {
    for (const bytes of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => encodeProfile(profileOf([stack([mainThread], 1, bytes)]))).toThrow(TypeError);
  });
});

describe('the name of a profile', () => {
  it.each([
    ['sort.bench.js::sort::copy[100000]', /^sort\.bench\.js-sort-copy-100000-[0-9a-f]{8}\.pb\.gz$/],
    ['../../etc/passwd', /^etc-passwd-[0-9a-f]{8}\.pb\.gz$/],
    ['', /^profile-e3b0c442\.pb\.gz$/],
    ['日本', /^profile-[0-9a-f]{8}\.pb\.gz$/],
    ['a\u0000b\n', /^a-b-[0-9a-f]{8}\.pb\.gz$/],
    ['x'.repeat(5000), /^x{120}-[0-9a-f]{8}\.pb\.gz$/],
  ])('%j', (id, pattern) => {
    expect(profileFileName(id)).toMatch(pattern);
  });

  it('is another one for ids that differ in what a name cannot hold', () => {
    expect(profileFileName('a::b')).not.toBe(profileFileName('a:b'));
  });
});

/** A pprof file with these fields, as another tool writes it. */
function foreign(fill: (file: MessageWriter) => void, texts: readonly string[]): Buffer {
  const file = new MessageWriter();
  fill(file);
  for (const text of ['', ...texts]) file.text(6, text);
  return Buffer.from(file.finish());
}

const goHeap = foreign(
  (file) => {
    for (const [type, unit] of [
      [1, 2],
      [3, 4],
      [5, 2],
      [6, 4],
    ] as const)
      file.message(1, (message) => message.number(1, type).number(2, unit));
    file.message(2, (sample) => sample.number(1, 1).number(1, 2).numbers(2, [10, 1000, 4, 400]));
    file.message(3, (mapping) => mapping.number(1, 1).number(5, 7));
    file.message(4, (location) =>
      location
        .number(1, 1)
        .number(2, 1)
        .number(3, 0x4000)
        .message(4, (line) => line.number(1, 1).number(2, 12))
        .message(4, (line) => line.number(1, 2).number(2, 30)),
    );
    file.message(4, (location) => location.number(1, 2).number(2, 1).number(3, 0x5000));
    file.message(5, (own) => own.number(1, 1).number(2, 8).number(4, 9).number(5, 10));
    file.message(5, (own) => own.number(1, 2).number(2, 10).number(4, 9));
  },
  [
    'alloc_objects',
    'count',
    'alloc_space',
    'bytes',
    'inuse_objects',
    'inuse_space',
    '/srv/bin/app',
    'main.grow',
    '/src/grow.go',
    'main.main',
  ],
);

describe("another tool's profile", () => {
  it('is read with what it measured, inlined functions and all', () => {
    const { meta, figures, objects, stacks } = readProfile(gzipSync(goHeap));
    expect(meta).toEqual({ schema: 1, id: '', foreign: true });
    expect(figures).toEqual(['allocations', 'bytes', 'sumBlocks', 'sumBytes']);
    expect(objects).toEqual([{ name: 'app' }]);
    const place = { kind: 'native', file: '/src/grow.go', address: 0x4000, object: 'app' };
    expect(stacks).toEqual([
      {
        frames: [
          { ...place, name: 'main.grow', line: 12, functionLine: 10 },
          { ...place, name: 'main.main', line: 30 },
          { kind: 'native', name: 'app+0x5000', address: 0x5000, object: 'app' },
        ],
        figures: { allocations: 10, bytes: 1000, sumBlocks: 4, sumBytes: 400 },
      },
    ]);
  });

  it('is read without compression, too', () => {
    expect(readProfile(goHeap)).toEqual(readProfile(gzipSync(goHeap)));
  });
});

describe('a profile that could not be read again', () => {
  // The same frames in all, except for the leaf.
  const sized = (count: number, depth: number) => {
    const outer = new Array<ProfileFrame>(depth - 1).fill(mainThread);
    return profileOf(
      Array.from({ length: count }, (_, at) => stack([js('leaf', 'a.js', at + 1), ...outer], 1, 1)),
    );
  };
  const { depth, frames } = profileLimits;

  it.each([
    [1, depth + 1, 'has 2,049 frames in one stack, and no more than 2,048 can be read again'],
    [
      frames / 2000 + 1,
      2000,
      'has 16,002,000 frames in its stacks, and no more than 16,000,000 can be read again',
    ],
  ])('is not written: %i stacks of %i frames', (count, deep, message) => {
    expect(() => encodeProfile(sized(count, deep))).toThrow(
      expect.objectContaining({ code: 'PROFILE_TOO_LARGE', message: `the profile ${message}` }),
    );
  });

  it('is one that is larger by a frame only', () => {
    expect(readProfile(encodeProfile(sized(1, depth))).stacks[0]?.frames).toHaveLength(depth);
  });
});

const typed = (file: MessageWriter) => file.message(1, (message) => message.number(1, 1).number(2, 2));
const oneType = ['inuse_space', 'bytes'];

describe('what is not a profile of allocations', () => {
  const bomb = gzipSync(Buffer.alloc(profileLimits.inflatedBytes + 1));
  const many = (number: number, count: number) =>
    Buffer.concat([goHeap, Buffer.alloc(2 * count, Buffer.from([number * 8 + 2, 0]))]);
  it.each<[string, Uint8Array, string | RegExp]>([
    ['nothing', Buffer.alloc(0), 'x.pb.gz is empty'],
    [
      'JSON',
      Buffer.from('{"benchmarks": []}'),
      /^x\.pb\.gz is not a pprof file, or a broken one: it has a field of type 3$/,
    ],
    ['a gzip file that was cut', encodeProfile(sharp).subarray(0, 60), /cannot be decompressed/],
    ['a bomb', bomb, 'x.pb.gz is larger than 64 MiB when it is decompressed'],
    ['a large file', Buffer.alloc(profileLimits.inflatedBytes + 1), /larger than 64 MiB/],
    ['a million samples and one', many(2, 1_000_001), /more than 1000000 entries of one kind/],
    ['a million functions and one', many(5, 1_000_001), /more than 1000000 entries of one kind/],
    [
      'a profile of times',
      foreign(typed, ['cpu', 'nanoseconds']),
      'x.pb.gz is not a profile of allocations: it holds cpu/nanoseconds',
    ],
    ['no types', foreign(() => {}, []), /names no type of sample/],
    ['a text that is not there', foreign(typed, ['a']), /has no text numbered 2/],
    [
      'too few values',
      foreign((file) => typed(file).message(2, () => {}), oneType),
      /a sample of 0 values, and 1 types/,
    ],
    [
      'a negative figure',
      foreign(
        (file) =>
          typed(file).bytes(2, Buffer.from('12 0a ff ff ff ff ff ff ff ff ff 01'.replaceAll(' ', ''), 'hex')),
        oneType,
      ),
      /negative, or 2\^53/,
    ],
    [
      'a location that is not there',
      foreign((file) => typed(file).message(2, (sample) => sample.number(1, 9).numbers(2, [1])), oneType),
      /location 9, and no such/,
    ],
    [
      'a mapping that is not there',
      foreign((file) => typed(file).message(4, (each) => each.number(1, 1).number(2, 5)), oneType),
      /in mapping 5, and no such/,
    ],
    [
      'a function that is not there',
      foreign(
        (file) => typed(file).message(4, (each) => each.number(1, 1).message(4, (line) => line.number(1, 3))),
        oneType,
      ),
      /function 3, and no such/,
    ],
    [
      'an id twice',
      foreign(
        (file) =>
          typed(file)
            .message(5, (each) => each.number(1, 1))
            .message(5, (each) => each.number(1, 1)),
        oneType,
      ),
      /two entries for function 1/,
    ],
    [
      'a location without an id',
      foreign((file) => typed(file).message(4, () => {}), oneType),
      /a location without an id/,
    ],
    [
      'a stack that is too deep',
      foreign(
        (file) =>
          typed(file)
            .message(4, (each) => each.number(1, 1))
            .message(2, (sample) => sample.numbers(1, new Array(2049).fill(1)).numbers(2, [1])),
        oneType,
      ),
      /stack of more than 2048 frames/,
    ],
    ['a number without an end', Buffer.alloc(1 << 20, 0x80), /number of more than ten bytes/],
    [
      'a comment of a later version',
      foreign((file) => typed(file).numbers(13, [3]), [...oneType, 'benchmem {"schema":2}']),
      /comment that this version of benchmem cannot read/,
    ],
  ])('%s', (_, bytes, message) => {
    let error: unknown;
    try {
      readProfile(bytes, 'x.pb.gz');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'BAD_PROFILE',
      message: expect.stringMatching(message),
      exitCode: 2,
    });
  });
});
