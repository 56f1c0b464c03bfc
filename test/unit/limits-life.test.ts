// Whether the test of a body is over, by what each runner hands over.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lifeOf } from '../../src/limits/test-life.js';

afterEach(() => vi.unstubAllGlobals());

describe('a test', () => {
  it('of vitest or node:test is over when its signal says so', () => {
    const controller = new AbortController();
    // The context of vitest is a function.
    const context = Object.assign(() => {}, { signal: controller.signal });
    const life = lifeOf({ self: undefined, args: [context] });
    const end = vi.fn();
    const forgotten = vi.fn();
    life.onEnd(end);
    life.onEnd(forgotten)();
    expect(life.isOver()).toBe(false);
    controller.abort();
    expect(life.isOver()).toBe(true);
    expect(end).toHaveBeenCalledOnce();
    expect(forgotten).not.toHaveBeenCalled();
  });

  it('of vitest that runs again after a timeout is not over', () => {
    const signal = AbortSignal.abort();
    expect(lifeOf({ self: undefined, args: [{ signal }] }).isOver()).toBe(false);
  });

  it('of mocha is over when its runnable timed out', () => {
    const runnable = { timedOut: false };
    const self = { runnable: () => runnable };
    const life = lifeOf({ self, args: [] });
    expect(life.isOver()).toBe(false);
    runnable.timedOut = true;
    expect(life.isOver()).toBe(true);
  });

  it('of jest is over when another one runs, or the same one again', () => {
    const test = { concurrent: false, invocations: 1, status: 'done' };
    const state = {
      currentTestName: 'first',
      currentConcurrentTestName: () => 'first',
      currentTestIdentity: () => test,
    };
    vi.stubGlobal('expect', { getState: () => state });
    const life = lifeOf({ self: {}, args: [] });
    expect(life.isOver()).toBe(false);
    test.invocations = 2;
    expect(life.isOver()).toBe(true);
    const again = lifeOf({ self: {}, args: [] });
    expect(again.isOver()).toBe(false);
    state.currentTestName = 'second';
    expect(again.isOver()).toBe(true);
  });

  it('of jest is over when another file asks, and its own globals are not looked at', () => {
    const getState = vi.fn(() => ({ currentTestName: 'first', currentConcurrentTestName: () => undefined }));
    vi.stubGlobal('expect', { getState });
    const life = lifeOf({ self: {}, args: [] });
    getState.mockClear();
    expect(life.isOver({} as typeof globalThis)).toBe(true);
    expect(getState).not.toHaveBeenCalled();
  });

  it('of jest that runs beside others is never known to be over', () => {
    const state = {
      currentTestName: 'first',
      currentConcurrentTestName: () => 'first',
      currentTestIdentity: () => ({ concurrent: true }),
    };
    vi.stubGlobal('expect', { getState: () => state });
    const life = lifeOf({ self: {}, args: [] });
    state.currentTestName = 'second';
    expect(life.isOver()).toBe(false);
  });

  it('of an older jest is over when another one runs', () => {
    const state = { currentTestName: 'first', currentConcurrentTestName: () => undefined };
    vi.stubGlobal('expect', { getState: () => state });
    const life = lifeOf({ self: {}, args: [] });
    expect(life.isOver()).toBe(false);
    state.currentTestName = 'second';
    expect(life.isOver()).toBe(true);
  });

  it('of an older jest that runs beside others is never known to be over', () => {
    const state = { currentTestName: 'first', currentConcurrentTestName: () => 'one of many' };
    vi.stubGlobal('expect', { getState: () => state });
    const life = lifeOf({ self: {}, args: [] });
    state.currentTestName = 'second';
    expect(life.isOver()).toBe(false);
  });

  it.each([[undefined], [null], ['row'], [{ signal: 'red' }], [{ signal: null }]])(
    'that says nothing is never known to be over: %j',
    (row) => {
      expect(lifeOf({ self: null, args: [row] }).isOver()).toBe(false);
    },
  );
});
