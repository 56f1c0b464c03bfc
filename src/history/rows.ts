// Two sides of cases as rows: what each row has on either side, and how far its figures are apart. Pure.
// INVARIANT: only cases that stand on both sides enter a figure, so that a new parameter never looks like a change.
import type { RunBenchmark } from '../runfile/schema.js';
import { headlineOf, statsOf } from '../runfile/table.js';
import type { Metric } from '../stats/metrics.js';
import { mean, median } from '../stats/summary.js';
import type { Case } from './cases.js';
import { type Change, changeOf, type Verdict, verdictOf } from './changes.js';
import { isWithinNoise, type NoiseRules, type Sides } from './noise.js';

/** The statistics of a row, in the order of its columns. */
export const rowStats = ['mean', 'median', 'min', 'max'] as const;

export type RowStat = (typeof rowStats)[number];

export type RowStatus = 'both' | 'new' | 'removed';

/** One metric of a row. */
export interface RowMetric {
  readonly metric: Metric;
  /** Whether both sides have it, or one does. */
  readonly status: RowStatus;
  /** By the mean; absent if only one side has it. */
  readonly verdict?: Verdict;
  /** True for a change that may have come by chance. */
  readonly withinNoise: boolean;
  /** Absent if only one side has it. */
  readonly stats?: Readonly<Record<RowStat, Change>>;
  /** The mean of the side that has it; of the candidate where both do. */
  readonly value: number;
}

export interface Row {
  readonly key: string;
  readonly status: RowStatus;
  readonly reference: readonly Case[];
  readonly candidate: readonly Case[];
  /** How many cases stand on both sides, and how many on either one. */
  readonly compared: number;
  readonly members: number;
  /** Those that have some metric asked for. */
  readonly metrics: readonly RowMetric[];
}

/** What puts a case in a row, and what matches it with the other side within the row. */
export interface RowKeys {
  readonly row: (each: Case) => string;
  readonly member: (each: Case) => string;
}

export const methodKeys: RowKeys = { row: ({ rowKey }) => rowKey, member: ({ memberKey }) => memberKey };

/** Rows in the order in which the candidate, then the reference has them. */
export function rowsOf(
  reference: readonly Case[],
  candidate: readonly Case[],
  metrics: readonly Metric[],
  noise: NoiseRules,
  keys: RowKeys = methodKeys,
): Row[] {
  const [from, to] = [groupCases(reference, keys.row), groupCases(candidate, keys.row)];
  return [...new Set([...to.keys(), ...from.keys()])].map((key) => {
    const [base, head] = [from.get(key) ?? [], to.get(key) ?? []];
    const members = membersOf(base, head, keys.member);
    return {
      key,
      status: base.length === 0 ? 'new' : head.length === 0 ? 'removed' : 'both',
      reference: base,
      candidate: head,
      compared: members.length,
      members: new Set([...base, ...head].map(keys.member)).size,
      metrics: metrics.flatMap((metric) => rowMetric(base, head, members, metric, noise) ?? []),
    };
  });
}

/** One case of each side, or several that nothing tells apart. */
type Member = readonly [reference: readonly Case[], candidate: readonly Case[]];

function membersOf(
  reference: readonly Case[],
  candidate: readonly Case[],
  memberKey: RowKeys['member'],
): Member[] {
  const others = groupCases(candidate, memberKey);
  return [...groupCases(reference, memberKey)].flatMap(([key, cases]): Member[] => {
    const matching = others.get(key);
    return matching === undefined ? [] : [[cases, matching]];
  });
}

function groupCases(cases: readonly Case[], keyOf: (each: Case) => string): Map<string, Case[]> {
  const groups = new Map<string, Case[]>();
  for (const each of cases) {
    const key = keyOf(each);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return groups;
}

function rowMetric(
  reference: readonly Case[],
  candidate: readonly Case[],
  members: readonly Member[],
  metric: Metric,
  noise: NoiseRules,
): RowMetric | undefined {
  // WHY: all are used if none is on both sides, because the row says so, and still shows what there is.
  const used: readonly Member[] = members.length > 0 ? members : [[reference, candidate]];
  const carried = used
    .map(([from, to]) => [figuresOf(from, metric), figuresOf(to, metric)] as const)
    .filter(([from, to]) => from.length > 0 && to.length > 0);
  const [from, to] = [carried.flatMap(([base]) => base), carried.flatMap(([, head]) => head)];
  if (from.length === 0) return oneSided(reference, candidate, metric);
  const stats = changesOf(from, to);
  if (stats === undefined) return undefined;
  const sides = carried.flatMap(([base, head]): Sides[] =>
    base.length === 1 && head.length === 1
      ? [[(base[0] as Figures).benchmark, (head[0] as Figures).benchmark]]
      : [],
  );
  const verdict = verdictOf(stats.mean);
  // WHY: only one to one is judged, because what is averaged over has no rounds of its own.
  const judged = sides.length === carried.length ? sides : [];
  return {
    metric,
    status: 'both',
    verdict,
    withinNoise: verdict !== 'unchanged' && isWithinNoise(stats.mean, metric, judged, noise),
    stats,
    value: stats.mean.candidate,
  };
}

function oneSided(
  reference: readonly Case[],
  candidate: readonly Case[],
  metric: Metric,
): RowMetric | undefined {
  for (const [status, cases] of [
    ['new', candidate],
    ['removed', reference],
  ] as const) {
    const figures = figuresOf(cases, metric);
    const value = figures.length === 0 ? undefined : aggregate(figures, 'mean');
    if (value !== undefined) return { metric, status, withinNoise: false, value };
  }
  return undefined;
}

/** What one case says of a metric. */
interface Figures extends Readonly<Record<RowStat, number>> {
  readonly benchmark: RunBenchmark;
}

// Memory is repeatable, so that each case counts with its headline; times have statistics of their own.
function figuresOf(cases: readonly Case[], metric: Metric): Figures[] {
  return cases.flatMap(({ benchmark }): Figures[] => {
    if (metric.pass !== 'timing') {
      const value = headlineOf(benchmark, metric);
      return value === undefined ? [] : [{ benchmark, mean: value, median: value, min: value, max: value }];
    }
    const { mean, median, min, max } = statsOf(benchmark, metric) ?? {};
    if (mean === undefined || median === undefined || min === undefined || max === undefined) return [];
    return [{ benchmark, mean, median, min, max }];
  });
}

function changesOf(from: readonly Figures[], to: readonly Figures[]): Record<RowStat, Change> | undefined {
  const changes: Partial<Record<RowStat, Change>> = {};
  for (const stat of rowStats) {
    const [base, head] = [aggregate(from, stat), aggregate(to, stat)];
    if (base === undefined || head === undefined) return undefined;
    changes[stat] = changeOf(base, head);
  }
  return changes as Record<RowStat, Change>;
}

/** Mean of means, median of medians, mean of minima and of maxima; undefined for what no double holds. */
function aggregate(figures: readonly Figures[], stat: RowStat): number | undefined {
  const values = figures.map((each) => each[stat]);
  const value = stat === 'median' ? median(values) : mean(values);
  return Number.isFinite(value) ? value : undefined;
}
