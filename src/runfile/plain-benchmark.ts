// A quick yes for the benchmarks that nearly all files hold; whatever it does not recognise, the schema judges.
// INVARIANT: never says yes where the schema says no.
import { flawInFile } from '../engine/result/fields.js';
import { isRecord } from '../shapes.js';
import type { RunBenchmark } from './schema.js';

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
  return flawInFile(extra.benchmem) === undefined;
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

function isTextOrNull(part: unknown): boolean {
  return part === undefined || part === null || typeof part === 'string';
}

function isRecordOrNull(part: unknown): boolean {
  return part === undefined || part === null || isRecord(part);
}
