// What a result is made of: all that a measurement found, and nothing derived from it. Types only.
import type { NearLiveReading } from '../../native/contract.js';
import type { ObjectKind } from './census.js';
import type { Environment } from './environment.js';
import type { ObjectSites } from './object-sites.js';
import type { Sample, SampleField } from './sample.js';
import type { SharedObjectBytes } from './shared-object.js';
import type { PrivateMapping } from './unseen.js';
import type { Warning } from './warning.js';

export interface MemoryResultParts {
  readonly samples: readonly Sample[];
  /** Absent for a result that another writer stored. */
  readonly environment?: Environment;
  readonly warnings: readonly Warning[];
  readonly bySharedObject: readonly SharedObjectBytes[];
  readonly childProcesses?: number;
  readonly nearLive?: NearLiveReading;
  readonly unaligned?: UnalignedSeries;
  readonly objectKinds?: readonly ObjectKind[];
  readonly objectSites?: ObjectSites;
  readonly privateMappings?: readonly PrivateMapping[];
}

/** Series that do not have one entry per pass. */
export type UnalignedSeries = { readonly [Field in SampleField]?: readonly number[] };
