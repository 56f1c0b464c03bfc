// A window that nobody reads, around code that may measure something itself, over a fake binding.
import { expect, it } from 'vitest';
import { hold } from '../../src/engine/window/exclusive.js';
import { inUnreadWindow } from '../../src/engine/window/unread-window.js';
import { fakeHost } from './engine-support/fake-host.js';

const windowsOf = (log: readonly string[]) => log.filter((call) => /^(open|close)/.test(call));

it('is open while the body runs, and closed before its answer comes', async () => {
  const { binding } = fakeHost();
  binding.install();
  const answer = await inUnreadWindow(binding, 'all', async () => {
    expect(windowsOf(binding.log)).toHaveLength(1);
    return 7;
  });
  expect(answer).toBe(7);
  expect(windowsOf(binding.log).map((call) => call.split(' ')[0])).toEqual(['open', 'close']);
  hold({}, binding)();
});

it('is closed where the body fails, whose error comes back unchanged', async () => {
  const { binding } = fakeHost();
  binding.install();
  const thrown = new Error('no such module');
  await expect(inUnreadWindow(binding, 'all', () => Promise.reject(thrown))).rejects.toBe(thrown);
  expect(windowsOf(binding.log).at(-1)).toBe('close');
  hold({}, binding)();
});

it('gives way to a measurement inside the body', async () => {
  const { binding } = fakeHost();
  binding.install();
  await inUnreadWindow(binding, 'all', async () => {
    const release = hold({}, binding);
    binding.closeWindow(binding.openWindow());
    release();
  });
  expect(windowsOf(binding.log)).toHaveLength(4);
});

it('says nothing of a report that was broken meanwhile, which no figure is made of', async () => {
  const { binding } = fakeHost();
  binding.install();
  await inUnreadWindow(binding, 'all', async () => {
    binding.void = true;
  });
  expect(windowsOf(binding.log).at(-1)).toBe('close');
});
