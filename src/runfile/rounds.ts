// The rounds that a saved run keeps: they are nearly all of a file, and every statistic is in it already. Pure.
import type { RunBenchmark, RunFile } from './schema.js';

/** How many rounds of a benchmark a saved run keeps by default. */
export const savedRounds = 50;

/** The run with at most so many rounds per benchmark, evenly spaced; every statistic stays that of all rounds. */
export function sampleRounds(run: RunFile, most: number): RunFile {
  const sample = (benchmark: RunBenchmark) =>
    most === 0 ? withoutRounds(benchmark) : sampleBenchmark(benchmark, most);
  return { ...run, benchmarks: run.benchmarks.map(sample) };
}

/** True if a benchmark of the run has more than so many rounds. */
export function hasMoreRounds({ benchmarks }: RunFile, most: number): boolean {
  return benchmarks.some(({ stats }) => (stats?.data?.length ?? 0) > most);
}

function withoutRounds(benchmark: RunBenchmark): RunBenchmark {
  if (benchmark.stats === undefined) return benchmark;
  const { data: _data, data_sampled_from: _from, ...stats } = benchmark.stats;
  return { ...benchmark, stats };
}

function sampleBenchmark(benchmark: RunBenchmark, most: number): RunBenchmark {
  const { stats } = benchmark;
  if (stats?.data === undefined || stats.data.length <= most) return benchmark;
  const all = stats.data_sampled_from ?? stats.data.length;
  return { ...benchmark, stats: { ...stats, data: evenlySpaced(stats.data, most), data_sampled_from: all } };
}

/** The first, the last and what lies evenly between, in order; the middle one alone. */
function evenlySpaced(values: readonly number[], count: number): number[] {
  const last = values.length - 1;
  const place = (index: number) => (count === 1 ? last / 2 : (index * last) / (count - 1));
  return Array.from({ length: count }, (_, index) => values[Math.round(place(index))] as number);
}
