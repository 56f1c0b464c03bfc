// Image work in libvips: native memory of an addon, on its own threads. The input is a JPEG of 12 megapixels.
import sharp from 'sharp';
import { pixelsOf } from './lib/inputs.mjs';

const width = 4000;
const height = 3000;
let input;

// WHY: there is no cache, because libvips would answer the second pass from the first one's work.
sharp.cache(false);

/** The picture, encoded once per process. */
export async function setup() {
  input ??= await sharp(pixelsOf(width, height), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
  return input;
}

export async function resize(jpeg) {
  await sharp(jpeg).resize(800).jpeg({ quality: 80 }).toBuffer();
}

/** The whole picture decoded into one Buffer of 36 MB. */
export async function decode(jpeg) {
  await sharp(jpeg).raw().toBuffer();
}
