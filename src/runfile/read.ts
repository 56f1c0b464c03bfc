// Reads a run file: strict about shape, tolerant of what other writers do (bare NaN and Infinity).
// Every error names the file and, where there is one, the benchmark. Changes and derives nothing.
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { BenchmemError } from '../errors.js';
import { benchmarkSchema, type RunBenchmark, type RunFile, runFrameSchema } from './schema.js';

/** Reads and checks one run file. Throws BAD_RUN_FILE, naming the file and the benchmark. */
export async function readRunFile(path: string): Promise<RunFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new BenchmemError(
      'BAD_RUN_FILE',
      `cannot read ${path}: ${(cause as Error).message}`,
      'check the path',
      {
        cause,
      },
    );
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
  const parsed = v.safeParse(benchmarkSchema, value);
  if (parsed.success) return parsed.output;
  throw broken(file, `${benchmarkName(value, index)}: ${firstIssue(parsed.issues)}`);
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
    return JSON.parse(text);
  } catch (cause) {
    const repaired = parsePythonJson(text);
    if (repaired !== undefined) return repaired.value;
    throw broken(file, `is not JSON: ${(cause as Error).message}`, undefined, cause);
  }
}

const stringOrConstant = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/gs;

// Python's json module writes NaN, Infinity and -Infinity bare. Only such a file pays for the second parse.
function parsePythonJson(text: string): { value: unknown } | undefined {
  let marker = '#number:';
  while (text.includes(marker)) marker = `#${marker}`;
  const quoted = text.replace(stringOrConstant, (token) =>
    token.startsWith('"') ? token : `"${marker}${token}"`,
  );
  try {
    const revive = (_key: string, value: unknown) =>
      typeof value === 'string' && value.startsWith(marker) ? Number(value.slice(marker.length)) : value;
    return { value: JSON.parse(quoted, revive) };
  } catch {
    return undefined; // The caller reports the first parse's error, which speaks of the text as it stands.
  }
}

function broken(file: string, what: string, hint?: string, cause?: unknown): BenchmemError {
  const remedy = hint ?? 'pass a run file: benchmem measure FILE --json run.json writes one';
  return new BenchmemError('BAD_RUN_FILE', `${file}: ${what}`, remedy, { cause });
}
