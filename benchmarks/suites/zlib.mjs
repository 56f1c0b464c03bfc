// Compression in node's own zlib and brotli: native state, and output Buffers that grow by doubling.

import { promisify } from 'node:util';
import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gzip,
  inflateSync,
} from 'node:zlib';
import { textOf } from './lib/inputs.mjs';

const plain = Buffer.from(textOf(2_000_000));
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const deflated = deflateSync(plain);
const brotlied = brotliCompressSync(plain, brotliOptions);
const gzipAsync = promisify(gzip);

export function deflate() {
  deflateSync(plain);
}

export function inflate() {
  inflateSync(deflated);
}

export function brotli() {
  brotliCompressSync(plain, brotliOptions);
}

export function unbrotli() {
  brotliDecompressSync(brotlied);
}

/** Four at once, on the thread pool. */
export async function gzipFour() {
  await Promise.all(Array.from({ length: 4 }, () => gzipAsync(plain)));
}
