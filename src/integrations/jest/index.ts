// `benchmem/jest`: the environment, its mix-in, and all of `benchmem/limits`.
export * from '../../limits/index.js';
export type { TestRecord } from '../../testing/record.js';
export type { TestSettings } from '../../testing/settings.js';
export { MemoryEnvironment as default, withMemory } from './environment.js';
