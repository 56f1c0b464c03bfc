import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, gzipSync } from 'node:zlib';

/** Lines as one compressed block. */
export function pack(lines) {
  return gzipSync(`${lines.join('\n')}\n`);
}

/** Compresses lines one by one, without all of them in memory at once. */
export async function packTo(lines, target) {
  const text = async function* () {
    for await (const line of lines) yield `${line}\n`;
  };
  await pipeline(Readable.from(text()), createGzip(), target);
}

/** The lines of a block, one by one. */
export async function* unpack(block) {
  let rest = '';
  for await (const chunk of Readable.from([block]).pipe(createGunzip())) {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop();
    yield* lines;
  }
}
