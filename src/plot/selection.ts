// What a view draws: the rows of one metric that the filters leave, by run, under the names that runs are shown with.
// ONLY: selectRows. Views get rows from no other function; it throws where there is nothing to draw.
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from '../runfile/ids.js';
import { labelsOf, type Run } from '../runfile/run.js';
import { measuredMetrics, type RunTable, type RunTableRow, statsOf, tableOf } from '../runfile/table.js';
import { type MetricUnit, metricNamed, type StatName } from '../stats/metrics.js';
import { filterRows } from './dims.js';
import type { PlotOptions, PlotSource } from './options.js';

export interface Selection {
  readonly metric: string;
  readonly stat: StatName;
  readonly unit: MetricUnit;
  /** How the runs are shown, in their order. */
  readonly labels: readonly string[];
  /** Every dim of the metric's rows, filtered or not. */
  readonly dims: readonly string[];
  /** Those of the dims that are params. */
  readonly params: readonly string[];
  /** All rows that the filters leave. */
  readonly rows: readonly RunTableRow[];
  /** Per run, its rows by id. */
  readonly byRun: readonly ReadonlyMap<string, RunTableRow>[];
  /** Distinct ids, by code point. */
  readonly ids: readonly string[];
}

/** Throws INVALID_OPTION for an unknown metric, dim or value; NOT_MEASURED if no run has the metric. */
export function selectRows(source: PlotSource, options: PlotOptions): Selection {
  const table = isTable(source) ? sameMetric(source, options.metric) : tableOfRuns(source, options.metric);
  if (table.rows.length === 0) throw notMeasured(source, table.metric);
  const labels = chooseLabels(table.runs, options.labels);
  const rows = filterRows(table.rows, options.where ?? [], table.dims);
  const indexes = new Map(table.runs.map((run, index) => [run, index]));
  const byRun = table.runs.map(() => new Map<string, RunTableRow>());
  for (const row of rows) byRun[indexes.get(row.run) ?? -1]?.set(row.id, row);
  const ids = [...new Set(rows.map(({ id }) => id))].sort(compareCodePoints);
  return {
    metric: table.metric,
    stat: table.stat,
    unit: table.unit,
    labels,
    dims: table.dims,
    params: table.params ?? [],
    rows,
    byRun,
    ids,
  };
}

/** `time`, or `peak` where no benchmark was timed. */
export function defaultMetric(runs: readonly Run[]): string {
  const time = metricNamed('time');
  const timed = runs.some(({ file }) =>
    file.benchmarks.some((benchmark) => time !== undefined && statsOf(benchmark, time)?.min !== undefined),
  );
  return timed ? 'time' : 'peak';
}

function isTable(source: PlotSource): source is RunTable {
  return !Array.isArray(source);
}

function sameMetric(table: RunTable, metric: string | undefined): RunTable {
  if (metric === undefined || metric === table.metric) return table;
  throw new BenchmemError(
    'INVALID_OPTION',
    `the table holds ${table.metric}, not ${metric}`,
    `load it with { metric: '${metric}' }, or pass the runs`,
  );
}

function tableOfRuns(runs: readonly Run[], metric: string = defaultMetric(runs)): RunTable {
  if (runs.length === 0)
    throw new BenchmemError('INVALID_OPTION', 'there is no run to plot', 'pass at least one');
  const distinct = new Set(runs.map(({ label }) => label)).size === runs.length;
  // Runs that were read one by one know nothing of each other.
  const labels = distinct ? [] : labelsOf(runs.map(({ path }) => path));
  return tableOf(
    runs.map((run, index) => ({ ...run, label: labels[index] ?? run.label })),
    { metric },
  );
}

function notMeasured(source: PlotSource, metric: string): BenchmemError {
  const hint = isTable(source)
    ? 'load a metric that was measured'
    : hintOf(measuredMetrics(source.flatMap(({ file }) => file.benchmarks)));
  return new BenchmemError('NOT_MEASURED', `no benchmark of these runs has ${metric}`, hint);
}

function hintOf(measured: readonly string[]): string {
  return measured.length === 0 ? 'the runs hold no figure at all' : `measured were ${measured.join(', ')}`;
}

function chooseLabels(runs: readonly string[], labels: readonly string[] | undefined): readonly string[] {
  const chosen = labels === undefined || labels.length === 0 ? runs : labels;
  if (chosen.length !== runs.length) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `${chosen.length} labels were given for ${runs.length} runs`,
      'give every run one label, in the order of the runs',
    );
  }
  const twice = chosen.find((label, index) => chosen.indexOf(label) !== index);
  if (twice === undefined) return chosen;
  throw new BenchmemError(
    'INVALID_OPTION',
    `two runs are labelled ${twice}`,
    'give every run a label of its own',
  );
}
