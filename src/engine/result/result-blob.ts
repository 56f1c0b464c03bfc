// The plain data that run files store of a result: one flat series per field, one entry per pass. Types only.
import type { ObjectKind } from './census.js';
import type { EnvironmentBlob } from './environment.js';
import type { ObjectSite } from './object-sites.js';
import type { SampleField } from './sample.js';

export type SharedObjectBlob = {
  /** Path; '' is the node executable. */
  object: string;
  source: 'program' | 'engine';
  allocations: number;
  total_bytes: number;
};

export type WarningBlob = {
  code: string;
  subject: string;
  message: string;
  hint: string;
  bytes?: number;
  objects?: string[];
};

/** `extra_info.benchmem` of a run file. Plain data of its own: nobody shares it. */
export type ResultBlob = { [Field in SampleField]?: number[] } & {
  /** Absent for a result that another writer stored. */
  environment?: EnvironmentBlob;
  warnings: WarningBlob[];
  by_shared_object: SharedObjectBlob[];
  child_processes?: number;
  near_live?: NearLiveBlob;
  unaligned?: { [Field in SampleField]?: number[] };
  object_kinds?: ObjectKind[];
  object_sites?: ObjectSitesBlob;
  private_mappings?: PrivateMappingBlob[];
};

/** Resident bytes; `object`: a path, '' is the node executable. */
export type PrivateMappingBlob = {
  object: string;
  allocator?: string;
  grown_bytes: number;
  resident_bytes: number;
};

/** Bytes on the JavaScript heap, from samples every `interval_bytes` on average; 1: from all allocations. */
export type ObjectSitesBlob = { interval_bytes: number; total_bytes: number; sites: ObjectSite[] };

export type NearLiveBlob = { slack_bytes: number; forced_gcs: number };
