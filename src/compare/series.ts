// The series of a comparison: runs, filtered by `--where`, or the values of one run's dim (`--pivot`).
// Pure; every benchmark keeps its dims and its blob.
import { BenchmemError } from '../errors.js';
import { type Dims, dimName, dimsOf, printScalar, type Scalar } from '../runfile/dims.js';
import type { Run } from '../runfile/run.js';
import type { RunBenchmark } from '../runfile/schema.js';
import type { Condition } from '../text/conditions.js';
import { absentText } from '../text/numbers.js';
import { foldId } from './fold-id.js';
import { withoutQuickFigures } from './quick.js';
import { type ComparisonWarning, warning } from './warnings.js';
import { nothingFits, satisfies, unknownDim } from './where.js';

export interface Entry {
  /** What pairs it with the other series. */
  readonly id: string;
  readonly dims: Dims;
  readonly benchmark: RunBenchmark;
}

// PERF: most comparisons ask for no dims; each entry derives its own when they do.
class BenchmarkEntry implements Entry {
  private derived: Dims | undefined;

  constructor(
    readonly id: string,
    readonly benchmark: RunBenchmark,
  ) {}

  get dims(): Dims {
    this.derived ??= dimsOf(this.benchmark);
    return this.derived;
  }
}

export interface Series {
  readonly label: string;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly run: Run;
  /** False for the series of benchmarks that lack the pivot's dim: never base or head of a gate. */
  readonly gated: boolean;
}

export interface SeriesSet {
  readonly series: readonly Series[];
  readonly warnings: readonly ComparisonWarning[];
}

export interface SeriesOptions {
  readonly where?: readonly Condition[];
  /** `NAME` or `param:NAME`. */
  readonly pivot?: string | undefined;
  /** Names of the series, in order. */
  readonly labels?: readonly string[];
}

/** Throws USAGE for a selection that is empty, an unknown dim, several runs with a pivot, or labels that do not fit. */
export function seriesOf(runs: readonly Run[], { where = [], pivot, labels = [] }: SeriesOptions): SeriesSet {
  const [run] = runs;
  if (run === undefined) throw new BenchmemError('USAGE', 'compare needs a run', 'name a run file');
  const selected = runs.map((each) => select(each, where));
  refuseEmpty(runs, selected, where);
  const found =
    pivot === undefined
      ? { series: runs.map((each, index) => seriesOfRun(each, selected[index] ?? [])), warnings: [] }
      : pivotRun(runs, selected[0] ?? [], pivot);
  return withComparable({ ...found, series: relabel(found.series, labels) });
}

function withComparable({ series, warnings }: SeriesSet): SeriesSet {
  const comparable = withoutQuickFigures(
    series,
    ({ id }, benchmark): Entry => new BenchmarkEntry(id, benchmark),
  );
  return {
    series: series.map((each, index) => {
      const entries = comparable.entries[index];
      return entries === undefined ? each : { ...each, entries };
    }),
    warnings: [...warnings, ...comparable.warnings],
  };
}

function select(run: Run, where: readonly Condition[]): Entry[] {
  const entries = run.file.benchmarks.map((benchmark) => new BenchmarkEntry(benchmark.fullname, benchmark));
  if (where.length === 0) return entries;
  return entries.filter((entry) => where.every((condition) => satisfies(condition, entry)));
}

function refuseEmpty(runs: readonly Run[], selected: readonly Entry[][], where: readonly Condition[]): void {
  if (selected.some((entries) => entries.length > 0)) return;
  if (where.length === 0) {
    const paths = runs.map(({ path }) => path).join(', ');
    throw new BenchmemError('USAGE', `no benchmark in ${paths}`, 'name runs that measured something');
  }
  throw nothingFits(
    where,
    runs.flatMap((run) => select(run, [])),
  );
}

function seriesOfRun(run: Run, entries: readonly Entry[]): Series {
  const byId = new Map<string, Entry>();
  for (const entry of entries) byId.set(entry.id, entry);
  return { label: run.label, entries: byId, run, gated: true };
}

function pivotRun(runs: readonly Run[], entries: readonly Entry[], pivot: string): SeriesSet {
  const [run] = runs;
  const name = dimName(pivot);
  if (run === undefined || runs.length > 1) {
    throw new BenchmemError(
      'USAGE',
      `--pivot folds one run along a dim, and ${runs.length} were given`,
      'name one run, or leave out --pivot to compare the runs',
    );
  }
  if (!entries.some(({ dims }) => dims.has(name))) {
    throw unknownDim(pivot, entries, '--pivot');
  }
  return fold(run, entries, name);
}

function fold(run: Run, entries: readonly Entry[], name: string): SeriesSet {
  const byValue = new Map<Scalar | undefined, Entry[]>();
  for (const entry of entries) {
    const value = entry.dims.get(name);
    const column = byValue.get(value) ?? [];
    byValue.set(value, column);
    column.push(entry);
  }
  const unpaired: ComparisonWarning[] = [];
  const columnOf = (value: Scalar | undefined) => foldColumn(byValue.get(value) ?? [], name, value, unpaired);
  const values = [...byValue.keys()].filter((value) => value !== undefined);
  const series = values.map((value) => seriesOfValue(run, scalarLabel(value, values), columnOf(value), true));
  if (byValue.has(undefined)) series.push(seriesOfValue(run, absentText, columnOf(undefined), false));
  return { series, warnings: unpaired };
}

// INVARIANT: the order of the benchmarks changes nothing. An id that several fold to, or that is the id of one which
// stands alone, would pair by chance: then each keeps its own.
function foldColumn(
  entries: readonly Entry[],
  name: string,
  value: Scalar | undefined,
  unpaired: ComparisonWarning[],
): Map<string, Entry> {
  const own = new Set(entries.map(({ id }) => id));
  const folded = entries.map(({ id, benchmark }) =>
    value === undefined ? undefined : foldId(id, name, value, benchmark.params),
  );
  const counts = new Map<string | undefined, number>();
  for (const id of folded) counts.set(id, (counts.get(id) ?? 0) + 1);
  return new Map(
    entries.map((entry, index) => {
      const id = folded[index];
      const isTaken = id !== undefined && (own.has(id) || counts.get(id) !== 1);
      if (id !== undefined && !isTaken) return [id, new BenchmarkEntry(id, entry.benchmark)];
      if (value !== undefined) unpaired.push(isTaken ? taken(entry.id, id, name) : nameless(entry.id, name));
      return [entry.id, entry];
    }),
  );
}

function nameless(id: string, name: string): ComparisonWarning {
  return warning(
    'UNPAIRED',
    id,
    `its id does not hold its ${name}, so it stands alone`,
    'group by another dim, or name the parameter in the id',
  );
}

function taken(id: string, without: string, name: string): ComparisonWarning {
  return warning(
    'UNPAIRED',
    id,
    `without its ${name} it would be ${without}, which another benchmark is too, so it stands alone`,
    'rename one of the two',
    [without],
  );
}

function seriesOfValue(
  run: Run,
  label: string,
  entries: Map<string, Entry> | undefined,
  gated: boolean,
): Series {
  return { label, entries: entries ?? new Map(), run, gated };
}

// Values keep their type: 1 and "1" are two series, and quotes tell them apart.
function scalarLabel(value: Scalar, values: readonly Scalar[]): string {
  const text = printScalar(value);
  const ambiguous =
    typeof value === 'string' &&
    (text === absentText || values.some((v) => v !== value && printScalar(v) === text));
  return ambiguous ? JSON.stringify(text) : text;
}

function relabel(series: readonly Series[], labels: readonly string[]): readonly Series[] {
  if (labels.length === 0) return series;
  if (labels.length !== series.length) {
    throw new BenchmemError(
      'USAGE',
      `${labels.length === 1 ? '1 label' : `${labels.length} labels`} for ${series.length} series`,
      `pass --label once for each of ${series.map(({ label }) => label).join(', ')}`,
    );
  }
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  if (twice !== undefined) {
    throw new BenchmemError('USAGE', `--label ${twice} was given twice`, 'name each series once');
  }
  return series.map((each, index) => ({ ...each, label: labels[index] ?? each.label }));
}
