// The body of a test: which ones are refused, how it is called, and what a runner sees in its place.
import { describe, expect, it } from 'vitest';
import { callBody, checkedBody, passFor, refuseHiddenCallback } from '../../src/limits/body.js';

const call = (args: readonly unknown[] = []) => ({ self: undefined, args });

describe('a body', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['string', 'body'],
    ['object', {}],
  ])('is not %s', (kind, body) => {
    expect(() => checkedBody(body, 'limitMemory', 'it so')).toThrow(
      `limitMemory: what is measured must be a function, and it is ${kind}`,
    );
  });

  it.each<[string, unknown]>([
    ['a generator', function* () {}],
    ['an asynchronous generator', async function* () {}],
  ])('is not %s, which would do nothing', (_, body) => {
    expect(() => checkedBody(body, 'limitLeaks', 'it so')).toThrow(
      expect.objectContaining({ code: 'INVALID_ACTION', hint: expect.stringContaining('async function') }),
    );
  });

  it('gets the arguments and the this of the runner', () => {
    const self = {};
    const body = function (this: unknown, a: number, b: number) {
      return [this, a, b];
    };
    expect(callBody(body, { self, args: [1, 2] }, false)).toEqual([self, 1, 2]);
  });
});

describe('a body with a callback', () => {
  it('gets it behind what the runner passes, and is done when it is called', async () => {
    const body = (context: string, done: () => void) => {
      expect(context).toBe('context');
      setTimeout(done);
    };
    await expect(callBody(body, call(['context']), true)).resolves.toBeUndefined();
  });

  it('fails with what it passes, or throws', async () => {
    const error = new Error('own');
    await expect(callBody((done: (error: Error) => void) => done(error), call(), true)).rejects.toBe(error);
    const throws = () => {
      throw error;
    };
    await expect(callBody(throws, call(), true)).rejects.toBe(error);
    const fails = (done: { fail(error: Error): void }) => done.fail(error);
    await expect(callBody(fails, call(), true)).rejects.toBe(error);
  });

  it('answers no promise besides', async () => {
    const both = async (done: () => void) => setTimeout(done);
    await expect(callBody(both, call(), true)).rejects.toThrow('takes a callback and answers a promise');
  });

  it('says so: where a runner passes nothing, or node:test its context alone', () => {
    const hint = expect.objectContaining({ hint: expect.stringContaining('{ done: true }') });
    expect(() => refuseHiddenCallback((_done: unknown) => {}, call())).toThrow(hint);
    class TestContext {
      diagnostic(): void {}
    }
    const context = new TestContext();
    expect(() => refuseHiddenCallback((_t: unknown, _done: unknown) => {}, call([context]))).toThrow(hint);
    refuseHiddenCallback((_t: unknown) => {}, call([context]));
    refuseHiddenCallback((_a: unknown, _b: unknown) => {}, call(['a short row']));
    refuseHiddenCallback(() => {}, call());
  });
});

describe('what passes for a body', () => {
  it('has its name, its source and no parameter', () => {
    const body = ({ db }: { db: number }) => db;
    const wrapper = passFor(body, (...args: unknown[]) => args);
    expect(wrapper.name).toBe('body');
    expect(wrapper.length).toBe(0);
    expect(String(wrapper)).toBe(Function.prototype.toString.call(body));
    expect(Object.keys(wrapper)).toEqual([]);
    const again = passFor(wrapper, (...args: unknown[]) => args);
    expect(again.toString()).toBe(String(wrapper));
  });
});
