// A Host around the fake binding: a clock that the test moves, and turns that take no time.
import type { Host } from '../../../src/engine/host.js';
import { measureWith } from '../../../src/engine/measure.js';
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

/** A host whose own code is warm, so that the log holds the measurement only. */
export async function warmHost(script: FakeScript = {}): Promise<FakeHost> {
  const host = fakeHost(script);
  await measureWith(
    () => host,
    () => {},
    { repeats: 1 },
  );
  host.binding.log.length = 0;
  return host;
}
