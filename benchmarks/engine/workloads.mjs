// The whole workloads whose cost under measurement is compared: each prepares itself and returns the call.
// Must not know benchmem.
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The TypeScript compiler on this project's sources: type check and emit, nothing written. */
async function tsc() {
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return () => {
    const program = ts.createProgram(fileNames, options);
    const diagnostics = ts.getPreEmitDiagnostics(program);
    program.emit(undefined, () => {});
    return `${fileNames.length} files, ${diagnostics.length} diagnostics`;
  };
}

/** libvips: a picture of 12 megapixels, made smaller ten times over. */
async function sharp() {
  const { default: makeSharp } = await import('sharp');
  makeSharp.cache(false);
  const [width, height] = [4000, 3000];
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (at * 7919) >> 8;
  const jpeg = await makeSharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toBuffer();
  return async () => {
    for (let round = 0; round < 10; round += 1) await makeSharp(jpeg).resize(800).jpeg().toBuffer();
    return '10 resizes';
  };
}

/** Many small native allocations in a row: what the hooks cost where they cost most. */
async function zlib() {
  const { deflateSync, inflateSync } = await import('node:zlib');
  const text = Buffer.from('benchmem '.repeat(400));
  return () => {
    for (let round = 0; round < 4000; round += 1) inflateSync(deflateSync(text));
    return '4000 round trips of 3.6 kB';
  };
}

export const workloads = { tsc, sharp, zlib };
