// `benchmem/vitest`: the plug-in, and all of `benchmem/limits`. Loaded by configurations and by test files, so that it must
// import nothing of vitest that runs.

import type { MemoryLimits, Size } from '../../limits/index.js';
import type { TestRecord } from '../../testing/record.js';
import type { TestSettings } from '../../testing/settings.js';
import type { BenchmarksMemory } from './provider.js';

export * from '../../limits/index.js';
export type { TestRecord } from '../../testing/record.js';
export type { TestSettings } from '../../testing/settings.js';
export { type MemoryOptions, type MemoryPlugin, memory } from './plugin.js';
export { type BenchmarksMemory, benchmarkProvider as default } from './provider.js';

/** What `meta.memory` of a test or a suite says: limits, settings, a limit of the peak, or `false` for no limit. */
export type MemoryMeta = Size | false | (MemoryLimits & TestSettings);

declare module 'vitest' {
  interface TaskMeta {
    memory?: MemoryMeta;
    benchmem?: TestRecord;
    benchmarks?: BenchmarksMemory;
  }
}
