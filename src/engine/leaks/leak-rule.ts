// The rule that tells a leak from a cache, a compiler and noise, over a series of growths. Pure: it never measures.
//
// A side leaks if it grew in every round, evenly, and in proportion to the calls. Each condition has its own reason:
// every round: caches fill, tables double, code is compiled, but not in each of twelve rounds; evenly: what a heap that
// moves to and fro adds differs from round to round; in proportion: what is kept for each reading is not a leak of calls.
import {
  allRounds,
  callsOfRound,
  firstStageRounds,
  type LeakSeries,
  nativeGrowths,
  secondStageFactor,
} from './leak-series.js';

/** Bytes per call below which growth of the JavaScript heap is V8's own bookkeeping. */
export const leastJsBytes = 8;
/** The least growth is at least this share of the median one. */
const evenShare = 0.5;
/** The least growth per call of the first stage is at most so many times the median one of the second. */
const proportionFactor = 2;

export interface LeakVerdict {
  readonly isLeak: boolean;
  /** What a call leaks: the sum of both sides. Bytes; 0 if there is no leak. */
  readonly perCallBytes: number;
  readonly nativeBytes: number;
  /** Absent if this runtime does not show its JavaScript heap. */
  readonly jsBytes?: number;
  /** The JavaScript heap moved to and fro so much that a small leak would not have shown. */
  readonly noisy: boolean;
  /** About how many bytes per call would not have shown; only if noisy. */
  readonly noisyFloorBytes?: number;
}

export interface LeakConditions {
  readonly everyRound: boolean;
  readonly even: boolean;
  readonly inProportion: boolean;
}

/** Judges a series that is complete, or that stopped because both sides were cleared. */
export function judgeLeak(series: LeakSeries): LeakVerdict {
  const { calls, js } = series;
  const nativeBytes = leakOf(nativeGrowths(series), calls, 0);
  const jsBytes = js === undefined ? undefined : leakOf(js, calls, leastJsBytes);
  const perCallBytes = nativeBytes + (jsBytes ?? 0);
  const noisyFloorBytes = js === undefined || jsBytes !== 0 ? undefined : noiseOf(js, calls);
  return {
    isLeak: perCallBytes > 0,
    perCallBytes,
    nativeBytes,
    ...(jsBytes !== undefined && { jsBytes }),
    noisy: noisyFloorBytes !== undefined,
    ...(noisyFloorBytes !== undefined && { noisyFloorBytes }),
  };
}

/** Whether no further round can make this series a leak's. */
export function isCleared(series: LeakSeries): boolean {
  const { calls, js } = series;
  return (
    isSideCleared(nativeGrowths(series), calls, 0) &&
    (js === undefined || isSideCleared(js, calls, leastJsBytes))
  );
}

/** Which conditions one side's growths meet; all of them: it leaks. */
export function conditionsOf(growths: readonly number[], calls: number, leastBytes: number): LeakConditions {
  const rates = growths.map((bytes, round) => bytes / callsOfRound(round, calls));
  const least = Math.min(...rates);
  return {
    everyRound: rates.length === allRounds && least > 0 && least >= leastBytes,
    even: least >= evenShare * medianOf(rates),
    inProportion:
      Math.min(...rates.slice(0, firstStageRounds)) <=
      proportionFactor * medianOf(rates.slice(firstStageRounds)),
  };
}

function leakOf(growths: readonly number[], calls: number, leastBytes: number): number {
  const { everyRound, even, inProportion } = conditionsOf(growths, calls, leastBytes);
  if (!everyRound || !even || !inProportion) return 0;
  return medianOf(growths.slice(firstStageRounds)) / (calls * secondStageFactor);
}

function isSideCleared(growths: readonly number[], calls: number, leastBytes: number): boolean {
  return growths.some((bytes, round) => {
    const rate = bytes / callsOfRound(round, calls);
    return rate <= 0 || rate < leastBytes;
  });
}

// A heap that shrank by more than the least leak adds, or that only the two other conditions cleared, hides small leaks.
function noiseOf(growths: readonly number[], calls: number): number | undefined {
  const shrank = growths.some((bytes, round) => bytes <= -leastJsBytes * callsOfRound(round, calls));
  if (!shrank && !conditionsOf(growths, calls, leastJsBytes).everyRound) return undefined;
  const spread = Math.max(...growths) - Math.min(...growths);
  return Math.round(spread / callsOfRound(growths.length - 1, calls));
}

// The upper one of the two in the middle.
function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
