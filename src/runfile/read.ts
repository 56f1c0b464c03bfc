// Reads a run file: strict about shape, tolerant of what other writers do (bare NaN and Infinity).
// Every error names the file and, where there is one, the benchmark. Changes and derives nothing.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { BenchmemError } from '../errors.js';
import { parseTolerantJson } from './json.js';
import { isPlainBenchmark } from './plain-benchmark.js';
import { benchmarkSchema, type RunBenchmark, type RunFile, runFrameSchema, seriesFields } from './schema.js';

/**
 * Reads and checks one run file; `path` names it in errors, `absolute` is where it is read from.
 * Throws BAD_RUN_FILE, naming the file and the benchmark.
 */
export async function readRunFile(path: string, absolute: string = path): Promise<RunFile> {
  let text: string;
  try {
    // PERF: decoded as a whole; readFile decodes piece by piece, and joins.
    text = (await readFile(absolute)).toString('utf8');
  } catch (cause) {
    const isGone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const remedy = isGone
      ? 'check the path; a saved run is named by its number, its name, or latest'
      : 'check the path';
    throw new BenchmemError('BAD_RUN_FILE', `cannot read ${path}: ${(cause as Error).message}`, remedy, {
      cause,
    });
  }
  return parseRunFile(text, path);
}

/** The run held by `text`; `file` names it in errors. Throws BAD_RUN_FILE. */
export function parseRunFile(text: string, file: string): RunFile {
  if (text.startsWith('\uFEFF')) {
    throw broken(file, 'begins with a byte order mark', 'save the file as UTF-8 without a BOM');
  }
  const frame = v.safeParse(runFrameSchema, parseJson(text, file));
  if (!frame.success) throw broken(file, firstIssue(frame.issues));
  const benchmarks = frame.output.benchmarks.map((value, index) => parseBenchmark(value, index, file));
  refuseDuplicates(benchmarks, file);
  return { ...frame.output, benchmarks };
}

function parseBenchmark(value: unknown, index: number, file: string): RunBenchmark {
  // PERF: the schema takes 30 us a benchmark, this check 1; whatever it does not know is the schema's to judge.
  if (isPlainBenchmark(value)) return value;
  dropNullSeries(value);
  const parsed = v.safeParse(benchmarkSchema, value);
  if (parsed.success) return parsed.output;
  throw broken(file, `${benchmarkName(value, index)}: ${firstIssue(parsed.issues)}`);
}

// A writer elsewhere gives null for a series that was not measured.
function dropNullSeries(value: unknown): void {
  const blob = (value as { extra_info?: { benchmem?: Record<string, unknown> } } | null)?.extra_info
    ?.benchmem;
  if (typeof blob !== 'object' || blob === null) return;
  for (const field of seriesFields) if (blob[field] === null) delete blob[field];
}

function benchmarkName(value: unknown, index: number): string {
  const fullname = (value as { fullname?: unknown } | null)?.fullname;
  return typeof fullname === 'string' ? `benchmark ${JSON.stringify(fullname)}` : `benchmarks[${index}]`;
}

function refuseDuplicates(benchmarks: readonly RunBenchmark[], file: string): void {
  const seen = new Set<string>();
  for (const { fullname } of benchmarks) {
    if (seen.has(fullname)) throw broken(file, `benchmark ${JSON.stringify(fullname)} stands there twice`);
    seen.add(fullname);
  }
}

function firstIssue(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const path = v.getDotPath(issue);
  // WHY: valibot words a missing key as an invalid one.
  if (path !== null && issue.input === undefined) return `${path} is missing`;
  return path === null ? issue.message : `${path} ${issue.message}`;
}

function parseJson(text: string, file: string): unknown {
  try {
    return parseTolerantJson(text);
  } catch (cause) {
    throw broken(file, `is not JSON: ${(cause as Error).message}`, undefined, cause);
  }
}

function broken(file: string, what: string, hint?: string, cause?: unknown): BenchmemError {
  const remedy = hint ?? 'pass a run file: benchmem measure FILE --json run.json writes one';
  return new BenchmemError('BAD_RUN_FILE', `${file}: ${what}`, remedy, { cause });
}
