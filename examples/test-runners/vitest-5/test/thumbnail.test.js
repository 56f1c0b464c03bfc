import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { thumbnail, thumbnails } from '../lib/thumbnail.js';

let image;

beforeAll(async () => {
  const create = { width: 1200, height: 800, channels: 3, background: { r: 20, g: 120, b: 220 } };
  image = await sharp({ create }).png().toBuffer();
});

const sizeOf = async (bytes) => {
  const { width, height, format } = await sharp(bytes).metadata();
  return { width, height, format };
};

describe('a thumbnail', () => {
  it('has the width that was asked for', async () => {
    expect(await sizeOf(await thumbnail(image, 300))).toEqual({ width: 300, height: 200, format: 'jpeg' });
  });

  it('is never larger than its image', async () => {
    expect(await sizeOf(await thumbnail(image, 5000))).toMatchObject({ width: 1200 });
  });

  it('is not made of what is no image', async () => {
    await expect(thumbnail(Buffer.from('text'), 300)).rejects.toThrow(/unsupported image format/);
  });

  it.each([10, 100, 1000])('may be %i wide', async (width) => {
    expect((await sizeOf(await thumbnail(image, width))).width).toBe(width);
  });
});

it('makes several', async () => {
  const made = await thumbnails(image, [100, 200]);
  expect([...made.keys()]).toEqual([100, 200]);
});

it.fails('knows no width below one', async () => {
  await thumbnail(image, 0);
});
