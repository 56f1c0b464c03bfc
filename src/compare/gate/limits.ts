// Which move from base to head passes a limit, by the headline and, if noise is judged, by the rounds. Pure.
import { rawSeries } from '../../runfile/table.js';
import { medianLowerBound } from '../../stats/bootstrap.js';
import type { Metric } from '../../stats/metrics.js';
import type { Limit, Threshold } from '../../text/limit-grammar.js';
import type { Entry } from '../series.js';

/** A threshold as a gate holds it. */
export interface GateLimit extends Threshold {
  /** True if a fall is judged like growth. */
  readonly onChange?: boolean;
}

/** The headlines of one benchmark, and what its metric cannot tell apart. */
export interface Move {
  readonly from: number;
  readonly to: number;
  /** In the metric's unit. */
  readonly resolution: number;
}

export type Direction = 'growth' | 'fall';

/** How sure a gate wants to be that a series that varies has moved. */
export interface Noise {
  /** Between 0 and 1. */
  readonly confidence: number;
}

/** Fewer values say too little about how a series varies. */
export const leastValues = 6;

type Sides = Readonly<Record<'base' | 'head', Pick<Entry, 'benchmark'>>>;

/** The way in which the move passes the limit, strictly; undefined if it does not. */
export function passedBy(limit: GateLimit, move: Move): Direction | undefined {
  if (passes(limit, move, 'growth')) return 'growth';
  return limit.onChange === true && passes(limit, move, 'fall') ? 'fall' : undefined;
}

function passes(limit: Limit, { from, to, resolution }: Move, direction: Direction): boolean {
  const sign = direction === 'growth' ? 1 : -1;
  if (!limit.percent) return sign * (to - from) > limit.limit;
  const base = Math.max(from, 0);
  const moved = sign * (Math.max(to, 0) - base);
  const isPast = base > 0 ? (moved / base) * 100 > limit.limit : moved > 0;
  const slack = slackOf(limit, resolution);
  // INVARIANT: slack adds no trip, to the last bit: that is why the plain percentage is asked as well.
  return isPast && (slack === 0 || moved > (base * limit.limit) / 100 + slack);
}

function slackOf({ allowance = 0 }: Limit, resolution: number): number {
  return Math.max(allowance, resolution);
}

/** A constant series follows the plain rule; any other must pass the limit with its bound as well. */
export function isSignificant(
  sides: Sides,
  limit: GateLimit,
  move: Move,
  direction: Direction,
  { confidence }: Noise,
): boolean {
  const { metric } = limit;
  if (isConstant(sides, metric)) return true;
  const base = rawSeries(sides.base.benchmark, metric) ?? [];
  const head = rawSeries(sides.head.benchmark, metric) ?? [];
  const lowerBound = (from: readonly number[], to: readonly number[]) =>
    medianLowerBound(from, to, 'difference', { confidence });
  const isGrowth = direction === 'growth';
  if (!limit.percent) return (isGrowth ? lowerBound(base, head) : lowerBound(head, base)) > limit.limit;
  const slack = slackOf(limit, move.resolution);
  if (isGrowth && move.from > 0) {
    const bound = (medianLowerBound(base, head, 'ratio', { confidence }) - 1) * 100;
    if (!(bound > limit.limit)) return false;
    if (slack === 0) return true;
  }
  const share = limit.limit / 100;
  const limited = base.map((value) => Math.max(value, 0) * (isGrowth ? 1 + share : 1 - share));
  const reached = head.map((value) => Math.max(value, 0));
  return (isGrowth ? lowerBound(limited, reached) : lowerBound(reached, limited)) > slack;
}

function isConstant(sides: Sides, metric: Metric): boolean {
  return [sides.base, sides.head].every(({ benchmark }) => {
    const [first, ...others] = rawSeries(benchmark, metric) ?? [];
    return others.every((value) => value === first);
  });
}

/** True if both sides have rounds enough to judge their noise by. */
export function hasEnoughValues(sides: Sides, metric: Metric): boolean {
  return [sides.base, sides.head].every(({ benchmark }) => {
    const series = rawSeries(benchmark, metric);
    return series !== undefined && series.length >= leastValues && series.every(Number.isFinite);
  });
}
