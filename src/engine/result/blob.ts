// A result as plain data, the form that run files store: one flat series per field, one entry per pass.
// The way back checks every part: what it answers is a result that could have been measured.
import { BenchmemError } from '../../errors.js';
import { defined, isRecord, isTexts } from '../../shapes.js';
import type { ObjectKind } from './census.js';
import {
  type Environment,
  environmentFromBlob,
  environmentToBlob,
  isEnvironmentBlob,
} from './environment.js';
import type { ObjectSite, ObjectSites } from './object-sites.js';
import type { NearLiveBlob, PrivateMappingBlob, ResultBlob, SharedObjectBlob } from './result-blob.js';
import type { MemoryResultParts, UnalignedSeries } from './result-parts.js';
import { type Sample, type SampleField, sampleFields } from './sample.js';
import type { SharedObjectBytes } from './shared-object.js';
import type { PrivateMapping } from './unseen.js';
import type { Warning } from './warning.js';

export function toBlob(parts: MemoryResultParts): ResultBlob {
  const { samples, environment, warnings, bySharedObject, childProcesses, nearLive, unaligned, objectKinds } =
    parts;
  const { privateMappings, objectSites } = parts;
  const blob: ResultBlob = {
    ...(environment !== undefined && { environment: environmentToBlob(environment) }),
    warnings: warnings.map(({ objects, ...same }) => ({
      ...same,
      ...(objects && { objects: [...objects] }),
    })),
    by_shared_object: bySharedObject.map(({ totalBytes, ...same }) => ({ ...same, total_bytes: totalBytes })),
    ...defined({ child_processes: childProcesses }),
    ...(nearLive !== undefined && {
      near_live: { slack_bytes: nearLive.slackBytes, forced_gcs: nearLive.forcedCollections },
    }),
    ...(unaligned !== undefined &&
      Object.keys(unaligned).length > 0 && {
        unaligned: Object.fromEntries(
          Object.entries(unaligned).map(([field, series]) => [field, [...series]]),
        ),
      }),
    ...(objectKinds !== undefined && { object_kinds: objectKinds.map((entry) => ({ ...entry })) }),
  };
  if (privateMappings !== undefined) blob.private_mappings = privateMappings.map(toPrivateMappingBlob);
  if (objectSites !== undefined) {
    const { intervalBytes, totalBytes, sites } = objectSites;
    blob.object_sites = {
      interval_bytes: intervalBytes,
      total_bytes: totalBytes,
      sites: sites.map((site) => ({ ...site })),
    };
  }
  const series = sampleFields.map((field) => [field, seriesOf(samples, field)] as const);
  return { ...Object.fromEntries(series.filter(([, values]) => values !== undefined)), ...blob };
}

function toPrivateMappingBlob({ grownBytes, residentBytes, ...same }: PrivateMapping): PrivateMappingBlob {
  return { ...same, grown_bytes: grownBytes, resident_bytes: residentBytes };
}

function fromPrivateMappingBlob({
  grown_bytes,
  resident_bytes,
  ...same
}: PrivateMappingBlob): PrivateMapping {
  return { ...same, grownBytes: grown_bytes, residentBytes: resident_bytes };
}

function isPrivateMapping(item: unknown): item is PrivateMappingBlob {
  return (
    isRecord(item) &&
    typeof item.object === 'string' &&
    ['string', 'undefined'].includes(typeof item.allocator) &&
    [item.grown_bytes, item.resident_bytes].every(Number.isFinite)
  );
}

/** One field over all passes; undefined where a pass has none. */
export function seriesOf(samples: readonly Sample[], field: SampleField): number[] | undefined {
  const values = samples.map((sample) => sample[field]);
  return values.every((value) => value !== undefined) ? values : undefined;
}

/** Throws INVALID_BLOB, naming the part that is wrong. */
export function partsFromBlob(blob: unknown): MemoryResultParts {
  if (!isRecord(blob)) throw invalid('it is no object');
  const { child_processes: childProcesses, near_live: nearLive } = blob;
  if (childProcesses !== undefined && !isNumber(childProcesses))
    throw invalid('child_processes is no number');
  if (nearLive !== undefined && !isNearLive(nearLive)) throw invalid('near_live has another shape');
  const { unaligned, object_kinds: objectKinds } = blob;
  return {
    ...(unaligned !== undefined && { unaligned: readUnaligned(unaligned) }),
    ...(objectKinds !== undefined && { objectKinds: readList(blob, 'object_kinds', isObjectKind) }),
    ...(blob.object_sites !== undefined && { objectSites: readSites(blob.object_sites) }),
    samples: samplesFromBlob(blob),
    ...(blob.environment !== undefined && { environment: readEnvironment(blob.environment) }),
    warnings: readList(blob, 'warnings', isWarning),
    bySharedObject: readList(blob, 'by_shared_object', isSharedObject).map(fromSharedObjectBlob),
    ...defined({ childProcesses }),
    ...(blob.private_mappings !== undefined && {
      privateMappings: readList(blob, 'private_mappings', isPrivateMapping).map(fromPrivateMappingBlob),
    }),
    ...(nearLive !== undefined && {
      nearLive: { slackBytes: nearLive.slack_bytes, forcedCollections: nearLive.forced_gcs },
    }),
  };
}

function samplesFromBlob(blob: Record<string, unknown>): Sample[] {
  const fields = sampleFields.filter((field) => blob[field] !== undefined);
  const series = fields.map((field) => [field, readSeries(blob[field], field)] as const);
  const [first] = series;
  if (first === undefined) throw invalid('it holds no series');
  const length = first[1].length;
  for (const [field, values] of series) {
    if (values.length !== length)
      throw invalid(`${field} has ${values.length} entries, ${first[0]} has ${length}`);
  }
  return Array.from({ length }, (_, index) =>
    Object.fromEntries(series.map(([field, values]) => [field, values[index]])),
  );
}

function readUnaligned(value: unknown): UnalignedSeries {
  if (!isRecord(value)) throw invalid('unaligned has another shape');
  const fields = sampleFields.filter((field) => value[field] !== undefined);
  return Object.fromEntries(fields.map((field) => [field, readSeries(value[field], field)]));
}

function isObjectKind(item: unknown): item is ObjectKind {
  return isRecord(item) && typeof item.kind === 'string' && [item.objects, item.bytes].every(Number.isFinite);
}

function readSites(value: unknown): ObjectSites {
  if (!isRecord(value) || !Number.isFinite(value.interval_bytes) || !Number.isFinite(value.total_bytes)) {
    throw invalid('object_sites has another shape');
  }
  return {
    intervalBytes: value.interval_bytes as number,
    totalBytes: value.total_bytes as number,
    sites: readList(value, 'sites', isSite),
  };
}

function isSite(item: unknown): item is ObjectSite {
  return (
    isRecord(item) &&
    [item.function, item.file].every((text) => typeof text === 'string') &&
    [item.line, item.bytes].every(Number.isFinite)
  );
}

function readSeries(value: unknown, field: string): readonly number[] {
  // WHY a copy: `every` passes over what a list with holes does not have, and the result keeps no part of a blob.
  if (Array.isArray(value) && value.length > 0 && [...value].every(Number.isFinite)) return [...value];
  throw invalid(`${field} is no list of numbers`);
}

function readList<T>(
  blob: Record<string, unknown>,
  name: string,
  accepts: (item: unknown) => item is T,
): readonly T[] {
  const list = blob[name] ?? [];
  if (Array.isArray(list) && list.every(accepts)) return list;
  throw invalid(`${name} has another shape`);
}

function readEnvironment(value: unknown): Environment {
  if (!isEnvironmentBlob(value)) throw invalid('its environment is missing or has another shape');
  return environmentFromBlob(value);
}

function isWarning(item: unknown): item is Warning {
  return (
    isRecord(item) &&
    [item.code, item.subject, item.message, item.hint].every((text) => typeof text === 'string') &&
    (item.bytes === undefined || Number.isFinite(item.bytes)) &&
    (item.objects === undefined || isTexts(item.objects))
  );
}

function isSharedObject(item: unknown): item is SharedObjectBlob {
  return (
    isRecord(item) &&
    typeof item.object === 'string' &&
    ['program', 'engine'].includes(item.source as string) &&
    [item.allocations, item.total_bytes].every(Number.isFinite)
  );
}

function isNearLive(item: unknown): item is NearLiveBlob {
  return isRecord(item) && Number.isFinite(item.slack_bytes) && Number.isFinite(item.forced_gcs);
}

function fromSharedObjectBlob({ total_bytes, ...same }: SharedObjectBlob): SharedObjectBytes {
  return { ...same, totalBytes: total_bytes };
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function invalid(what: string): BenchmemError {
  return new BenchmemError(
    'INVALID_BLOB',
    `this is no stored result: ${what}`,
    'pass what toBlob() answered',
  );
}
