// Which other benchmark tool wrote a JSON file, by the fields that only its files have. Pure.
// INVARIANT: a run file, also a broken one, and a file of pytest-benchmark belong to no other tool.
import { isRecord } from '../shapes.js';

type Fields = Readonly<Record<string, unknown>>;

interface Tool {
  /** What the file is, after "is". */
  readonly what: string;
  matches(document: unknown): boolean;
}

const has = (value: unknown, ...names: readonly string[]): value is Fields =>
  isRecord(value) && names.every((name) => Object.hasOwn(value, name));

const hasSome = (value: unknown, ...names: readonly string[]): boolean =>
  isRecord(value) && names.some((name) => Object.hasOwn(value, name));

/** True for a list with entries that all fit. */
const isListOf = (value: unknown, fits: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(fits);

const isGoogleBenchmark = (file: unknown): boolean =>
  has(file, 'context', 'benchmarks') &&
  hasSome(file.context, 'num_cpus', 'library_build_type', 'mhz_per_cpu', 'json_schema_version') &&
  Array.isArray(file.benchmarks);

const isVitestBench = (file: unknown): boolean =>
  has(file, 'files') &&
  isListOf(file.files, (entry) => has(entry, 'filepath', 'groups') && Array.isArray(entry.groups));

const isTestReport = (file: unknown): boolean =>
  has(file, 'numTotalTests', 'testResults') && Array.isArray(file.testResults);

const isMitataRun = (entry: unknown): boolean =>
  has(entry, 'runs', 'alias') || (has(entry, 'name', 'stats') && has(entry.stats, 'avg', 'p75', 'p99'));

const isMitata = (file: unknown): boolean =>
  has(file, 'benchmarks') &&
  (has(file, 'layout', 'context') || (has(file, 'cpu', 'runtime') && !has(file, 'version'))) &&
  (isListOf(file.benchmarks, isMitataRun) ||
    (Array.isArray(file.benchmarks) && file.benchmarks.length === 0));

const isEstimate = (value: unknown): boolean => has(value, 'confidence_interval', 'point_estimate');

const isCriterion = (file: unknown): boolean =>
  (has(file, 'mean', 'median') && isEstimate(file.mean) && isEstimate(file.median)) ||
  (has(file, 'reason') && (file.reason === 'benchmark-complete' || file.reason === 'group-complete')) ||
  has(file, 'sampling_mode', 'iters', 'times') ||
  has(file, 'group_id', 'function_id', 'full_id', 'directory_name');

const isAsv = (file: unknown): boolean =>
  has(file, 'commit_hash', 'results') ||
  has(file, 'graphs', 'benchmarks', 'revisions') ||
  (has(file, 'version') && isListOf(besides(file, 'version'), (entry) => has(entry, 'code', 'param_names')));

const besides = (file: Fields, name: string): unknown[] =>
  Object.entries(file).flatMap(([key, value]) => (key === name ? [] : [value]));

const isBenchmarkJsTask = (task: unknown): boolean =>
  has(task, 'stats') &&
  has(task.stats, 'moe', 'rme', 'sem', 'deviation', 'variance') &&
  hasSome(task, 'hz', 'times', 'cycles', 'count');

const isTinybenchResult = (result: unknown): boolean =>
  has(result, 'hz', 'period', 'rme', 'p75', 'p99') ||
  (has(result, 'latency', 'throughput') && has(result.latency, 'mean', 'rme'));

const isTinybenchTask = (task: unknown): boolean =>
  isTinybenchResult(task) ||
  (has(task, 'name', 'result') && isTinybenchResult(task.result)) ||
  (hasSome(task, 'Task name', 'Task Name') &&
    hasSome(task, 'Samples', 'Latency avg (ns)', 'Average Time (ns)', 'ops/sec'));

const isHyperfineResult = (result: unknown): boolean =>
  has(result, 'command', 'mean') && hasSome(result, 'times', 'user', 'system', 'exit_codes');

/** `fits` for the file itself, or for all entries of a list that it is or holds. */
const inAnyWrapping = (file: unknown, fits: (entry: unknown) => boolean): boolean => {
  if (fits(file) || isListOf(file, fits)) return true;
  if (!isRecord(file)) return false;
  const lists = ['results', 'benchmarks', 'tasks', '_tasks', 'benches'].map((name) =>
    Object.hasOwn(file, name) ? file[name] : undefined,
  );
  // A suite of benchmark.js is an object with places: {"0": {…}, "1": {…}, "length": 2}.
  const places = Object.keys(file).filter((key) => /^\d+$/.test(key));
  return [...lists, places.map((key) => file[key])].some((list) => isListOf(list, fits));
};

const tools: readonly Tool[] = [
  { what: 'a result file of hyperfine', matches: (file) => inAnyWrapping(file, isHyperfineResult) },
  { what: 'a result file of google-benchmark', matches: isGoogleBenchmark },
  { what: 'a bench result of vitest', matches: isVitestBench },
  { what: 'a test report of vitest or jest', matches: isTestReport },
  { what: 'a result file of mitata', matches: isMitata },
  { what: 'a file of criterion', matches: isCriterion },
  { what: 'a file of asv', matches: isAsv },
  { what: 'a result of benchmark.js', matches: (file) => inAnyWrapping(file, isBenchmarkJsTask) },
  { what: 'a result of tinybench', matches: (file) => inAnyWrapping(file, isTinybenchTask) },
];

/** What the document is, such as `a result file of hyperfine`; undefined for what no known other tool writes. */
export function otherToolsFile(document: unknown): string | undefined {
  if (isOurs(document)) return undefined;
  return tools.find(({ matches }) => matches(document))?.what;
}

/** As otherToolsFile for text that is no JSON as a whole: a message of JSON in its first line. */
export function otherToolsLines(text: string): string | undefined {
  const end = text.indexOf('\n');
  if (end < 1) return undefined;
  try {
    return otherToolsFile(JSON.parse(text.slice(0, end)));
  } catch {
    return undefined;
  }
}

// What only run files have: our block, pytest-benchmark's heads, or a benchmark with its full name.
function isOurs(document: unknown): boolean {
  if (!isRecord(document)) return false;
  if (hasSome(document, 'machine_info', 'commit_info', 'benchmem')) return true;
  const { benchmarks } = document;
  return Array.isArray(benchmarks) && benchmarks.some((entry) => has(entry, 'fullname'));
}
