// How often a pass collects garbage and lets the event loop turn, by its kind: counted over a fake binding, no clock.
import { describe, expect, it } from 'vitest';
import type { PassKind } from '../../src/engine/result/sample.js';
import { takePass } from '../../src/engine/window/pass.js';
import { drain, drainNow, Stillness } from '../../src/engine/window/settle.js';
import { type FakeHost, fakeHost } from './engine-support/fake-host.js';

/** A host whose turns stand in the log of its binding, between the rounds. */
function loggingHost(used?: readonly number[]): FakeHost {
  const host = fakeHost(used === undefined ? {} : { used });
  host.binding.install();
  return Object.assign(host, {
    turn() {
      host.binding.log.push('turn');
      return Promise.resolve();
    },
  });
}

async function passOf(kind: PassKind, more: { readonly quick?: boolean; readonly isResting?: boolean } = {}) {
  const host = loggingHost();
  const task = { kind, action: () => {}, args: [], calls: 1, threads: 'all', settle: true, ...more } as const;
  const { sample } = await takePass(host, task, false);
  return { sample, steps: host.binding.log };
}

const wholeRest = ['turn', 'others', 'round', 'turn', 'round'];

describe('a pass', () => {
  it.each(['accounting', 'profile', 'attached'] as const)(
    'of the kind %s needs two equal readings before and after, each after a turn',
    async (kind) => {
      const { steps } = await passOf(kind);
      expect(steps).toEqual([
        ...['open', ...wholeRest, 'close'],
        ...['open', 'drain', ...wholeRest, 'close'],
      ]);
    },
  );

  it('needs one reading before it where the pass before came to rest', async () => {
    const { steps } = await passOf('accounting', { isResting: true });
    expect(steps).toEqual([
      ...['open', 'turn', 'others', 'round', 'close'],
      ...['open', 'drain', ...wholeRest, 'close'],
    ]);
  });

  it('of the kind peak collects once before its window, whose opening collects again, and never after', async () => {
    const { steps, sample } = await passOf('peak');
    expect(steps).toEqual(['open', 'others', 'light round', 'turn', 'close', 'open', 'drain', 'close']);
    expect(Object.keys(sample)).not.toContain('retained_bytes');
  });

  it('of a quick run rests and drains, too, and counts what stays and what was allocated, and nothing else', async () => {
    const { steps, sample } = await passOf('peak', { quick: true });
    expect(steps).toEqual([...['open', ...wholeRest, 'close'], ...['open', 'drain', ...wholeRest, 'close']]);
    const { sample: peakOnly } = await passOf('peak');
    expect(Object.keys(sample)).toEqual([...Object.keys(peakOnly), 'allocations', 'retained_bytes']);
  });
});

describe('draining', () => {
  it('goes on while the readings differ, with a turn before each', async () => {
    const host = loggingHost([9, 8, 7, 7]);
    const last = new Stillness();
    const token = host.binding.openWindow();
    host.binding.log.length = 0;
    await drain(host, token, last);
    expect(host.binding.log).toEqual([
      'turn',
      'others',
      'round',
      'turn',
      'round',
      'turn',
      'round',
      'turn',
      'round',
    ]);
    expect([last.reached, last.jsUsedBytes]).toEqual([true, 7]);
  });

  it('takes a third round where no turn may come between', () => {
    const host = loggingHost();
    const token = host.binding.openWindow();
    host.binding.log.length = 0;
    drainNow(host, token, new Stillness());
    expect(host.binding.log).toEqual(['others', 'round', 'round', 'round']);
  });
});
