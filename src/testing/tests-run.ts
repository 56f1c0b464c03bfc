// What the tests of a run measured, as a run file that compare, plot and export read: a benchmark per test. Pure.
import type { EnvironmentInFile } from '../engine/result/fields.js';
import type { Sample, SampleField } from '../engine/result/sample.js';
import { splitId } from '../runfile/ids.js';
import type { RunFacts } from '../runfile/record.js';
import {
  isMemoryBlob,
  type MemoryFigures,
  type RunBenchmark,
  type RunFailure,
  type RunFile,
} from '../runfile/schema.js';
import { defined, isRecord } from '../shapes.js';
import type { TestRecord } from './record.js';
import type { SpoolContents } from './spool.js';

/** What stands in the file beside the benchmarks, under `benchmem.tests`. */
export interface TestsPart {
  /** The tests without figures of their own, with what is known of them. */
  readonly others: readonly TestRecord[];
  readonly workers: readonly WorkerPart[];
}

export interface WorkerPart {
  readonly pid: number;
  readonly runner: string;
  readonly runner_version: string;
  /** The most resident memory at the end of a test; absent if no test ended. */
  readonly peak_rss_bytes?: number;
  readonly tests: number;
  readonly files: number;
}

/** Bytes that a peak moves by from run to run without a cause: what V8 opens and compiles meanwhile. */
const jsNoiseBytes = { earlier: 512 * 1024, since22: 64 * 1024 };

/** The run. It is complete unless a process ended inside a test. */
export function testsRun(contents: SpoolContents, facts: RunFacts): RunFile {
  const { records, open, workers } = contents;
  const environments = new Map(workers.map(({ pid, environment }) => [pid, environment]));
  const benchmarks: RunBenchmark[] = [];
  const others: TestRecord[] = [];
  const failures: RunFailure[] = open.map(({ started, pid }) => ({
    fullname: started,
    step: 'test',
    tail: `the process ${pid} ended inside this test`,
  }));
  for (const record of records) {
    const benchmark = benchmarkOf(record, environments.get(record.test.pid));
    if (benchmark === undefined) others.push(record);
    else benchmarks.push(benchmark);
    if (record.test.outcome === 'failed')
      failures.push(defined({ fullname: record.id, step: 'test', tail: record.test.reason }));
  }
  const tests: TestsPart = { others, workers: workerParts(contents) };
  return {
    ...facts,
    benchmarks,
    benchmem: {
      schema: 1,
      complete: open.length === 0,
      kind: 'test',
      ...defined({ failures: failures.length === 0 ? undefined : failures }),
      tests,
    } as RunFile['benchmem'],
  };
}

/** The processes that ran tests, the one with the most resident memory first. */
export function workerParts({ records, workers }: SpoolContents): WorkerPart[] {
  return workers
    .map(({ pid, runner, runner_version }) => {
      const own = records.filter(({ test }) => test.pid === pid);
      const resident = own.flatMap(({ test }) => test.worker_rss_bytes ?? []);
      return {
        pid,
        runner,
        runner_version,
        tests: own.length,
        files: new Set(own.map(({ test }) => test.file)).size,
        ...(resident.length > 0 && { peak_rss_bytes: Math.max(...resident) }),
      };
    })
    .sort((left, right) => (right.peak_rss_bytes ?? 0) - (left.peak_rss_bytes ?? 0));
}

// WHY: a test that failed has none, because its body may have ended early, and a comparison would take that for a saving.
function benchmarkOf(
  { id, figures, test }: TestRecord,
  environment: Readonly<Record<string, unknown>> | undefined,
): RunBenchmark | undefined {
  if (test.outcome === 'failed' || test.outcome === 'unmeasured') return undefined;
  const blob: MemoryFigures = {
    ...seriesOf(figures),
    warnings: [],
    by_shared_object: [...(test.by_shared_object ?? [])],
    resolution: resolutionOf(environment),
    ...defined({ environment: environment as EnvironmentInFile | undefined, profile: test.profile }),
  };
  if (!isMemoryBlob(blob)) return undefined;
  return {
    group: null,
    name: splitId(id).at(-1) ?? id,
    fullname: id,
    params: null,
    param: null,
    options: {},
    extra_info: { benchmem: { ...blob, test } as typeof blob },
  };
}

function seriesOf(figures: Sample): MemoryFigures {
  const entries = Object.entries(figures) as [SampleField, number][];
  return Object.fromEntries(entries.map(([field, value]) => [field, [value]]));
}

function resolutionOf(environment: Readonly<Record<string, unknown>> | undefined): Record<string, number> {
  const { node } = isRecord(environment) ? environment : { node: undefined };
  const major = Number.parseInt(String(node ?? ''), 10);
  const bytes = major >= 22 ? jsNoiseBytes.since22 : jsNoiseBytes.earlier;
  return { peak_bytes: bytes, js_at_peak_bytes: bytes, js_peak_bytes: bytes };
}
