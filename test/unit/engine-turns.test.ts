// Whose turn it is in a process, and what becomes of windows in two halves where a step fails, over a fake binding.
import { describe, expect, it } from 'vitest';
import { findLeak, findLeakNow } from '../../src/engine/leaks/find-leak.js';
import { hold, turn } from '../../src/engine/window/exclusive.js';
import { TestWindow } from '../../src/engine/window/test-window.js';
import { fakeHost } from './engine-support/fake-host.js';

describe('hold', () => {
  it('refuses while somebody has the process, and takes it again once it was given back', () => {
    const { binding } = fakeHost();
    const release = hold({}, binding);
    expect(() => hold({}, binding)).toThrow(expect.objectContaining({ code: 'WINDOW_OPEN' }));
    release();
    release();
    hold({}, binding)();
  });

  it('takes the process from a holder that yields, which cannot give back what it no longer has', () => {
    const { binding } = fakeHost();
    const told: string[] = [];
    const releaseReport = hold({ yields: () => told.push('report') }, binding);
    const release = hold({}, binding);
    releaseReport();
    expect(told).toEqual(['report']);
    expect(() => hold({}, binding)).toThrow(/another measurement/);
    release();
  });

  it('is one for whoever has the same binding, and none of anybody else', () => {
    const release = hold({}, fakeHost().binding);
    hold({}, fakeHost().binding)();
    release();
  });
});

describe('turn', () => {
  it('comes to those who wait in the order in which they asked', async () => {
    const { binding } = fakeHost();
    const release = hold({}, binding);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (number) => {
      const giveBack = await turn({}, binding);
      order.push(number);
      await Promise.resolve();
      expect(() => hold({}, binding)).toThrow(/another measurement/);
      giveBack();
    });
    release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    hold({}, binding)();
  });

  it('does not wait for a holder that yields, unless it yields itself', async () => {
    const { binding } = fakeHost();
    let gaveWay = 0;
    const releaseReport = hold({ yields: () => (gaveWay += 1) }, binding);
    const second = turn({ yields: () => (gaveWay += 10) }, binding);
    (await turn({}, binding))();
    expect(gaveWay).toBe(1);
    (await second)();
    releaseReport();
  });
});

describe('a window in two halves', () => {
  it('drains on both sides in the tier full, and neither collects nor drains in the tier light', async () => {
    const host = fakeHost({ used: [1500, 1200, 1200, 1200] });
    const settled = await TestWindow.prepare({ tier: 'full' }, host);
    host.binding.log.length = 0;
    settled.open();
    host.binding.allocate({ peakBytes: 700, allocations: 3, totalBytes: 900 });
    settled.end();
    const { sample, tier } = await settled.finish();
    expect([tier, sample.peak_bytes, sample.allocations]).toEqual(['full', 700, 3]);
    expect(host.binding.log.filter((step) => step !== 'others')).toEqual([
      'open',
      'drain',
      'round',
      'round',
      'round',
      'close',
    ]);
    const light = TestWindow.prepareNow({ tier: 'light' }, host);
    host.binding.log.length = 0;
    light.open();
    light.end();
    expect(light.finishNow().sample).not.toHaveProperty('retained_bytes');
    expect(host.binding.log).toEqual(['open', 'drain', 'close']);
  });

  it('gives the process back where native code refuses to open, to end or to close', async () => {
    const host = fakeHost();
    host.binding.install();
    const window = await TestWindow.prepare({ tier: 'light' }, host);
    const token = host.binding.openWindow();
    expect(() => window.open()).toThrow(expect.objectContaining({ code: 'WINDOW_OPEN' }));
    host.binding.closeWindow(token);
    const void_ = TestWindow.prepareNow({ tier: 'light' }, host);
    void_.open();
    host.binding.void = true;
    expect(() => void_.end()).toThrow(expect.objectContaining({ code: 'INVALID_REPORT' }));
    host.binding.void = false;
    expect(host.binding.phase).toBe('closed');
    const last = TestWindow.prepareNow({ tier: 'light' }, host);
    last.open();
    last.end();
    host.binding.void = true;
    expect(() => last.finishNow()).toThrow(expect.objectContaining({ code: 'INVALID_REPORT' }));
    hold({}, host.binding)();
  });

  it('has no figures before its end, after it was read, and where it gave way', async () => {
    const host = fakeHost();
    const window = await TestWindow.prepare({ tier: 'light', yields: true }, host);
    window.open();
    expect(() => window.finishNow()).toThrow(expect.objectContaining({ code: 'NO_WINDOW' }));
    const inner = await TestWindow.prepare({ tier: 'light', yields: true }, host);
    expect(inner.gaveWay).toBe(false);
    inner.open();
    inner.end();
    inner.finishNow();
    expect(() => inner.finishNow()).toThrow(expect.objectContaining({ code: 'NO_WINDOW' }));
    const next = TestWindow.prepareNow({ tier: 'light', yields: true }, host);
    next.open();
    hold({}, host.binding)();
    next.end();
    expect(next.gaveWay).toBe(true);
    await expect(next.finish()).rejects.toMatchObject({ message: expect.stringContaining('gave way') });
  });
});

describe('findLeak', () => {
  it('gives the process back where the body throws, and its error is the body’s own', async () => {
    const host = fakeHost();
    const own = new Error('own');
    const throws = () => {
      throw own;
    };
    await expect(findLeak(throws, {}, host)).rejects.toBe(own);
    expect(() => findLeakNow(throws, {}, host)).toThrow(own);
    expect(host.binding.phase).toBe('closed');
    hold({}, host.binding)();
  });

  it.each([
    [{ calls: 0 }, 'INVALID_OPTION'],
    [{ calls: 1.5 }, 'INVALID_OPTION'],
    [{ threads: 'some' }, 'INVALID_OPTION'],
    [{ maxTimeMs: -1 }, 'INVALID_OPTION'],
    [{ filter: 'lib' }, 'INVALID_OPTION'],
    [{ rounds: 3 }, 'INVALID_OPTION'],
    [undefined, 'INVALID_ACTION'],
  ] as const)('refuses %j with %s', async (options, code) => {
    const action = options === undefined ? ('x' as never) : () => {};
    await expect(findLeak(action, options as object, fakeHost())).rejects.toMatchObject({ code });
  });
});
