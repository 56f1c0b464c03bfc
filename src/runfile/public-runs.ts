// What the package offers for reading runs; the entry imports it on demand.
import { labelsOf, type Run, type RunPlace, readRun } from './run.js';
import { type RunSamples, type RunTable, type SampleChoice, samplesOf, tableOf } from './table.js';

export { readRun, readRuns } from './run.js';
export { discoverRuns } from './storage.js';

/**
 * One run's values of a metric (default: `time`, `min`); a benchmark that lacks it is left out. `run` is what `readRun`
 * answered or takes. Throws BAD_RUN_FILE, INVALID_OPTION for an unknown metric or statistic.
 */
export async function loadSamples(
  run: Run | string,
  choice: SampleChoice = {},
  place: RunPlace = {},
): Promise<RunSamples> {
  return samplesOf(typeof run === 'string' ? await readRun(run, place) : run, choice);
}

/** One row per run and id that has the metric, a column per dim. Throws as `loadSamples` does. */
export async function loadTable(
  runs: readonly (Run | string)[],
  choice: SampleChoice = {},
  place: RunPlace = {},
): Promise<RunTable> {
  const read: Run[] = [];
  for (const run of runs) read.push(typeof run === 'string' ? await readRun(run, place) : run);
  return tableOf(relabel(read), choice);
}

// Runs that were read one by one know nothing of each other: stems that clash get their parents here.
function relabel(runs: readonly Run[]): Run[] {
  if (new Set(runs.map(({ label }) => label)).size === runs.length) return [...runs];
  const labels = labelsOf(runs.map(({ path }) => path));
  return runs.map((run, index) => ({ ...run, label: labels[index] ?? run.label }));
}
