// What a pass finds beside its figures, under the run file's names: one value from the window to the result. Pure.
import type { NearLiveReading, ObjectReading } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { NearLiveBlob, ResultParts, SharedObjectBlob } from './fields.js';
import { mostUnseen, type UnseenMemory } from './unseen.js';

export interface PassFacts {
  /** Bytes and allocations per shared object; only if asked for. */
  readonly by_shared_object?: readonly SharedObjectBlob[];
  /** Processes that were started inside the window; absent if nobody counts. */
  readonly child_processes?: number;
  /** How garbage was kept small; only of a peak pass. */
  readonly near_live?: NearLiveBlob;
  /** What no figure holds; absent if nobody looked, or if mappings are not tracked. */
  readonly unseen?: UnseenMemory;
  /** Whether some pass let the event loop turn: the resolution of what is measured follows from it. */
  readonly yields: boolean;
  /** The most other threads of one pass whose garbage could not be collected, so that `retained_bytes` may be too high. */
  readonly undrained_isolates: number;
  /** The most isolates of addons that ran in one pass and stand, with garbage that nobody else can have collected. */
  readonly embedded_standing: number;
  /** Passes that were taken again, because their JavaScript total came out below zero. */
  readonly void_passes: number;
  /** Passes that did not come to rest while draining, so that `retained_bytes` may be too high. */
  readonly undrained: number;
  /** The most other threads of one pass whose JavaScript heap counts as it was last known. */
  readonly unread_isolates: number;
}

export const noFacts: PassFacts = {
  yields: false,
  void_passes: 0,
  undrained: 0,
  undrained_isolates: 0,
  embedded_standing: 0,
  unread_isolates: 0,
};

/** Those of several passes: the first one's counts, and the most of what must not be missed. */
export function joinFacts(earlier: PassFacts, later: PassFacts): PassFacts {
  return {
    ...later,
    ...earlier,
    ...defined({ unseen: mostUnseen([earlier.unseen, later.unseen]) }),
    yields: earlier.yields || later.yields,
    void_passes: earlier.void_passes + later.void_passes,
    undrained: earlier.undrained + later.undrained,
    undrained_isolates: Math.max(earlier.undrained_isolates, later.undrained_isolates),
    embedded_standing: Math.max(earlier.embedded_standing, later.embedded_standing),
    unread_isolates: Math.max(earlier.unread_isolates, later.unread_isolates),
  };
}

/** What of them a result holds as it is; the rest is told by its warnings. */
export function storedFacts({
  by_shared_object = [],
  child_processes,
  near_live,
  unseen,
}: PassFacts): Omit<ResultParts, 'warnings'> {
  const private_mappings = unseen?.objects;
  return { by_shared_object, ...defined({ child_processes, near_live, private_mappings }) };
}

export function toSharedObjects(readings: readonly ObjectReading[]): SharedObjectBlob[] {
  return readings.map(({ object, source, allocations, totalBytes }) => ({
    object,
    source,
    allocations,
    total_bytes: totalBytes,
  }));
}

export function toNearLive({ slackBytes, forcedCollections }: NearLiveReading): NearLiveBlob {
  return { slack_bytes: slackBytes, forced_gcs: forcedCollections };
}
