// How far each series moved from one run to another, and how the moves are spread. Pure.
import { type Change, changeOf, type Verdict, verdictOf } from '../history/changes.js';
import { defaultNoise } from '../history/noise.js';
import type { Board, BoardSeries, Scope } from './board.js';
import type { Compared } from './scope.js';

export interface Move {
  readonly series: BoardSeries;
  readonly change: Change;
  readonly verdict: Verdict;
  /** True for a change that may have come by chance. */
  readonly withinNoise: boolean;
}

export type Moves = ReadonlyMap<BoardSeries, Move>;

/** The moves of the series that stand in both runs. */
export function movesOf(
  board: Board,
  { series, runs }: Pick<Scope, 'series' | 'runs'>,
  compared: Compared | undefined,
): Moves {
  const moves = new Map<BoardSeries, Move>();
  const [first] = series;
  if (compared === undefined || first === undefined) return moves;
  const [base, head] = [compared.base, compared.head].map((run) => {
    const place = runs.indexOf(run);
    if (place !== -1)
      return (each: BoardSeries) => each.points.find((point) => point.run === place)?.headline;
    // A run of another machine, or an older one than the history shows.
    const headlines = board.headlinesOf(run, first.metric);
    return (each: BoardSeries) => headlines.get(each.id);
  }) as [ValueOf, ValueOf];
  for (const each of series) {
    const [from, to] = [base(each), head(each)];
    if (from === undefined || to === undefined) continue;
    const change = changeOf(from, to);
    const verdict = verdictOf(change);
    moves.set(each, {
      series: each,
      change,
      verdict,
      withinNoise: verdict !== 'unchanged' && mayBeChance(each, change),
    });
  }
  return moves;
}

type ValueOf = (series: BoardSeries) => number | undefined;

/** What headlines alone can say; the page of two runs looks at rounds too. */
export function mayBeChance(
  { metric, points }: Pick<BoardSeries, 'metric' | 'points'>,
  { delta, pct }: Change,
): boolean {
  if (metric.pass === 'timing') return pct !== null && Math.abs(pct) < defaultNoise.thresholdPct;
  const resolution = points.at(-1)?.resolution ?? 0;
  return resolution > 0 && Math.abs(delta) <= resolution;
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
  const unchanged = all.filter(({ verdict }) => verdict === 'unchanged').length;
  return [
    // Nothing falls by more than all of it.
    ...sideOf(all, 'improved', '-', edges.slice(0, -1)).reverse(),
    { label: 'no change', verdict: 'unchanged', count: unchanged },
    ...sideOf(all, 'regressed', '+', edges),
  ];
}

function sideOf(all: readonly Move[], verdict: Verdict, sign: string, limits: readonly number[]): Bin[] {
  const sizes = all
    .filter((move) => move.verdict === verdict)
    .map(({ change: { pct } }) => (pct === null ? Number.POSITIVE_INFINITY : Math.abs(pct)));
  return [0, ...limits].map((least, at) => {
    const most = limits[at];
    const isIn = (size: number) => size >= least && (most === undefined || size < most);
    return { label: binLabel(least, most, sign), verdict, count: sizes.filter(isIn).length };
  });
}

function binLabel(least: number, most: number | undefined, sign: string): string {
  if (most === undefined) return `${sign}${least}% and more`;
  return least === 0 ? `under ${sign}${most}%` : `${sign}${least} to ${most}%`;
}
