import { afterEach, beforeEach, describe, expect, it, test as plain, vi } from 'vitest';
import { Cache } from '../lib/cache.js';

const test = plain.extend({
  cache: async ({ task: _task }, use) => {
    await use(new Cache({ limit: 3 }).set('a', 1).set('b', 2).set('c', 3));
  },
});

describe('a full cache', () => {
  test('drops what was used longest ago', ({ cache }) => {
    cache.get('a');
    cache.set('d', 4);
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([1, undefined, 3]);
  });

  test('makes no room for a key that it has', ({ cache }) => {
    cache.set('b', 20);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, 20, 3]);
  });

  it.each([0, -1, Number.NaN])('cannot have a limit of %s', (limit) => {
    expect(() => new Cache({ limit })).toThrow(RangeError);
  });
});

describe('old values', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are gone', () => {
    const cache = new Cache({ limit: 3, maxAgeMs: 1000 }).set('a', 1);
    vi.advanceTimersByTime(1000);
    expect(cache.get('a')).toBe(1);
    vi.advanceTimersByTime(1);
    expect(cache.get('a')).toBeUndefined();
  });
});

describe.concurrent('values that are made', () => {
  for (const name of ['one', 'two', 'three']) {
    it(`are made once: ${name}`, async ({ expect: own }) => {
      const cache = new Cache({ limit: 3 });
      const make = vi.fn(async (key) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return Buffer.alloc(100_000, key);
      });
      const first = await cache.through(name, make);
      own(await cache.through(name, make)).toBe(first);
      own(make).toHaveBeenCalledTimes(1);
    });
  }
});

it.fails('is no weak map', () => {
  expect(new Cache({ limit: 3 })).toBeInstanceOf(WeakMap);
});

let tries = 0;
it('is tried again', { retry: 2 }, () => {
  tries += 1;
  expect(tries).toBe(2);
});

it.skip('is for later', () => {
  throw new Error('not yet');
});

it.todo('counts its hits');
