// How far each series moved from one run to another, and how the moves are spread. Pure.
import { type Change, changeOf, type Verdict, verdictOf } from '../history/changes.js';
import { defaultNoise } from '../history/noise.js';
import type { Metric } from '../stats/metrics.js';
import { retainedResolutionIn } from '../stats/retained.js';
import type { BoardSeries } from './board.js';

export interface Move {
  readonly series: BoardSeries;
  readonly change: Change;
  readonly verdict: Verdict;
  /** True for a change that may have come by chance. */
  readonly withinNoise: boolean;
}

/** The moves of the series that stand in both runs; `base` and `head` are places in the runs of the points. */
export function movesOf(
  series: readonly BoardSeries[],
  base: number,
  head: number,
  metric: Metric,
): ReadonlyMap<BoardSeries, Move> {
  const moves = new Map<BoardSeries, Move>();
  for (const each of series) {
    const [from, to] = [valueAt(each, base), valueAt(each, head)];
    if (from === undefined || to === undefined) continue;
    const change = changeOf(from, to);
    const verdict = verdictOf(change);
    moves.set(each, {
      series: each,
      change,
      verdict,
      withinNoise: verdict !== 'unchanged' && mayBeChance(change, metric),
    });
  }
  return moves;
}

export function valueAt({ points }: BoardSeries, run: number): number | undefined {
  return points.find((point) => point.run === run)?.value;
}

// What a headline alone can say; the page of two runs looks at rounds too.
function mayBeChance({ delta, pct }: Change, { pass, field }: Metric): boolean {
  if (pass === 'timing') return pct !== null && Math.abs(pct) < defaultNoise.thresholdPct;
  return field === 'retained_bytes' && Math.abs(delta) <= retainedResolutionIn(undefined);
}

/** The moves beyond chance, the largest first; those from nothing before all others. */
export function topMoves(moves: Iterable<Move>, verdict: Verdict, most: number): Move[] {
  const size = ({ change: { pct } }: Move) => (pct === null ? Number.POSITIVE_INFINITY : Math.abs(pct));
  return [...moves]
    .filter((move) => move.verdict === verdict && !move.withinNoise)
    .sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)))
    .slice(0, most);
}

/** A range of changes in percent and how many moves lie in it. */
export interface Bin {
  readonly label: string;
  readonly verdict: Verdict;
  readonly count: number;
}

const edges = [1, 5, 10, 25, 100] as const;

/** From the greatest fall to the greatest growth; the middle one is no change at all. */
export function distributionOf(moves: Iterable<Move>): Bin[] {
  const all = [...moves];
  const sideOf = (verdict: Verdict, sign: string, limits: readonly number[]): Bin[] =>
    [0, ...limits].map((least, at) => {
      const most = limits[at] ?? Number.POSITIVE_INFINITY;
      const label =
        at === 0
          ? `under ${sign}${most}%`
          : most < Infinity
            ? `${sign}${least} to ${most}%`
            : `${sign}${least}% and more`;
      const isIn = ({ change: { pct } }: Move) => {
        const size = pct === null ? Number.POSITIVE_INFINITY : Math.abs(pct);
        return size >= least && (size < most || most === Number.POSITIVE_INFINITY);
      };
      return { label, verdict, count: all.filter((move) => move.verdict === verdict && isIn(move)).length };
    });
  const unchanged = all.filter(({ verdict }) => verdict === 'unchanged').length;
  return [
    // Nothing falls by more than all of it.
    ...sideOf('improved', '-', edges.slice(0, -1)).reverse(),
    { label: 'no change', verdict: 'unchanged', count: unchanged },
    ...sideOf('regressed', '+', edges),
  ];
}
