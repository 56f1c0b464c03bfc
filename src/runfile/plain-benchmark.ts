// A quick yes for the benchmarks that nearly all files hold; whatever it does not recognise, the schema judges.
// INVARIANT: never says yes where the schema says no.
import { isRecord, isTexts } from '../shapes.js';
import { type RunBenchmark, seriesFields } from './schema.js';

const knownSeries: ReadonlySet<string> = new Set(seriesFields);
const requiredStats = ['min', 'max', 'mean', 'median', 'stddev', 'rounds'] as const;

/** True for a benchmark of the schema's shape without the parts that only the schema knows. */
export function isPlainBenchmark(value: unknown): value is RunBenchmark {
  if (!isRecord(value)) return false;
  const { name, fullname, group, params, param, options, extra_info: extra, stats } = value;
  if (typeof name !== 'string' || typeof fullname !== 'string') return false;
  if (!isTextOrNull(group) || !isTextOrNull(param)) return false;
  if (!isRecordOrNull(params) || !isRecordOrNull(options) || !isRecord(extra)) return false;
  if (stats !== undefined && !isStats(stats)) return false;
  if (extra.benchmem === undefined) return stats !== undefined;
  return isBlob(extra.benchmem);
}

function isBlob(blob: unknown): boolean {
  if (!isRecord(blob)) return false;
  const length = Array.isArray(blob.peak_bytes) ? blob.peak_bytes.length : 0;
  if (blob.allocations === undefined || blob.total_bytes === undefined) return false;
  for (const key of Object.keys(blob)) {
    const part = blob[key];
    if (knownSeries.has(key)) {
      if (!isSeries(part) || part.length !== length) return false;
    } else if (!isPlainPart(key, part)) return false;
  }
  return true;
}

function isPlainPart(key: string, part: unknown): boolean {
  switch (key) {
    case 'environment':
      return isPlainEnvironment(part);
    case 'warnings':
    case 'by_shared_object':
      return (
        Array.isArray(part) && (part.length === 0 || (key === 'by_shared_object' && part.every(isObject)))
      );
    case 'near_live':
      return isRecord(part) && Number.isFinite(part.slack_bytes) && Number.isFinite(part.forced_gcs);
    case 'child_processes':
      return Number.isFinite(part);
    case 'object_kinds':
      return Array.isArray(part) && part.every(isObjectKind);
    case 'object_sites':
      return isObjectSites(part);
    case 'unaligned':
      return isRecord(part) && Object.values(part).every(isSeries);
    default:
      return true;
  }
}

function isObject(entry: unknown): boolean {
  return (
    isRecord(entry) &&
    typeof entry.object === 'string' &&
    (entry.source === undefined || entry.source === 'program' || entry.source === 'engine') &&
    Number.isFinite(entry.allocations) &&
    Number.isFinite(entry.total_bytes)
  );
}

function isObjectKind(entry: unknown): boolean {
  return (
    isRecord(entry) &&
    typeof entry.kind === 'string' &&
    Number.isFinite(entry.objects) &&
    Number.isFinite(entry.bytes)
  );
}

function isObjectSites(part: unknown): boolean {
  return (
    isRecord(part) &&
    Number.isFinite(part.interval_bytes) &&
    Number.isFinite(part.total_bytes) &&
    Array.isArray(part.sites) &&
    part.sites.every(isObjectSite)
  );
}

function isObjectSite(site: unknown): boolean {
  return (
    isRecord(site) &&
    typeof site.function === 'string' &&
    typeof site.file === 'string' &&
    Number.isFinite(site.line) &&
    Number.isFinite(site.bytes)
  );
}

const environmentTexts = ['mode', 'node', 'v8', 'platform', 'arch', 'libc', 'cpu', 'node_options'] as const;

function isPlainEnvironment(environment: unknown): boolean {
  if (!isRecord(environment)) return false;
  const { allocator, flags, cpu_count: cpus, ram_bytes: ram } = environment;
  return (
    environmentTexts.every((key) => environment[key] === undefined || typeof environment[key] === 'string') &&
    (cpus === undefined || Number.isFinite(cpus)) &&
    (ram === undefined || Number.isFinite(ram)) &&
    (allocator === undefined ||
      (isRecord(allocator) &&
        typeof allocator.name === 'string' &&
        (allocator.version === undefined || typeof allocator.version === 'string'))) &&
    (flags === undefined || (isRecord(flags) && Object.values(flags).every(isTexts)))
  );
}

function isStats(stats: unknown): boolean {
  if (!isRecord(stats)) return false;
  for (const key of requiredStats) if (typeof stats[key] !== 'number') return false;
  const { data, data_sampled_from: all } = stats;
  if (
    all !== undefined &&
    !(all === stats.rounds && Array.isArray(data) && data.length > 0 && data.length <= Number(all))
  )
    return false;
  return data === undefined || (Array.isArray(data) && data.every((round) => typeof round === 'number'));
}

function isSeries(part: unknown): part is readonly number[] {
  return Array.isArray(part) && part.length > 0 && part.every(Number.isFinite);
}

function isTextOrNull(part: unknown): boolean {
  return part === undefined || part === null || typeof part === 'string';
}

function isRecordOrNull(part: unknown): boolean {
  return part === undefined || part === null || isRecord(part);
}
