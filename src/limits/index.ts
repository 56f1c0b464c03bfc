// benchmem/limits: limits of memory and leak checks for the tests of any runner, and nothing else.
export {
  type FindLeakOptions,
  findLeak,
  type KeptObjects,
  type LeakReport,
} from '../engine/leaks/find-leak.js';
export type { MemoryResult } from '../engine/result/memory-result.js';
export type { Sample, SampleField } from '../engine/result/sample.js';
export type { StackFrame, TopAllocation } from '../profile/reports/top-stacks.js';
export { assertMemory } from './assert-memory.js';
export type { Body } from './body.js';
export type { Breach } from './judge.js';
export { limitLeaks } from './limit-leaks.js';
export { limitMemory } from './limit-memory.js';
export type { LeakLimits, LimitedField, MemoryLimits, OwnField, Size } from './limits.js';
export { type MatcherAnswer, memoryMatchers } from './matchers.js';
export { type MeasuredFigures, MemoryLimitError } from './memory-limit-error.js';
export type { AssertOptions, LeakOptions, LimitOptions } from './options.js';
