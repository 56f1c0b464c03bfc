// The built package, as a CommonJS user gets it: the test runner transforms nothing of it, and children are started
// from the built files. Typed by the sources.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export type Api = typeof import('../../src/index.js');

const require = createRequire(import.meta.url);
const built = (path: string) => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

export const builtApi = require(built('cjs/index.js')) as Api;
/** Beneath the public API, for tests that put something else in the place of the world. */
export const builtIsolate = require(
  built('cjs/engine/isolate.js'),
) as typeof import('../../src/engine/isolate.js');
/** One child at a time, from the built files. */
export const builtChildren = {
  ...(require(
    built('cjs/engine/child/parent/run.js'),
  ) as typeof import('../../src/engine/child/parent/run.js')),
  ...(require(
    built('cjs/engine/child/parent/start.js'),
  ) as typeof import('../../src/engine/child/parent/start.js')),
  ...(require(
    built('cjs/engine/child/parent/node-flags.js'),
  ) as typeof import('../../src/engine/child/parent/node-flags.js')),
  ...(require(
    built('cjs/engine/child/parent/preload-entry.js'),
  ) as typeof import('../../src/engine/child/parent/preload-entry.js')),
  ...(require(built('cjs/native/load.js')) as typeof import('../../src/native/load.js')),
};
export const builtIndex = built('index.js');
