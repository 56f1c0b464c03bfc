// What the engine makes of passes that retain differently, over a fake binding: further passes, series, warnings.
import { describe, expect, it } from 'vitest';
import { measureWith } from '../../src/engine/measure.js';
import type { MeasureOptions } from '../../src/engine/options.js';
import { MemoryResult } from '../../src/engine/result/memory-result.js';
import { warmHost } from './engine-support/fake-host.js';

const mebibyte = 1024 * 1024;

/** Calls that each leave so many committed bytes, in order; the last one repeats. */
async function measureKept(kept: readonly number[], options: MeasureOptions = {}, uncollected = 0) {
  const host = await warmHost({ uncollected });
  let calls = 0;
  const action = () => {
    const committedBytes = kept[Math.min(calls, kept.length - 1)] as number;
    calls += 1;
    host.binding.allocate({ peakBytes: 10, allocations: 1, totalBytes: 10, committedBytes });
  };
  const result = await measureWith(() => host, action, { warmup: 0, ...options });
  return { result, calls };
}

describe('passes that retain', () => {
  it('alike are as many as the peak takes', async () => {
    const { result, calls } = await measureKept([5 * mebibyte]);
    expect([calls, result.retainedBytes]).toEqual([3, 5 * mebibyte]);
    expect(result.toBlob()).toMatchObject({
      retained_bytes: new Array(3).fill(5 * mebibyte),
      resolution: { retained_bytes: 1024 },
    });
    expect(result.unaligned).toEqual({});
  });

  it('differently are eight, of which only what is retained is kept', async () => {
    const kept = [0, 2 * mebibyte, mebibyte, 0, 2 * mebibyte, mebibyte, mebibyte, mebibyte];
    const { result, calls } = await measureKept(kept);
    expect([calls, result.repeats]).toEqual([8, 3]);
    const blob = result.toBlob();
    expect(blob.unaligned).toEqual({ retained_bytes: kept });
    expect(blob).not.toHaveProperty('retained_bytes');
    expect(result.series('retained_bytes')).toEqual(kept);
    expect(result.retainedBytes).toBe(mebibyte);
    expect(MemoryResult.fromBlob(blob).retainedBytes).toBe(mebibyte);
  });

  it('once are told by a warning, with the bytes', async () => {
    const { result } = await measureKept([mebibyte, 0]);
    expect(result.retainedBytes).toBe(0);
    expect(result.warnings).toContainEqual(
      expect.objectContaining({ code: 'RETAINED_ONCE', subject: 'retained', bytes: mebibyte }),
    );
  });

  it('are no more than asked for where their number is set', async () => {
    expect((await measureKept([mebibyte, 0], { repeats: 4 })).calls).toBe(4);
    expect((await measureKept([mebibyte, 0], { repeats: 4 })).result.retainedBytes).toBe(0);
  });

  it('are not looked at without settling', async () => {
    const { result, calls } = await measureKept([mebibyte, 0], { settle: false });
    expect([calls, result.retainedBytes]).toEqual([3, undefined]);
    expect(result.toBlob()).not.toHaveProperty('resolution');
  });
});

describe('workers whose garbage stands', () => {
  it('are a warning', async () => {
    const { result } = await measureKept([0], { repeats: 2 }, 1);
    expect(result.warnings).toContainEqual(
      expect.objectContaining({
        code: 'UNDRAINED_ISOLATE',
        message: expect.stringMatching(/^1 worker did not/),
      }),
    );
  });
  it('are not asked without settling', async () => {
    const { result } = await measureKept([0], { repeats: 2, settle: false }, 1);
    expect(result.warnings).toEqual([]);
  });
});

describe("what an addon's isolates hold", () => {
  const held = { peakBytes: 10, allocations: 1, totalBytes: 10, embeddedBytes: 5000 };
  it('is retained, with a warning that it holds garbage', async () => {
    const host = await warmHost();
    const keep = () => host.binding.allocate(held);
    const { retainedBytes, warnings } = await measureWith(() => host, keep, { warmup: 0, repeats: 2 });
    expect(retainedBytes).toBe(5000);
    expect(warnings).toMatchObject([
      {
        code: 'UNDRAINED_ISOLATE',
        subject: 'retained',
        message: expect.stringMatching(/^1 isolate of an addon/),
      },
    ]);
  });
  it('is not a warning where nothing retained is measured', async () => {
    const host = await warmHost();
    const options = { warmup: 0, repeats: 2, settle: false };
    const { warnings } = await measureWith(
      () => host,
      () => host.binding.allocate(held),
      options,
    );
    expect(warnings).toEqual([]);
  });
});

describe('the resolution', () => {
  it('is coarser for an action that lets the event loop turn', async () => {
    const host = await warmHost();
    const slow = () => new Promise<void>((done) => setTimeout(done, 1));
    const { resolution } = (await measureWith(() => host, slow, { repeats: 2 })).toBlob();
    expect(resolution).toMatchObject({ retained_bytes: 32 * 1024, peak_bytes: 16 * 1024, allocations: 2 });
  });
  it('is not for one that only awaits', async () => {
    const host = await warmHost();
    const { resolution } = (
      await measureWith(
        () => host,
        async () => void (await null),
        { repeats: 2 },
      )
    ).toBlob();
    expect(resolution).toEqual({ retained_bytes: 1024 });
  });
});
