// The pages that a server keeps: made once for each board, and never more than fit.
import { describe, expect, it } from 'vitest';
import { KeptPages } from '../../src/cli/serve/kept-pages.js';

describe('kept pages', () => {
  const counted = () => {
    const pages = new KeptPages();
    const made: string[] = [];
    const get = (address: string, version = 'one', length = 10) =>
      pages.get(address, version, async () => {
        made.push(address);
        return { text: 'x'.repeat(length), isFine: true };
      });
    return { get, made };
  };

  it('are made once for each board', async () => {
    const { get, made } = counted();
    for (const version of ['one', 'one', 'two', 'two']) await get('/', version);
    expect(made).toEqual(['/', '/']);
  });
  it('are none that there is not', async () => {
    const pages = new KeptPages();
    expect(await pages.get('/x', 'one', async () => undefined)).toBeUndefined();
    expect((await pages.get('/x', 'one', async () => ({ text: 'now', isFine: true })))?.text).toBe('now');
  });
  it('are the last that were made, as far as they fit', async () => {
    const { get, made } = counted();
    for (let at = 0; at < 70; at += 1) await get(`/${at}`);
    made.length = 0;
    await get('/69');
    await get('/0');
    expect(made).toEqual(['/0']);
    for (const address of ['/a', '/b', '/c']) await get(address, 'one', 3_000_000);
    made.length = 0;
    await get('/c');
    await get('/a');
    expect(made).toEqual(['/a']);
    await get('/large', 'one', 9_000_000);
    await get('/large', 'one', 9_000_000);
    expect(made).toEqual(['/a', '/large', '/large']);
  });
});
