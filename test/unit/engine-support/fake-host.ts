// A Host around the fake binding: a clock that the test moves, and turns that take no time.
import type { Host } from '../../../src/engine/host.js';
import { FakeBinding, type FakeScript } from './fake-binding.js';

export interface FakeHost extends Host {
  readonly binding: FakeBinding;
  /** Moves the clock. */
  advance(milliseconds: number): void;
}

export function fakeHost(script: FakeScript = {}): FakeHost {
  let nowMs = 0;
  return {
    binding: new FakeBinding(script),
    now: () => nowMs,
    turn: () => Promise.resolve(),
    advance(milliseconds) {
      nowMs += milliseconds;
    },
  };
}
