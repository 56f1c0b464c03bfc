// Two runs put together as one analysis: rows per method, what they say overall, groups, pairs, warnings. Pure.
import { environmentWarnings } from '../compare/environments.js';
import { type Series, seriesOf } from '../compare/series.js';
import { type ComparisonWarning, renameWarnings, warning } from '../compare/warnings.js';
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from '../runfile/ids.js';
import { offer } from '../runfile/known-dims.js';
import { type Rename, renameEarlier } from '../runfile/renames.js';
import type { Run } from '../runfile/run.js';
import { measuredMetrics } from '../runfile/table.js';
import type { Metric } from '../stats/metrics.js';
import type { Condition } from '../text/conditions.js';
import { type Case, type CaseRules, casesOf, refuseUnknownParams } from './cases.js';
import type { NoiseRules } from './noise.js';
import { type Overall, overallOf } from './overall.js';
import { type Pairs, pairsOf } from './pairs.js';
import { methodKeys, type Row, rowsOf } from './rows.js';

export interface AnalysisOptions extends CaseRules {
  readonly metrics: readonly Metric[];
  /** True if the user named the metrics: then one that is absent everywhere is worth a warning. */
  readonly named: boolean;
  readonly where: readonly Condition[];
  readonly renames: readonly Rename[];
  readonly noise: NoiseRules;
  readonly sort: 'change' | 'name';
}

export interface AnalysisGroup {
  readonly label: string;
  /** Made of the group's cases only. */
  readonly rows: readonly Row[];
  readonly overall: readonly Overall[];
}

export interface Analysis {
  /** The metrics that some row has. */
  readonly metrics: readonly Metric[];
  readonly rows: readonly Row[];
  readonly overall: readonly Overall[];
  readonly groups: readonly AnalysisGroup[];
  readonly pairs: Pairs | undefined;
  readonly warnings: readonly ComparisonWarning[];
  /** Reference and candidate, for a gate over ids. */
  readonly series: readonly Series[];
  /** Of the candidate, for a gate over pairs. */
  readonly candidateCases: readonly Case[];
}

/** Throws USAGE for a selection that is empty, runs without a case in common, and params that no case has. */
export function analyze(reference: Run, candidate: Run, options: AnalysisOptions): Analysis {
  const { runs, unmatched } = renameEarlier([reference, candidate], options.renames);
  const { series } = seriesOf(runs, { where: options.where });
  const [from, to] = series.map(({ entries }) => casesOf(entries.values(), options)) as [Case[], Case[]];
  refuseUnknownParams([...from, ...to], options);
  const rows = sorted(rowsOf(from, to, options.metrics, options.noise), options.sort);
  refuseNothingInCommon(rows, series);
  const metrics = options.metrics.filter((metric) =>
    rows.some((row) => row.metrics.some((each) => each.metric === metric)),
  );
  if (metrics.length === 0) throw nothingMeasured(series, options);
  return {
    metrics,
    rows,
    overall: overallOf(rows, metrics),
    groups: groupsOf(from, to, metrics, options),
    pairs: pairsOf(to, options, metrics, options.noise),
    warnings: [
      ...renameWarnings(unmatched),
      ...runWarnings(runs),
      ...environmentWarnings(series),
      ...rows.filter(hasOtherParams).map(otherParams),
      ...(options.named ? absentMetrics(options.metrics, metrics, series) : []),
    ],
    series,
    candidateCases: to,
  };
}

function groupsOf(
  from: readonly Case[],
  to: readonly Case[],
  metrics: readonly Metric[],
  { noise, sort }: AnalysisOptions,
): AnalysisGroup[] {
  // WHY: the candidate's label counts, because marks and groups may have changed, and a case must stay with itself.
  const labels = new Map([...from, ...to].map(({ id, label }) => [id, label]));
  const names = [...new Set(labels.values())].sort(compareCodePoints);
  return names.map((label) => {
    const own = (cases: readonly Case[]) => cases.filter(({ id }) => labels.get(id) === label);
    const rows = sorted(rowsOf(own(from), own(to), metrics, noise, methodKeys), sort);
    return { label, rows, overall: overallOf(rows, metrics) };
  });
}

/** By key; or those that grew most first, in the first metric. */
function sorted(rows: Row[], sort: AnalysisOptions['sort']): Row[] {
  rows.sort((a, b) => compareCodePoints(a.key, b.key));
  if (sort === 'name') return rows;
  const percent = ({ metrics }: Row) => metrics[0]?.stats?.mean.pct ?? Number.NEGATIVE_INFINITY;
  return rows.sort((a, b) => {
    const [left, right] = [percent(a), percent(b)];
    return left === right ? 0 : right - left;
  });
}

function refuseNothingInCommon(rows: readonly Row[], series: readonly Series[]): void {
  if (rows.some(({ status }) => status === 'both')) return;
  const [reference, candidate] = series as [Series, Series];
  const ids = [...candidate.entries.keys()];
  const [first] = [...reference.entries.keys()];
  const renamed =
    first === undefined ? '' : `; ${first} may now be called ${offer(first, ids.slice(0, 200))}`;
  throw new BenchmemError(
    'USAGE',
    `no matching cases: ${reference.label} and ${candidate.label} have no benchmark in common`,
    `name other runs with --reference and --candidate, or pass --rename OLD=NEW${renamed}`,
  );
}

function nothingMeasured(series: readonly Series[], { metrics }: AnalysisOptions): BenchmemError {
  const names = metrics.map(({ name }) => name).join(' or ');
  const measured = measuredIn(series);
  return new BenchmemError(
    'USAGE',
    `no run has ${names}`,
    measured.length === 0 ? 'the runs hold no figure at all' : `measured were ${measured.join(', ')}`,
  );
}

function measuredIn(series: readonly Series[]): string[] {
  return measuredMetrics(
    series.flatMap(({ entries }) => [...entries.values()].map(({ benchmark }) => benchmark)),
  );
}

function absentMetrics(
  asked: readonly Metric[],
  present: readonly Metric[],
  series: readonly Series[],
): ComparisonWarning[] {
  return asked
    .filter((metric) => !present.includes(metric))
    .map(({ name }) =>
      warning(
        'COLUMN_ABSENT',
        name,
        'no run has it, so its column is left out',
        `measured were ${measuredIn(series).join(', ')}`,
      ),
    );
}

function runWarnings(runs: readonly Run[]): ComparisonWarning[] {
  return runs.flatMap(({ path, file: { benchmem }, warnings = [] }) => [
    ...warnings,
    ...(benchmem?.complete === false
      ? [warning('INCOMPLETE_RUN', path, 'its run ended early: benchmarks are missing', 'run it to its end')]
      : []),
  ]);
}

function hasOtherParams({ status, compared }: Row): boolean {
  return status === 'both' && compared === 0;
}

function otherParams({ key, candidate }: Row): ComparisonWarning {
  return warning(
    'DIFFERENT_PARAMS',
    candidate[0]?.method ?? key,
    'no case of it stands in both runs, so its figures are of different params',
    'compare runs of the same params, or pass --exclude-param for one that tells no cases apart',
  );
}
