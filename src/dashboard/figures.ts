// What the dashboard keeps of each run: its head, and the headline of every metric of every benchmark. Pure.
import type { RunHead } from '../runfile/heads.js';
import type { Run } from '../runfile/run.js';
import { headlineOf } from '../runfile/table.js';
import { type Metric, metrics } from '../stats/metrics.js';

export interface RunFigures {
  readonly head: RunHead;
  /** The file's path below the storage. */
  readonly key: string;
  readonly ids: readonly string[];
  /** By metric, a value per id; NaN where it was not measured. A metric that no benchmark has is absent. */
  readonly values: ReadonlyMap<Metric, Float64Array>;
  /** How many benchmarks were left out. */
  readonly left: number;
}

/** No run has more where it is shown: a hostile file must not fill the memory of a server. */
export const mostBenchmarks = 10_000;

export function figuresOf(
  head: RunHead,
  key: string,
  { file: { benchmarks } }: Pick<Run, 'file'>,
): RunFigures {
  const taken = benchmarks.slice(0, mostBenchmarks);
  const values = new Map<Metric, Float64Array>();
  for (const metric of metrics) {
    const column = Float64Array.from(taken, (benchmark) => headlineOf(benchmark, metric) ?? Number.NaN);
    if (column.some((value) => !Number.isNaN(value))) values.set(metric, column);
  }
  return {
    head,
    key,
    ids: taken.map(({ fullname }) => fullname),
    values,
    left: benchmarks.length - taken.length,
  };
}
