// Memory that no figure holds: what is taken for it, and what is said of it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { privateAllocatorOf } from '../../src/engine/result/private-allocators.js';
import { mostUnseen, UnseenWatch } from '../../src/engine/result/unseen.js';
import { unseenWarnings } from '../../src/engine/result/unseen-warning.js';
import type { JsReading, MappingReading } from '../../src/native/contract.js';
import { FakeBinding } from './engine-support/fake-binding.js';

const mebibyte = 1 << 20;
const row = (parts: Partial<MappingReading>): MappingReading => ({
  mappedBy: 'object',
  object: '/addon.node',
  reservedBytes: 0,
  committedBytes: 0,
  residentBytes: 0,
  residentOpeningBytes: 0,
  residentPeakBytes: 0,
  ...parts,
});

const js: JsReading = { baselineBytes: 0, usedBytes: 0, peakBytes: 0, totalBytes: 0, collections: 0 };

function unseenOf(mappings: MappingReading[], heap: JsReading | undefined, settled = true) {
  const watch = new UnseenWatch(new FakeBinding({ mappings }));
  watch.noteOpening();
  watch.noteEnd();
  return watch.read(heap, settled);
}

describe('what a window did not see', () => {
  it('is absent where mappings are not tracked', () => {
    expect(new UnseenWatch(new FakeBinding({})).read(js, true)).toBeUndefined();
  });

  it('is what shared objects mapped, above the opening', () => {
    const mapped = row({ residentOpeningBytes: mebibyte, residentPeakBytes: 5 * mebibyte });
    const pool = row({ mappedBy: 'pool', residentPeakBytes: 9 * mebibyte });
    expect(unseenOf([mapped, pool], js)?.objects).toEqual([
      { object: '/addon.node', grown_bytes: 4 * mebibyte, resident_bytes: 5 * mebibyte },
    ]);
  });

  it('is one figure for what an object mapped before and after the hooks were installed', () => {
    const earlier = row({
      mappedBy: 'earlier',
      residentOpeningBytes: 6 * mebibyte,
      residentPeakBytes: 8 * mebibyte,
    });
    const later = row({ residentPeakBytes: mebibyte });
    const together = {
      object: '/addon.node',
      grown_bytes: 3 * mebibyte,
      resident_bytes: 9 * mebibyte,
      earlier_bytes: 6 * mebibyte,
    };
    expect(unseenOf([earlier, later], js)?.objects).toEqual([together]);
    expect(unseenOf([later, earlier], js)?.objects).toEqual([together]);
    expect(mostUnseen([{ objects: [together] }, { objects: [{ ...together, earlier_bytes: 7 }] }])).toEqual({
      objects: [together],
    });
  });

  const engine = row({
    mappedBy: 'engine',
    object: '',
    residentOpeningBytes: 30 * mebibyte,
    residentBytes: 230 * mebibyte,
    residentPeakBytes: 900 * mebibyte,
  });
  const unobservedOf = (unobservedBytes: number, physicalGrowthBytes: number, settled = true) =>
    unseenOf([engine], { ...js, unobservedBytes, physicalGrowthBytes }, settled)?.unobservedJsBytes;

  it('is the pages of isolates that nobody observes, from 1 MiB up: committed, and resident too', () => {
    expect(unobservedOf(150 * mebibyte, 40 * mebibyte)).toBe(150 * mebibyte);
    expect(unobservedOf(170 * mebibyte, 40 * mebibyte)).toBe(160 * mebibyte);
    expect(unobservedOf(mebibyte, 40 * mebibyte)).toBe(mebibyte);
    expect(unobservedOf(mebibyte - 1, 40 * mebibyte)).toBeUndefined();
    expect(unobservedOf(512 * mebibyte, 200 * mebibyte)).toBeUndefined();
  });

  it('is not told where V8 was not asked, and only of much where V8 was not brought to rest', () => {
    expect(unseenOf([engine], js)?.unobservedJsBytes).toBeUndefined();
    expect(unseenOf([engine], undefined)?.unobservedJsBytes).toBeUndefined();
    expect(unobservedOf(39 * mebibyte, 0, false)).toBeUndefined();
    expect(unobservedOf(40 * mebibyte, 0, false)).toBe(40 * mebibyte);
  });

  it('is the most of several passes', () => {
    const one = { object: '/a.node', grown_bytes: 5, resident_bytes: 9 };
    const other = { object: '/a.node', grown_bytes: 7, resident_bytes: 8 };
    expect(mostUnseen([undefined, undefined])).toBeUndefined();
    expect(mostUnseen([{ objects: [one] }, undefined, { objects: [other], unexplainedBytes: 3 }])).toEqual({
      objects: [{ object: '/a.node', grown_bytes: 7, resident_bytes: 9 }],
      unexplainedBytes: 3,
    });
  });
});

describe('the warning', () => {
  const addon = { object: '/modules/addon.node', grown_bytes: 3 * mebibyte, resident_bytes: 9 * mebibyte };

  it('names bytes and shared objects from 1 MiB up', () => {
    const [warning, ...others] = unseenWarnings({ objects: [addon] }, false);
    expect(warning).toMatchObject({ code: 'UNSEEN_MEMORY', bytes: 3 * mebibyte, objects: [addon.object] });
    expect(warning?.message).toContain('addon.node: 3.00 MiB');
    expect(others).toEqual([]);
    expect(unseenWarnings({ objects: [{ ...addon, grown_bytes: mebibyte - 1 }] }, false)).toEqual([]);
    expect(unseenWarnings(undefined, false)).toEqual([]);
  });

  it('says of an arena from before the hooks that it may have been used again, where an allocator is known', () => {
    const arena = { ...addon, grown_bytes: 0, resident_bytes: 9 * mebibyte, earlier_bytes: 9 * mebibyte };
    expect(unseenWarnings({ objects: [arena] }, false)).toEqual([]);
    const [warning, ...others] = unseenWarnings({ objects: [{ ...arena, allocator: 'mimalloc' }] }, false);
    expect(warning).toMatchObject({ code: 'MAYBE_UNSEEN', bytes: 9 * mebibyte, objects: [addon.object] });
    expect(warning?.message).toContain('up to 9.00 MiB of an arena of addon.node (mimalloc inside)');
    expect(others).toEqual([]);
    const grown = {
      ...arena,
      allocator: 'mimalloc',
      grown_bytes: 2 * mebibyte,
      resident_bytes: 11 * mebibyte,
    };
    const both = unseenWarnings({ objects: [grown] }, false);
    expect(both.map(({ code, bytes }) => [code, bytes])).toEqual([
      ['UNSEEN_MEMORY', 2 * mebibyte],
      ['MAYBE_UNSEEN', 9 * mebibyte],
    ]);
  });

  it('takes all that a private allocator holds for what it may have used', () => {
    const [warning] = unseenWarnings({ objects: [{ ...addon, allocator: 'mimalloc' }] }, false);
    expect(warning?.bytes).toBe(9 * mebibyte);
    expect(warning?.message).toContain('mimalloc inside');
    expect(warning?.hint).toContain('--expose-private');
  });

  it('leaves out what is exposed, and nothing else', () => {
    const objects = [
      { ...addon, allocator: 'mimalloc' },
      { ...addon, object: '/other.so', allocator: 'jemalloc' },
    ];
    expect(unseenWarnings({ objects }, true).map((warning) => warning.objects)).toEqual([['/other.so']]);
  });

  it('tells isolates and unknown origins apart', () => {
    const unseen = { objects: [], unobservedJsBytes: 90 * mebibyte, unexplainedBytes: 32 * mebibyte };
    expect(unseenWarnings(unseen, false).map(({ code, subject, bytes }) => [code, subject, bytes])).toEqual([
      ['UNSEEN_MEMORY', 'unobserved isolates', 90 * mebibyte],
      ['UNSEEN_MEMORY', 'peak', 32 * mebibyte],
    ]);
  });
});

describe('the allocator inside a shared object', () => {
  it('is recognised by its texts, also across the pieces of a large file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchmem-allocators-'));
    const write = (name: string, at: number, text: string) => {
      const bytes = Buffer.alloc(at + text.length + 10);
      bytes.write(text, at, 'latin1');
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    try {
      expect(privateAllocatorOf(write('a', 100, 'mimalloc: '))?.name).toBe('mimalloc');
      expect(privateAllocatorOf(write('b', mebibyte - 4, '<jemalloc>'))?.name).toBe('jemalloc');
      expect(privateAllocatorOf(write('c', 100, 'malloc'))).toBeUndefined();
      expect(privateAllocatorOf(join(folder, 'missing'))).toBeUndefined();
      expect(privateAllocatorOf('')).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
