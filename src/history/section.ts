// What changed since an earlier run, benchmark by benchmark: the section after a run. Pure.
import { environmentWarnings } from '../compare/environments.js';
import { type Series, seriesOf } from '../compare/series.js';
import type { ComparisonWarning } from '../compare/warnings.js';
import type { Run } from '../runfile/run.js';
import type { RunBenchmark } from '../runfile/schema.js';
import { headlineOf } from '../runfile/table.js';
import type { Metric } from '../stats/metrics.js';
import { type Case, type CaseRules, casesOf } from './cases.js';
import { type Change, changeOf, type Verdict, verdictOf } from './changes.js';
import { isWithinNoise, type NoiseRules } from './noise.js';
import { type Pairs, pairsOf } from './pairs.js';

/** The headline of one benchmark, and how far it is from that of the earlier run. */
export interface SectionFigure {
  readonly metric: Metric;
  readonly value: number;
  /** Absent if the earlier run has none. */
  readonly change?: Change;
  readonly verdict?: Verdict;
  readonly withinNoise: boolean;
}

export interface SectionRow {
  readonly case: Case;
  readonly isNew: boolean;
  readonly figures: readonly SectionFigure[];
}

export interface Section {
  /** In the order of the run. */
  readonly rows: readonly SectionRow[];
  /** The metrics that both runs have. */
  readonly metrics: readonly Metric[];
  /** True if times were taken from one call each: then no time is compared. */
  readonly isSingleShot: boolean;
  readonly warnings: readonly ComparisonWarning[];
}

export interface SectionOptions extends CaseRules {
  readonly metrics: readonly Metric[];
  readonly noise: NoiseRules;
}

/** Undefined if the runs have no figure in common. */
export function sectionOf(reference: Run, candidate: Run, options: SectionOptions): Section | undefined {
  if (candidate.file.benchmarks.length === 0 || reference.file.benchmarks.length === 0) return undefined;
  const { series } = seriesOf([reference, candidate], {});
  const [base, head] = series as [Series, Series];
  const isTimed = candidate.file.benchmarks.some(({ stats }) => stats !== undefined);
  const isSingleShot = isTimed && [reference, candidate].some(({ file }) => isOfSingleCalls(file.benchmarks));
  const asked = options.metrics.filter(({ pass }) => pass !== 'timing' || !isSingleShot);
  const rows = casesOf(head.entries.values(), options).map((each) =>
    rowOf(each, base.entries.get(each.id)?.benchmark, asked, options.noise),
  );
  const metrics = asked.filter((metric) =>
    rows.some(({ figures }) => figures.some((each) => each.metric === metric && each.change !== undefined)),
  );
  if (metrics.length === 0 && !isSingleShot) return undefined;
  return { rows, metrics, isSingleShot, warnings: environmentWarnings(series) };
}

/** True if times were taken, each from one call. */
function isOfSingleCalls(benchmarks: readonly RunBenchmark[]): boolean {
  const timed = benchmarks.flatMap(({ stats }) => stats ?? []);
  return timed.length > 0 && timed.every(({ rounds, iterations }) => rounds === 1 && (iterations ?? 1) === 1);
}

function rowOf(
  each: Case,
  base: RunBenchmark | undefined,
  metrics: readonly Metric[],
  noise: NoiseRules,
): SectionRow {
  const figures = metrics.flatMap((metric) => figureOf(each.benchmark, base, metric, noise) ?? []);
  return { case: each, isNew: base === undefined, figures };
}

function figureOf(
  benchmark: RunBenchmark,
  base: RunBenchmark | undefined,
  metric: Metric,
  noise: NoiseRules,
): SectionFigure | undefined {
  const value = headlineOf(benchmark, metric);
  if (value === undefined) return undefined;
  const from = base && headlineOf(base, metric);
  if (base === undefined || from === undefined) return { metric, value, withinNoise: false };
  const change = changeOf(from, value);
  const verdict = verdictOf(change);
  const withinNoise = verdict !== 'unchanged' && isWithinNoise(change, metric, [[base, benchmark]], noise);
  return { metric, value, change, verdict, withinNoise };
}

/** True for a row with something to look at: a change that did not come by chance, or a benchmark that is new. */
export function isNotable({ isNew, figures }: SectionRow): boolean {
  return isNew || figures.some(isNotableFigure);
}

function isNotableFigure({ verdict, withinNoise }: SectionFigure): boolean {
  return verdict !== undefined && verdict !== 'unchanged' && !withinNoise;
}

/** All rows where they are few; else the largest changes, in the order of the run. */
export function shownRows(rows: readonly SectionRow[], most: number): readonly SectionRow[] {
  if (rows.length <= most) return rows;
  const largest = rows
    .filter(isNotable)
    .sort((a, b) => sizeOf(b) - sizeOf(a))
    .slice(0, most);
  const shown = new Set(largest);
  return rows.filter((row) => shown.has(row));
}

// Growth from nothing is larger than any percentage; what is new only says that it is there.
function sizeOf({ figures }: SectionRow): number {
  const sizes = figures
    .filter(isNotableFigure)
    .map(({ change }) => Math.abs(change?.pct ?? Number.MAX_VALUE));
  return Math.max(-1, ...sizes);
}

/** The pairs within a run, which need no earlier one; undefined without a configured postfix. */
export function pairsWithin(candidate: Run, options: SectionOptions): Pairs | undefined {
  if (candidate.file.benchmarks.length === 0) return undefined;
  const { series } = seriesOf([candidate], {});
  const entries = series.flatMap((each) => [...each.entries.values()]);
  return pairsOf(casesOf(entries, options), options, options.metrics, options.noise);
}
