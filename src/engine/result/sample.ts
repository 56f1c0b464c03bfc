// One pass's figures as flat named fields, and how they follow from a native reading.
// A figure that was not measured is absent, never 0.
import type { AllocatorReading, NativeReading } from '../../native/contract.js';
import { defined } from '../../shapes.js';

/** Every field a sample may hold, in the order of the tables. Bytes, except for the counts named so. */
export const sampleFields = [
  'peak_bytes',
  'native_at_peak_bytes',
  'js_at_peak_bytes',
  'mapped_other_at_peak_bytes',
  'native_peak_bytes',
  'js_peak_bytes',
  'total_bytes',
  'native_total_bytes',
  'js_total_bytes',
  'allocations',
  'engine_peak_bytes',
  'engine_total_bytes',
  'engine_allocations',
  'objects',
  'retained_bytes',
  'mapped_peak_bytes',
  'requested_at_mapped_peak_bytes',
  'private_mapped_peak_bytes',
  'rss_bytes',
] as const;

export type SampleField = (typeof sampleFields)[number];

/**
 * The figures of one pass, named as in run files.
 *
 * - `peak_bytes`: the most that was needed at once, native and JavaScript heap together; `native_at_peak_bytes`,
 *   `js_at_peak_bytes` and `mapped_other_at_peak_bytes` are its parts at that instant.
 * - `native_peak_bytes`, `js_peak_bytes`: each side's own high-water mark, reached at different instants.
 * - `total_bytes`: every byte allocated; `native_total_bytes`, `js_total_bytes` are its parts.
 * - `allocations`: native allocations (a count).
 * - `engine_*`: V8's own native allocations, which no other field includes; `engine_allocations` is a count.
 * - `retained_bytes`: net change once garbage is gone; may be negative.
 * - `mapped_peak_bytes`: what the allocator took from the system at most, above the level at the opening;
 *   `requested_at_mapped_peak_bytes`: the bytes in use just then.
 * - `private_mapped_peak_bytes`: resident bytes that allocators inside addons mapped at most, above the opening; in no
 *   other field, and only with `exposePrivate`.
 */
export type Sample = { readonly [Field in SampleField]?: number };

/**
 * Which figures a pass gives: near-live peak, exact accounting, or all of them from one window. A `profile` pass gives them
 * beside the stacks behind its native ones; no reported figure comes from it.
 */
export type PassKind = 'peak' | 'accounting' | 'attached' | 'profile';

/** The opt-in passes, whose figures come from children of their own. */
export type ExtraKind = 'rss' | 'objects' | 'sites' | 'retainers' | 'heap-samples';

export const passKinds: readonly PassKind[] = ['peak', 'accounting', 'attached', 'profile'];

/** Whether garbage is kept small in such a pass, so that its peak is near what was live. */
export function isNearLive(kind: PassKind): boolean {
  return kind === 'peak' || kind === 'profile';
}

/** Whether a pass of this kind, quick or not, tells what was allocated and what stays. */
export function countsAllocations(kind: PassKind, quick: boolean | undefined): boolean {
  return !isNearLive(kind) || quick === true;
}

/** What the reading alone does not hold; each absent if it was not measured. */
export interface SampleExtras {
  readonly retainedBytes?: number | undefined;
  readonly mapped?: MappedFigures | undefined;
  readonly privateMappedPeakBytes?: number | undefined;
  /** A peak pass counts what it can give exactly: allocations, and what stays. */
  readonly isQuick?: boolean | undefined;
}

export type MappedFigures = Pick<AllocatorReading, 'mappedPeakBytes' | 'requestedAtMappedPeakBytes'>;

/** The fields that a pass of this kind reports. */
export function toSample(kind: PassKind, reading: NativeReading, extras: SampleExtras): Sample {
  switch (kind) {
    case 'peak':
      return extras.isQuick === true
        ? { ...peakFields(reading), ...quickFields(reading, extras) }
        : peakFields(reading);
    case 'accounting':
      return accountingFields(reading, extras);
    case 'attached':
    case 'profile':
      return { ...peakFields(reading), ...accountingFields(reading, extras) };
  }
}

/**
 * What the sampling loop watches: the peak, or where this runtime shows no JavaScript heap, the native mark.
 */
export function loopPeakBytes(reading: NativeReading): number {
  return reading.js === undefined ? reading.program.peakBytes : reading.sum.peakBytes;
}

// Without the JavaScript heap the sum is no peak: then it stays absent.
function peakFields({ sum, js }: NativeReading): Sample {
  if (js === undefined) return {};
  return defined({
    peak_bytes: sum.peakBytes,
    native_at_peak_bytes: sum.nativeAtPeakBytes,
    js_at_peak_bytes: sum.jsAtPeakBytes,
    mapped_other_at_peak_bytes: sum.mappedOtherAtPeakBytes,
  });
}

/** Whether the reading's JavaScript total is not a total: the heap cannot have given out less than nothing. */
export function isVoid({ js }: NativeReading): boolean {
  return js !== undefined && js.totalBytes < 0;
}

// WHY: there is no other field, because collections that keep garbage small free Buffers earlier and make V8 allocate, so that a
// mark, a total and what the engine takes are others than in an accounting pass.
function quickFields({ program }: NativeReading, { retainedBytes }: SampleExtras): Sample {
  return defined({ allocations: program.allocations, retained_bytes: retainedBytes });
}

function accountingFields(reading: NativeReading, extras: SampleExtras): Sample {
  const { program, engine, js } = reading;
  const jsTotal = isVoid(reading) ? undefined : js?.totalBytes;
  return defined({
    native_peak_bytes: program.peakBytes,
    js_peak_bytes: js?.peakBytes,
    total_bytes: jsTotal === undefined ? undefined : program.totalBytes + jsTotal,
    native_total_bytes: program.totalBytes,
    js_total_bytes: jsTotal,
    allocations: program.allocations,
    engine_peak_bytes: engine.peakBytes,
    engine_total_bytes: engine.totalBytes,
    engine_allocations: engine.allocations,
    retained_bytes: extras.retainedBytes,
    mapped_peak_bytes: extras.mapped?.mappedPeakBytes,
    requested_at_mapped_peak_bytes: extras.mapped?.requestedAtMappedPeakBytes,
    private_mapped_peak_bytes: extras.privateMappedPeakBytes,
  });
}
