// The public API, and nothing else: what is not exported here may change at any time.

import { installHooks, uninstallHooks } from './engine/hooks.js';
import { thisProcess } from './engine/host.js';

export type { ResultBlob, SharedObjectBlob } from './engine/blob.js';
export type { Environment } from './engine/environment.js';
export { measureMemory, measurePeak } from './engine/measure.js';
export { type EngineFigures, MemoryResult, type SideFigures } from './engine/memory-result.js';
export type { ModuleAction } from './engine/module-action.js';
export { type OpenWindow, openWindow } from './engine/open-window.js';
export type {
  AllocatorName,
  IsolateOptions,
  MeasureOptions,
  OpenWindowOptions,
  PassProgress,
  SamplingOptions,
} from './engine/options.js';
export type { PassKind, Sample, SampleField } from './engine/sample.js';
export type { SharedObjectBytes } from './engine/shared-object.js';
export type { Warning, WarningCode } from './engine/warning.js';
export { BenchmemError, type ChildEnd, ChildError, type ErrorCode } from './errors.js';

/**
 * Hooks the allocator of this process, which the first measurement does by itself; idempotent. Native objects that
 * were loaded before and after are both covered. Throws ADDON_MISSING, UNSUPPORTED_RUNTIME.
 */
export function install(): void {
  installHooks(thisProcess().binding);
}

/** Takes the hooks out again; the next measurement puts them back. Throws WINDOW_OPEN. */
export function uninstall(): void {
  uninstallHooks(thisProcess().binding);
}
