// What a window around a test reads at its close, and how much was done so that it is of that test alone.
import type { NativeBinding, ProfilingBinding, WindowToken } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import { toNearLive, toSharedObjects } from '../result/facts.js';
import type { NearLiveBlob, SharedObjectBlob } from '../result/fields.js';
import { type MappedFigures, type Sample, toSample } from '../result/sample.js';
import type { WindowCapture } from './profiling.js';

/**
 * `light`: one collection before the test, only if much garbage may stand; garbage of the test counts in its peak.
 * `near-live`: collections are forced inside, so that the peak is near what was live. `full`: that, and the process
 * comes to rest before and after, so that what is retained is known.
 */
export type Tier = 'light' | 'near-live' | 'full';

export interface TestReading {
  /** Bytes, and counts where named so; `retained_bytes` is there in the tier `full` only. */
  readonly sample: Sample;
  readonly tier: Tier;
  /** What settling took, before and after. */
  readonly settleMs: number;
  readonly objects: readonly SharedObjectBlob[];
  /** How garbage was kept small; absent in the tier `light`. */
  readonly nearLive?: NearLiveBlob;
  /** What `topAllocations` names the stacks from; only of a profiled window. */
  readonly profile?: WindowCapture;
}

/** What the reading alone does not hold. */
export interface BesideReading {
  readonly tier: Tier;
  readonly retainedBytes: number | undefined;
  readonly mapped: MappedFigures | undefined;
  readonly profiled: boolean;
}

/** Closes the window, which has ended. Native errors as they come: INVALID_REPORT, OUT_OF_MEMORY, PROFILE_TOO_LARGE. */
export function closeTest(
  binding: NativeBinding,
  token: WindowToken,
  { tier, retainedBytes, mapped, profiled }: BesideReading,
): Omit<TestReading, 'settleMs'> {
  const objects = toSharedObjects(binding.windowObjects(token));
  const stacks = profiled ? (binding as ProfilingBinding).readProfile(token) : undefined;
  const reading = binding.closeWindow(token);
  const sample = toSample('attached', reading, { retainedBytes, mapped });
  const { olderFreedBytes } = reading.program;
  const nearLive = reading.js?.nearLive;
  return {
    sample,
    tier,
    objects,
    ...defined({
      nearLive: nearLive && toNearLive(nearLive),
      profile: stacks && { reading: stacks, olderFreedBytes, sample, description: binding.describe() },
    }),
  };
}
