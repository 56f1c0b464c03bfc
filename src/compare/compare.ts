// Runs in, one comparison out: series, columns, groups, views and warnings put together. Pure.
import { BenchmemError } from '../errors.js';
import { dimHint, dimNames } from '../runfile/known-dims.js';
import { type Rename, renameEarlier } from '../runfile/renames.js';
import type { Run } from '../runfile/run.js';
import { measuredMetrics } from '../runfile/table.js';
import { defined } from '../shapes.js';
import { type ColumnChoice, type ComparedColumn, chooseColumns, columnKey } from './columns.js';
import { comparisonCsv } from './csv.js';
import type { Comparison } from './document.js';
import { environmentWarnings } from './environments.js';
import { groupIds, parseGroupBy, refuseUnknownKeys, type SortKey } from './groups.js';
import { type Series, type SeriesOptions, seriesOf } from './series.js';
import { noRow, Values } from './values.js';
import { diffGroup, tableGroup } from './views.js';
import { type ComparisonWarning, renameWarnings, warning } from './warnings.js';

export interface CompareOptions extends SeriesOptions, ColumnChoice {
  /** For all runs but the last. */
  readonly renames?: readonly Rename[];
  /** Comma-separated keys; default `fullname`, `''` for one table. */
  readonly groupBy?: string | undefined;
  readonly sort?: SortKey | undefined;
}

/** What was asked for, checked before any run is read. */
export interface ComparePlan {
  readonly columns: readonly ComparedColumn[];
  readonly groupKeys: readonly string[];
  readonly sort: SortKey;
  readonly diff: boolean;
  /** True if the user named the columns: then one that is absent everywhere is worth a warning. */
  readonly named: boolean;
  readonly series: SeriesOptions;
  readonly renames: readonly Rename[];
}

export interface Compared extends Comparison {
  readonly compared: readonly Series[];
  /** The raw values as CSV. */
  csv(): string;
}

/** Throws USAGE for an unknown column, statistic or key. */
export function planComparison(options: CompareOptions): ComparePlan {
  const { columns, stat, diff = false, groupBy = 'fullname', sort = 'name', where, pivot, labels } = options;
  return {
    columns: chooseColumns({ columns, stat, diff }),
    groupKeys: parseGroupBy(groupBy),
    sort,
    diff,
    named: columns !== undefined,
    renames: options.renames ?? [],
    series: defined({ where, pivot, labels }),
  };
}

/** Throws USAGE for a selection that is empty or cannot be compared. */
export function compareRuns(given: readonly Run[], plan: ComparePlan): Compared {
  const { runs, unmatched } = renameEarlier(given, plan.renames);
  const { series, warnings } = seriesOf(runs, plan.series);
  if (plan.diff && series.length < 2) {
    throw new BenchmemError(
      'USAGE',
      '--diff needs two runs, and there is one',
      'name a second run, or leave out --diff',
    );
  }
  refuseUnknownKeys(plan.groupKeys, series);
  const values = new Values(series, plan.columns);
  if (values.columns.length === 0) {
    throw new BenchmemError(
      'USAGE',
      `no run has ${[...new Set(plan.columns.map(({ metric }) => metric))].join(' or ')}`,
      plan.columns.map((column) => columnHint(column, series))[0] ?? 'choose other --columns',
    );
  }
  const groups = groupIds(values, plan.groupKeys, plan.sort, series.length);
  return {
    series: series.map(({ label }) => label),
    view: plan.diff
      ? { kind: 'diff', groups: each(groups, (group) => diffGroup(group, values, series)) }
      : { kind: 'table', groups: each(groups, (group) => tableGroup(group, values, series)) },
    warnings: [
      ...warnings,
      ...renameWarnings(unmatched),
      ...runWarnings(runs),
      ...emptyWarnings(series, values),
      ...environmentWarnings(series),
      ...(plan.named ? droppedWarnings(values.dropped, values.columns, series) : []),
    ],
    compared: series,
    csv: () => comparisonCsv(values, series),
  };
}

function each<From, To>(list: readonly From[], make: (item: From) => To): Iterable<To> {
  return {
    *[Symbol.iterator]() {
      for (const item of list) yield make(item);
    },
  };
}

function runWarnings(runs: readonly Run[]): ComparisonWarning[] {
  return runs.flatMap(({ path, file: { benchmem }, warnings = [] }) => [
    ...warnings,
    ...(benchmem?.complete === false
      ? [warning('INCOMPLETE_RUN', path, 'its run ended early: benchmarks are missing', 'run it to its end')]
      : []),
    ...(benchmem?.failures ?? []).map(({ fullname, step }) =>
      warning('FAILED_BENCHMARK', fullname, `it failed in ${path} (${step})`, 'its figures are absent', [
        path,
      ]),
    ),
  ]);
}

function emptyWarnings(series: readonly Series[], values: Values): ComparisonWarning[] {
  const shown = [...new Set(values.columns.map(({ metric }) => metric))].join(' or ');
  return series
    .filter((_each, place) => values.ids.every((_, id) => values.rowAt(id, place) === noRow))
    .map(({ label }) =>
      warning('NOTHING_SHOWN', label, `it has no ${shown}, and no row`, 'choose other --columns'),
    );
}

function droppedWarnings(
  dropped: readonly ComparedColumn[],
  kept: readonly ComparedColumn[],
  series: readonly Series[],
): ComparisonWarning[] {
  const absent = new Map(dropped.map((column) => [column.metric, column]));
  for (const { metric } of kept) absent.delete(metric);
  return [...absent.values()].map((column) =>
    warning(
      'COLUMN_ABSENT',
      columnKey({ metric: column.metric, stat: null }),
      'no run has it, so its column is left out',
      columnHint(column, series),
    ),
  );
}

// What there is instead of a column that no run has.
function columnHint({ dim }: ComparedColumn, series: readonly Series[]): string {
  const entries = series.flatMap((each) => [...each.entries.values()]);
  if (dim !== undefined) return dimHint(dim, dimNames(entries.map(({ dims }) => dims)));
  const measured = measuredMetrics(entries.map(({ benchmark }) => benchmark));
  return measured.length === 0 ? 'the runs hold no figure at all' : `measured were ${measured.join(', ')}`;
}
