// What ends a measurement in this process before its time, over a fake binding: errors, rivals and signals. The window
// is closed each time, and the next measurement works.
import { describe, expect, it } from 'vitest';
import { measureWith } from '../../src/engine/measure.js';
import type { MeasureOptions } from '../../src/engine/options.js';
import { warmHost } from './engine-support/fake-host.js';

const once: MeasureOptions = { repeats: 1, warmup: 0 };

async function expectClosedAndUsable(host: Awaited<ReturnType<typeof warmHost>>): Promise<void> {
  expect(host.binding.phase).toBe('closed');
  const next = await measureWith(
    () => host,
    () => {},
    once,
  );
  expect(next.repeats).toBe(1);
}

describe('an action that fails', () => {
  const boom = new RangeError('boom');
  const rejects = () => Promise.reject(boom);
  const rejectsLater = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    throw boom;
  };
  const throws = () => {
    throw boom;
  };

  it.each([
    ['throws', throws],
    ['rejects', rejects],
    ['rejects later', rejectsLater],
  ])('%s: its own error, a closed window, and the next measurement works', async (_how, action) => {
    const host = await warmHost();
    await expect(measureWith(() => host, action, once)).rejects.toBe(boom);
    await expectClosedAndUsable(host);
  });

  it('keeps an error with the code of a native one as it is', async () => {
    const host = await warmHost();
    const own = Object.assign(new Error('mine'), { code: 'OUT_OF_MEMORY' });
    const action = () => {
      throw own;
    };
    await expect(measureWith(() => host, action, once)).rejects.toBe(own);
  });

  it('in setup: its own error, and no window was opened for the action', async () => {
    const host = await warmHost();
    await expect(
      measureWith(
        () => host,
        () => {},
        { ...once, setup: throws },
      ),
    ).rejects.toBe(boom);
    expect(host.binding.log).toEqual([]);
  });

  it('after some calls of a window', async () => {
    const host = await warmHost();
    let calls = 0;
    const action = async () => {
      calls += 1;
      if (calls === 2) throw boom;
    };
    await expect(measureWith(() => host, action, { ...once, calls: 3 })).rejects.toBe(boom);
    expect([calls, host.binding.phase]).toEqual([2, 'closed']);
  });
});

describe('a window whose figures are void', () => {
  it.each([
    ['a synchronous action', {}, () => {}],
    ['an asynchronous action', {}, async () => {}],
    ['warm-up', { warmup: 1 }, () => {}],
    ['setup', { setup: () => {} }, () => {}],
  ])(
    'since %s: a typed error, a closed window, and the next measurement works',
    async (where, options, action) => {
      const host = await warmHost();
      const voiding = (inner: () => unknown) => () => {
        host.binding.void = true;
        return inner();
      };
      const run = measureWith(
        () => host,
        where === 'setup' ? action : voiding(action),
        where === 'setup' ? { ...once, setup: voiding(() => {}) } : { ...once, ...options },
      );
      await expect(run).rejects.toMatchObject({ name: 'BenchmemError', code: 'INVALID_REPORT' });
      host.binding.void = false;
      await expectClosedAndUsable(host);
    },
  );

  it('by an action that throws: its own error', async () => {
    const host = await warmHost();
    const boom = new RangeError('boom');
    const action = () => {
      host.binding.void = true;
      throw boom;
    };
    for (const warmup of [0, 1]) {
      await expect(measureWith(() => host, action, { repeats: 1, warmup })).rejects.toBe(boom);
      expect(host.binding.phase).toBe('closed');
      host.binding.void = false;
    }
  });
});

describe('one measurement at a time', () => {
  it('refuses a nested one with WINDOW_OPEN, and the outer one goes on', async () => {
    const host = await warmHost();
    const inner: unknown[] = [];
    const action = async () => {
      await measureWith(
        () => host,
        () => {},
      ).catch((error: unknown) => inner.push(error));
    };
    const outer = await measureWith(() => host, action, once);
    expect(outer.repeats).toBe(1);
    expect(inner).toEqual([expect.objectContaining({ code: 'WINDOW_OPEN' })]);
  });

  it('refuses a concurrent one with WINDOW_OPEN', async () => {
    const host = await warmHost();
    const run = () =>
      measureWith(
        () => host,
        async () => {},
        once,
      );
    const outcomes = await Promise.allSettled([run(), run()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'WINDOW_OPEN' } });
  });

  it('types the refusal of native code', async () => {
    const host = await warmHost();
    const token = host.binding.openWindow();
    await expect(
      measureWith(
        () => host,
        () => {},
        once,
      ),
    ).rejects.toMatchObject({
      name: 'BenchmemError',
      code: 'WINDOW_OPEN',
      hint: 'hint of WINDOW_OPEN',
    });
    host.binding.closeWindow(token);
  });
});

describe('a signal', () => {
  it('that is aborted already measures nothing', async () => {
    const host = await warmHost();
    const reason = new Error('enough');
    const run = measureWith(
      () => host,
      () => {},
      { signal: AbortSignal.abort(reason) },
    );
    await expect(run).rejects.toMatchObject({ code: 'ABORTED', cause: reason });
    expect(host.binding.log).toEqual([]);
  });

  it('that aborts between passes ends the loop', async () => {
    const host = await warmHost();
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    const run = measureWith(
      () => host,
      () => {},
      { repeats: 5, warmup: 0, signal: controller.signal, onProgress },
    );
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect(host.binding.log.filter((entry) => entry === 'drain')).toHaveLength(1);
  });

  it('that aborts while a promise is pending closes the window at once, and the late result changes nothing', async () => {
    const host = await warmHost();
    const controller = new AbortController();
    let finish = () => {};
    const action = () => {
      setTimeout(() => controller.abort(), 2);
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    };
    const run = measureWith(() => host, action, { ...once, calls: 2, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect(host.binding.phase).toBe('closed');
    host.binding.log.length = 0;
    finish();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(host.binding.log).toEqual([]);
  });

  it('that aborts inside a synchronous start of an asynchronous action', async () => {
    const host = await warmHost();
    const controller = new AbortController();
    const action = () => {
      controller.abort();
      return new Promise(() => {});
    };
    const run = measureWith(() => host, action, { ...once, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect(host.binding.phase).toBe('closed');
  });

  it.each([
    ['the warm-up', { repeats: 1 }],
    ['setup', { ...once, setup: () => new Promise(() => {}) }],
  ])(
    'that aborts while %s never settles: no window is left, and the next measurement works',
    async (_what, options) => {
      const host = await warmHost();
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 2);
      const action = () => new Promise(() => {});
      const run = measureWith(() => host, action, { ...options, signal: controller.signal });
      await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
      await expectClosedAndUsable(host);
    },
  );

  it('that aborts inside the synchronous action of the last pass', async () => {
    const host = await warmHost();
    const controller = new AbortController();
    const action = () => controller.abort();
    const run = measureWith(() => host, action, { ...once, signal: controller.signal });
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    expect(host.binding.phase).toBe('closed');
  });
});

describe('a promise that does not settle in time', () => {
  const never = () => new Promise<void>(() => {});
  const limited: MeasureOptions = { ...once, timeoutMs: 20 };

  it.each([
    ['of the action', never, limited],
    ['of a warm-up', never, { ...limited, warmup: 1 }],
    ['of the setup', () => {}, { ...limited, setup: never }],
  ])(
    '%s: ACTION_TIMEOUT, a closed window, and the next measurement works',
    async (_what, action, options) => {
      const host = await warmHost();
      await expect(measureWith(() => host, action, options)).rejects.toMatchObject({
        code: 'ACTION_TIMEOUT',
        message: expect.stringContaining('0.02 s'),
      });
      await expectClosedAndUsable(host);
    },
  );

  it('is the caller’s ABORTED where the caller was first, with the caller’s reason', async () => {
    const host = await warmHost();
    const controller = new AbortController();
    const pending = measureWith(() => host, never, { ...once, timeoutMs: 60_000, signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 5);
    await expect(pending).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' });
    await expectClosedAndUsable(host);
  });

  it('is not an error where it settles first, however many passes there are', async () => {
    const host = await warmHost();
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
    const result = await measureWith(() => host, slow, { repeats: 4, warmup: 1, timeoutMs: 60_000 });
    expect(result.repeats).toBe(4);
  });
});
