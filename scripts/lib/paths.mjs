// Where things are in this repository; absolute paths. No logic.
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const buildFolder = `${root}/build`;
export const nativeOutputs = [
  `${buildFolder}/Release/benchmem.node`,
  `${buildFolder}/Release/libbenchmem.so`,
];
export const vendorBuild = `${root}/native/vendor/build`;
