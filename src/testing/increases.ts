// What may be compared of two runs of tests, and how far each test moved. Pure; limits are judged by the gate.
import type { RunBenchmark, RunFile } from '../runfile/schema.js';
import { isRecord } from '../shapes.js';

export interface ComparableTests {
  /** Both runs with the tests that passed in both and were measured alike; others that only one has stay. */
  readonly base: RunFile;
  readonly head: RunFile;
  /** Tests of both runs that are left out. */
  readonly skipped: readonly SkippedTest[];
}

export interface SkippedTest {
  readonly id: string;
  /** Completes "it is not compared, because". */
  readonly why: string;
}

export interface TestMove {
  readonly id: string;
  /** Peaks, in bytes. */
  readonly from: number;
  readonly to: number;
}

export interface TestMoves {
  /** Of tests in both runs whose peaks differ, the largest difference first. */
  readonly moves: readonly TestMove[];
  readonly compared: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export function comparableTests(base: RunFile, head: RunFile): ComparableTests {
  const earlier = new Map(base.benchmarks.map((benchmark) => [benchmark.fullname, benchmark]));
  const skipped = head.benchmarks.flatMap((benchmark): SkippedTest[] => {
    const before = earlier.get(benchmark.fullname);
    const why = before && whyNot(before, benchmark);
    return why === undefined ? [] : [{ id: benchmark.fullname, why }];
  });
  const left = new Set(skipped.map(({ id }) => id));
  return { base: without(base, left), head: without(head, left), skipped };
}

export function movesOf(base: RunFile, head: RunFile): TestMoves {
  const before = peaksOf(base);
  const now = peaksOf(head);
  const both = [...now].flatMap(([id, to]) => {
    const from = before.get(id);
    return from === undefined ? [] : [{ id, from, to }];
  });
  return {
    moves: both
      .filter(({ from, to }) => from !== to)
      .sort((left, right) => Math.abs(right.to - right.from) - Math.abs(left.to - left.from)),
    compared: both.length,
    added: [...now.keys()].filter((id) => !before.has(id)),
    removed: [...before.keys()].filter((id) => !now.has(id)),
  };
}

// WHY: the tier decides, because without forced collections a peak holds garbage, and a limit that is new or gone would read as a
// move.
function whyNot(before: RunBenchmark, now: RunBenchmark): string | undefined {
  const [earlier, later] = [factsOf(before), factsOf(now)];
  if (earlier.outcome !== 'passed' || later.outcome !== 'passed') {
    return `it did not pass in ${later.outcome === 'passed' ? 'the saved run' : 'this run'}`;
  }
  if (earlier.tier === later.tier) return undefined;
  return `collections were forced in one of the runs only (${earlier.tier} then, ${later.tier} now)`;
}

function factsOf({ extra_info: { benchmem } }: RunBenchmark): {
  readonly outcome: unknown;
  readonly tier: unknown;
} {
  const test = (benchmem as { readonly test?: unknown } | undefined)?.test;
  const { outcome, tier } = isRecord(test) ? test : { outcome: undefined, tier: undefined };
  return { outcome, tier };
}

function without(run: RunFile, left: ReadonlySet<string>): RunFile {
  return { ...run, benchmarks: run.benchmarks.filter(({ fullname }) => !left.has(fullname)) };
}

function peaksOf({ benchmarks }: RunFile): Map<string, number> {
  return new Map(
    benchmarks.flatMap(({ fullname, extra_info: { benchmem } }) => {
      const [peak] = benchmem?.peak_bytes ?? [];
      return peak === undefined ? [] : [[fullname, peak] as const];
    }),
  );
}
