// Reads a run file: strict about shape, tolerant of what other writers do (bare NaN and Infinity).
// Every error names the file and, where there is one, the benchmark. Changes and derives nothing.
import { isAscii, isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { BenchmemError } from '../errors.js';
import { isRecord } from '../shapes.js';
import { groupText } from './group-text.js';
import { parseTolerantJson } from './json.js';
import { otherToolsFile, otherToolsLines } from './other-tools.js';
import { isPlainBenchmark } from './plain-benchmark.js';
import { benchmarkSchema, type RunBenchmark, type RunFile, runFrameSchema, seriesFields } from './schema.js';

/** What was left out of a file that was read. */
export interface ReadWarning {
  readonly code: string;
  /** The benchmark's id. */
  readonly subject: string;
  readonly message: string;
  readonly hint: string;
}

export type OnReadWarning = (warning: ReadWarning) => void;

/**
 * Reads and checks one run file; `path` names it in errors, `absolute` is where it is read from.
 * Throws BAD_RUN_FILE, naming the file and the benchmark.
 */
export async function readRunFile(
  path: string,
  absolute: string = path,
  onWarning?: OnReadWarning,
): Promise<RunFile> {
  const bytes = await readFile(absolute).catch((cause: NodeJS.ErrnoException) => {
    const remedy =
      cause.code === 'ENOENT'
        ? 'check the path; a saved run is named by its number, its name, or latest'
        : 'check the path';
    throw new BenchmemError('BAD_RUN_FILE', `cannot read ${path}: ${cause.message}`, remedy, { cause });
  });
  return parseRunBytes(bytes, path, onWarning);
}

/** The run held by `bytes`; `file` names it in errors. Throws BAD_RUN_FILE, also for what is not UTF-8. */
export function parseRunBytes(bytes: Buffer, file: string, onWarning?: OnReadWarning): RunFile {
  // PERF: nearly all files are ASCII, whose bytes are the text.
  if (isAscii(bytes)) return parseRunFile(bytes.toString('latin1'), file, onWarning);
  // WHY: decoding would put U+FFFD into ids in silence, and two ids could become one.
  if (!isUtf8(bytes)) {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw broken(
      file,
      isUtf16 ? 'is UTF-16 text, and a run file is UTF-8' : 'is not valid UTF-8',
      'save the file as UTF-8',
    );
  }
  // PERF: decoded as a whole; readFile decodes piece by piece, and joins.
  return parseRunFile(bytes.toString('utf8'), file, onWarning);
}

/** The run held by `text`; `file` names it in errors. Throws BAD_RUN_FILE. */
export function parseRunFile(text: string, file: string, onWarning: OnReadWarning = () => {}): RunFile {
  if (text.startsWith('\uFEFF')) {
    throw broken(file, 'begins with a byte order mark', 'save the file as UTF-8 without a BOM');
  }
  const document = parseJson(text, file);
  refuseOtherTool(otherToolsFile(document), file);
  dropNulls(document, ['machine_info', 'commit_info', 'datetime', 'version', 'benchmem']);
  const frame = v.safeParse(runFrameSchema, document);
  if (!frame.success) throw broken(file, firstIssue(frame.issues));
  const benchmarks = frame.output.benchmarks.map((value, index) =>
    parseBenchmark(value, index, file, onWarning),
  );
  refuseDuplicates(benchmarks, file);
  return { ...frame.output, benchmarks };
}

function refuseOtherTool(what: string | undefined, file: string): void {
  if (what === undefined) return;
  throw broken(
    file,
    `is ${what}, and not a run file`,
    'pass a run file of benchmem (benchmem run --json run.json) or of pytest-benchmark (--benchmark-json)',
  );
}

function parseBenchmark(value: unknown, index: number, file: string, onWarning: OnReadWarning): RunBenchmark {
  const group = isRecord(value) ? normalizeGroup(value) : undefined;
  if (group !== undefined) onWarning(groupWarning(value, file, group));
  // PERF: the schema takes 30 us a benchmark, this check 1; whatever it does not know is the schema's to judge.
  if (isPlainBenchmark(value)) return value;
  dropNulls(value, ['extra_info', 'stats']);
  dropNulls((value as { extra_info?: { benchmem?: unknown } } | null)?.extra_info?.benchmem, seriesFields);
  const parsed = v.safeParse(benchmarkSchema, value);
  if (parsed.success) return parsed.output;
  throw broken(file, `${benchmarkName(value, index)}: ${firstIssue(parsed.issues)}`);
}

// Puts the group's text in its place; answers a value that can be no group, as the file shows it.
function normalizeGroup(benchmark: Record<string, unknown>): string | undefined {
  const { group } = benchmark;
  const text = groupText(group);
  if (text === group || group === undefined) return undefined;
  benchmark.group = text ?? null;
  return text === undefined ? shown(group) : undefined;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner) => (typeof inner === 'number' ? String(inner) : inner));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function groupWarning(benchmark: unknown, file: string, group: string): ReadWarning {
  const { fullname } = benchmark as { fullname?: unknown };
  return {
    code: 'NO_GROUP',
    subject: String(fullname),
    message: `its group in ${file} is ${group}, which no text stands for, so it has none`,
    hint: 'a group is a text, a number, a boolean or a list of those',
  };
}

// A writer elsewhere gives null for what it does not have.
function dropNulls(record: unknown, names: readonly string[]): void {
  if (!isRecord(record)) return;
  for (const name of names) if (record[name] === null) delete record[name];
}

function benchmarkName(value: unknown, index: number): string {
  const fullname = (value as { fullname?: unknown } | null)?.fullname;
  return typeof fullname === 'string' ? `benchmark ${JSON.stringify(fullname)}` : `benchmarks[${index}]`;
}

function refuseDuplicates(benchmarks: readonly RunBenchmark[], file: string): void {
  const seen = new Set(benchmarks.map(({ fullname }) => fullname));
  if (seen.size === benchmarks.length) return;
  seen.clear();
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
    refuseOtherTool(otherToolsLines(text), file);
    throw broken(file, `is not JSON: ${(cause as Error).message}`, undefined, cause);
  }
}

function broken(file: string, what: string, hint?: string, cause?: unknown): BenchmemError {
  const remedy = hint ?? 'pass a run file: benchmem measure FILE --json run.json writes one';
  return new BenchmemError('BAD_RUN_FILE', `${file}: ${what}`, remedy, { cause });
}
