// measureMemory's course in this process, over a fake binding: order of windows and calls, and the result.
import { describe, expect, it } from 'vitest';
import { measureWith } from '../../src/engine/measure.js';
import type { MeasureOptions } from '../../src/engine/options.js';
import { warmHost } from './engine-support/fake-host.js';

const nothing = { peakBytes: 0, allocations: 0, totalBytes: 0 };
const once: MeasureOptions = { repeats: 1, warmup: 0 };

describe('a pass', () => {
  it('rests, opens, calls, drains and closes, in this order', async () => {
    const host = await warmHost();
    const action = () => void host.binding.log.push('action');
    await measureWith(() => host, action, once);
    const rest = ['open', 'others', 'round', 'round', 'close'];
    expect(host.binding.log).toEqual([
      ...rest,
      'open',
      'action',
      'drain',
      'others',
      'round',
      'round',
      'close',
    ]);
  });

  it('takes rounds until two readings are equal', async () => {
    const host = await warmHost({ used: [9, 8, 7, 6, 6, 5] });
    await measureWith(
      () => host,
      () => {},
      once,
    );
    expect(host.binding.log.filter((entry) => entry === 'round')).toHaveLength(5 + 5);
  });

  it('gives up after ten rounds, and warns', async () => {
    const host = await warmHost({ used: Array.from({ length: 30 }, (_, index) => index) });
    const result = await measureWith(
      () => host,
      () => {},
      once,
    );
    expect(host.binding.log.filter((entry) => entry === 'round')).toHaveLength(10 + 10);
    expect(result.warnings.map(({ code }) => code)).toEqual(['NOT_DRAINED']);
  });

  it('takes no rounds with settle: false, and retains nothing known', async () => {
    const host = await warmHost();
    const result = await measureWith(
      () => host,
      () => {},
      { ...once, settle: false },
    );
    expect(host.binding.log).toEqual(['open', 'drain', 'close']);
    expect([result.retainedBytes, 'retained_bytes' in result.representative]).toEqual([undefined, false]);
  });

  it('is taken again where the JavaScript total is below zero, with a warning', async () => {
    const host = await warmHost();
    const totals = [50, -1, -8, 70, 60]; // the first one is of the warm-up
    const action = () => host.binding.allocate({ ...nothing, jsTotalBytes: totals.shift() ?? 0 });
    const result = await measureWith(() => host, action, { repeats: 2, warmup: 1 });
    expect(result.samples.map((sample) => sample.js_total_bytes)).toEqual([70, 60]);
    expect(result.warnings.map(({ code }) => code)).toEqual(['VOID_PASS']);
    expect(result.warnings[0]?.message).toContain('2 passes');
  });

  it('is an error where that happens to a first call, or does not end', async () => {
    const host = await warmHost();
    const action = () => host.binding.allocate({ ...nothing, jsTotalBytes: -1 });
    for (const warmup of [0, 1]) {
      const measured = measureWith(() => host, action, { repeats: 1, warmup });
      await expect(measured).rejects.toMatchObject({ code: 'VOID_PASSES' });
    }
  });

  it('never awaits a synchronous action inside its window', async () => {
    const host = await warmHost();
    const action = () => void Promise.resolve().then(() => host.binding.log.push('microtask'));
    await measureWith(() => host, action, { ...once, settle: false });
    const { log } = host.binding;
    expect(log.slice(log.lastIndexOf('open'), log.lastIndexOf('open') + 2)).toEqual(['open', 'drain']);
  });

  it('drains when the promise of an asynchronous action is fulfilled', async () => {
    const host = await warmHost();
    const action = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      host.binding.log.push('settled');
    };
    await measureWith(() => host, action, { ...once, settle: false });
    expect(host.binding.log).toEqual(['open', 'settled', 'drain', 'close']);
  });

  it('awaits a thenable that is no promise', async () => {
    const host = await warmHost();
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
    const action = () => ({ then: (done: () => void) => setTimeout(done, 1) });
    await measureWith(() => host, action, { ...once, settle: false });
    expect(host.binding.log).toEqual(['open', 'drain', 'close']);
  });

  it.each([
    ['synchronous', (note: () => void) => note()],
    ['asynchronous', async (note: () => void) => note()],
  ])('makes %s calls one after the other in one window', async (_kind, act) => {
    const host = await warmHost();
    const setup = () => {
      host.binding.log.push('setup');
      return () => void host.binding.log.push('call');
    };
    await measureWith(() => host, act, { ...once, settle: false, calls: 3, setup });
    expect(host.binding.log).toEqual(['setup', 'open', 'call', 'call', 'call', 'drain', 'close']);
  });

  it('runs setup before every warm-up and every pass, and hands over what it returns', async () => {
    const host = await warmHost();
    let prepared = 0;
    const seen: unknown[] = [];
    const setup = async () => {
      prepared += 1;
      return prepared;
    };
    await measureWith(
      () => host,
      (value: number) => void seen.push(value),
      { repeats: 2, warmup: 2, setup },
    );
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  // What a pass frees of an earlier round is counted by its requested size, which a window must have seen.
  it('warms the action in a window of its own, closed when the action throws', async () => {
    const host = await warmHost();
    const seen: string[] = [];
    const action = () => {
      seen.push(host.binding.phase);
      if (seen.length === 2) throw new Error('second');
    };
    await expect(measureWith(() => host, action, { repeats: 1, warmup: 2 })).rejects.toThrow('second');
    expect(seen).toEqual(['measuring', 'measuring']);
    expect(host.binding.log).toEqual(['open', 'close', 'open', 'close']);
  });
});

describe('the result', () => {
  it('holds the figures of every pass', async () => {
    const host = await warmHost();
    let pass = 0;
    const peaks = [300, 200, 250];
    const action = () => {
      const peakBytes = peaks[pass] as number;
      host.binding.allocate({ peakBytes, allocations: 10 - pass, totalBytes: 1000 + pass });
      pass += 1;
    };
    const result = await measureWith(() => host, action, { repeats: 3, warmup: 0 });
    expect(result.series('peak_bytes')).toEqual(peaks);
    expect([result.peakBytes, result.peakBytesMax, result.allocations]).toEqual([200, 300, 8]);
    expect(result.representative).toMatchObject({ peak_bytes: 200, allocations: 9, total_bytes: 1051 });
    expect(result.representative).not.toHaveProperty('mapped_peak_bytes');
    expect(result.bySharedObject).toEqual([
      { object: '', source: 'program', allocations: 3, totalBytes: 300 },
      { object: '/lib/x.so', source: 'engine', allocations: 1, totalBytes: 7 },
    ]);
    expect(result.environment).toMatchObject({
      mode: 'attached',
      allocator: { name: 'glibc', version: '2.36' },
    });
    expect(result.childProcesses).toBeUndefined();
  });

  it('holds what the allocator mapped, where it says so', async () => {
    const host = await warmHost({ mapped: true });
    const result = await measureWith(
      () => host,
      () => {},
      once,
    );
    expect([result.mappedPeakBytes, result.series('requested_at_mapped_peak_bytes')]).toEqual([4096, [4000]]);
  });

  it('leaves out the peak where the runtime shows no JavaScript heap, and says why', async () => {
    const host = await warmHost({ withoutJs: true });
    const result = await measureWith(
      () => host,
      () => {},
      once,
    );
    expect(result.series('peak_bytes')).toBeUndefined();
    expect(result.native.peakBytes).toBe(0);
    expect(() => result.peakBytes).toThrow(/scripted/);
    expect(result.warnings.map(({ code }) => code)).toEqual(['NO_JS_HEAP']);
  });

  it('tells its progress after each pass', async () => {
    const host = await warmHost();
    const told: unknown[] = [];
    await measureWith(
      () => host,
      () => {},
      { repeats: 2, onProgress: (progress) => told.push(progress) },
    );
    expect(told).toEqual([
      { step: 'attached', passes: 1, of: 2, peakBytes: 0 },
      { step: 'attached', passes: 2, of: 2, peakBytes: 0 },
    ]);
  });
});
