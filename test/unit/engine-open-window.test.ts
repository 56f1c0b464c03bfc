// openWindow over a fake binding: a span's life, and what its misuse answers.
import { describe, expect, it } from 'vitest';
import { measureWith } from '../../src/engine/measure.js';
import { openWindow } from '../../src/engine/open-window.js';
import { captureOf } from '../../src/engine/window/profiling.js';
import { fakeHost } from './engine-support/fake-host.js';

describe('openWindow', () => {
  it('collects, opens, and at the close drains and reads', async () => {
    const host = fakeHost({ used: [1500, 1200, 1200] });
    const window = openWindow({}, host);
    host.binding.allocate({ peakBytes: 700, allocations: 3, totalBytes: 900 });
    const sample = await window.close();
    expect(host.binding.log).toEqual([
      'collect',
      'open',
      'drain',
      'others',
      'round',
      'round',
      'round',
      'close',
    ]);
    expect(sample).toMatchObject({ peak_bytes: 700, allocations: 3, total_bytes: 950, retained_bytes: 200 });
  });

  it("retains what addons' isolates hold more than at its opening", async () => {
    const host = fakeHost();
    for (const embeddedBytes of [5000, 300]) {
      const window = openWindow({}, host);
      host.binding.allocate({ peakBytes: 1, allocations: 1, totalBytes: 1, embeddedBytes });
      expect(await window.close()).toMatchObject({ retained_bytes: embeddedBytes });
    }
  });

  it('ends its span where close is called, not where it is awaited', async () => {
    const host = fakeHost();
    const window = openWindow({ settle: false }, host);
    const closing = window.close();
    host.binding.allocate({ peakBytes: 700, allocations: 3, totalBytes: 900 });
    expect(await closing).toMatchObject({ peak_bytes: 0 });
    expect(host.binding.log).toEqual(['open', 'drain', 'close']);
  });

  it('is closed once', async () => {
    const window = openWindow({}, fakeHost());
    const [first, second] = await Promise.allSettled([window.close(), window.close()]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'NO_WINDOW' } });
    await expect(window.close()).rejects.toMatchObject({ code: 'NO_WINDOW' });
  });

  it('is discarded without figures, any number of times', async () => {
    const host = fakeHost();
    const window = openWindow({}, host);
    window.discard();
    window.discard();
    expect(host.binding.phase).toBe('closed');
    await expect(window.close()).rejects.toMatchObject({ code: 'NO_WINDOW' });
  });

  it('keeps every other measurement out until it is closed', async () => {
    const host = fakeHost();
    const window = openWindow({}, host);
    expect(() => openWindow({}, host)).toThrow(/another measurement/);
    await expect(
      measureWith(
        () => host,
        () => {},
      ),
    ).rejects.toMatchObject({ code: 'WINDOW_OPEN' });
    await window.close();
    expect(
      (
        await measureWith(
          () => host,
          () => {},
          { repeats: 1 },
        )
      ).repeats,
    ).toBe(1);
  });

  it('gives the process back when native code refuses to open', async () => {
    const host = fakeHost();
    host.binding.install();
    const token = host.binding.openWindow();
    expect(() => openWindow({}, host)).toThrow(expect.objectContaining({ code: 'WINDOW_OPEN' }));
    host.binding.closeWindow(token);
    await openWindow({}, host).close();
  });

  it('whose figures are void says so, is closed, and gives the process back', async () => {
    const host = fakeHost();
    const window = openWindow({}, host);
    host.binding.void = true;
    await expect(window.close()).rejects.toMatchObject({ name: 'BenchmemError', code: 'INVALID_REPORT' });
    openWindow({}, host).discard();
    expect(host.binding.phase).toBe('closed');
    host.binding.void = false;
    await openWindow({}, host).close();
  });
});

/** A host whose binding offers profiles: what is called of them stands in its log, too. */
function profilingHost(failing?: 'openWindow' | 'readProfile') {
  const host = fakeHost();
  const { binding } = host;
  const open = binding.openWindow.bind(binding);
  const fail = (name: typeof failing) => {
    if (name === failing)
      throw Object.assign(new Error(`no ${name}`), { code: 'OUT_OF_MEMORY', hint: 'wait' });
  };
  Object.assign(binding, {
    listenToCode: () => binding.log.push('listen'),
    startProfile: () => binding.log.push('start'),
    stopProfile: () => binding.log.push('stop'),
    openWindow: () => {
      fail('openWindow');
      return open();
    },
    readProfile: () => {
      fail('readProfile');
      binding.log.push('read');
      return { stacks: 'here' };
    },
  });
  return host;
}

describe('a window with a profile', () => {
  it('starts it before it opens, reads it when it has drained, and stops it when it is closed', async () => {
    const host = profilingHost();
    const window = openWindow({ profile: true, settle: false }, host);
    expect(captureOf(window)).toBe('open');
    host.binding.allocate({ peakBytes: 700, allocations: 3, totalBytes: 900 });
    const sample = await window.close();
    expect(host.binding.log).toEqual(['listen', 'start', 'open', 'drain', 'read', 'close', 'stop']);
    expect(captureOf(window)).toMatchObject({ reading: { stacks: 'here' }, sample, olderFreedBytes: 0 });
  });

  it('that is discarded has none, and neither has one that was not asked for it', async () => {
    const host = profilingHost();
    const dropped = openWindow({ profile: true }, host);
    dropped.discard();
    expect(host.binding.log.slice(-2)).toEqual(['close', 'stop']);
    const plain = openWindow({}, host);
    await plain.close();
    expect([captureOf(dropped), captureOf(plain)]).toEqual([undefined, undefined]);
    expect(host.binding.log.filter((name) => name === 'start')).toHaveLength(1);
  });

  it.each(['openWindow', 'readProfile'] as const)('stops it where %s fails', async (failing) => {
    const host = profilingHost(failing);
    const taken = async () => openWindow({ profile: true, settle: false }, host).close();
    await expect(taken()).rejects.toMatchObject({ name: 'BenchmemError', code: 'OUT_OF_MEMORY' });
    expect(host.binding.log.at(-1)).toBe('stop');
    expect(host.binding.phase).toBe('closed');
    await openWindow({ settle: false }, fakeHost()).close();
  });

  it('is asked for with true or false', () => {
    const options = { profile: 'x.pb.gz' } as unknown as { profile: boolean };
    expect(() => openWindow(options, fakeHost())).toThrow('profile is "x.pb.gz"');
  });
});
