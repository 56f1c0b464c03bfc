// The level of each figure over saved runs, and how far a run is from it by chance: what a gate may compare with in place of
// one run, whose own chance is in every comparison with it. Pure.
import type { LevelOf } from '../compare/gate/rules.js';
import { figuresOf } from '../runfile/figures.js';
import { headAt, headFacts } from '../runfile/heads.js';
import type { Rename } from '../runfile/renames.js';
import type { RunFile } from '../runfile/schema.js';
import type { SeriesTable } from '../runfile/store.js';
import { fieldMetrics, type Metric } from '../stats/metrics.js';
import { type HistorySeries, historyOf } from './series.js';
import { withSteps } from './series-steps.js';

/** With fewer runs there is no level. */
export const runsOfAnyLevel = 5;

/** Of the benchmarks of a run that has just been measured, in the environments that it was measured in. */
export function levelsFor(
  file: RunFile,
  table: SeriesTable,
  options: { readonly renames: readonly Rename[]; readonly commits: readonly string[] },
): LevelOf {
  const head = headAt({ path: 'this run', folder: '', stem: 'this run' }, headFacts(file, 'this run'));
  const runs = [...table.runs, { head, figures: figuresOf(file) }];
  const history = historyOf({ ...table, runs }, { metrics: fieldMetrics, ...options });
  const place = history.runs.findIndex((run) => run.head === head);
  const earlier = new Map<string, HistorySeries>();
  const own = new Map<string, string>();
  for (const series of history.series) {
    const { id, metric, environment, points } = series;
    const figure = keyOf(id, metric);
    // WHY: any branch will do, because this run may be of another one than the saved runs are.
    if (points.some(({ run }) => run === place)) own.set(figure, environment);
    const saved = points.filter(({ run, isHollow }) => run !== place && !isHollow);
    if (saved.length >= runsOfAnyLevel) earlier.set(figure + environment, { ...series, points: saved });
  }
  // PERF: only what a limit asks for is analysed.
  return (id, metric) => {
    const figure = keyOf(id, metric);
    const series = earlier.get(figure + (own.get(figure) ?? ''));
    const { level, sigma = 0 } = series === undefined ? {} : withSteps(series, history.runs);
    return level === undefined ? undefined : { level, sigma };
  };
}

function keyOf(id: string, { field }: Metric): string {
  return JSON.stringify([id, field]);
}
