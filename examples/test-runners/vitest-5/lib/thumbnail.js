import sharp from 'sharp';

/** A JPEG at most so wide; narrower images keep their size. */
export function thumbnail(image, width) {
  return sharp(image).resize({ width, withoutEnlargement: true }).jpeg({ quality: 80 }).toBuffer();
}

/** Several widths, one after the other, so that only one of them needs memory at a time. */
export async function thumbnails(image, widths) {
  const made = new Map();
  for (const width of widths) made.set(width, await thumbnail(image, width));
  return made;
}
