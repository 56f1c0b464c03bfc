// The rule that tells a leak from a cache, a compiler and noise, over a series of growths. Pure: it never measures.
//
// A side leaks if it grew in every round, evenly, and in proportion to the calls. Each condition has its own reason:
// every round: caches fill, tables double, code is compiled, but not in each of twelve rounds; evenly: what a heap that
// moves to and fro adds differs from round to round; in proportion: what is kept for each reading is not a leak of calls.
//
// A JavaScript heap that moves to and fro by more than a small leak adds is asked again where the caller raised the calls:
// twelve rounds of one size, and the heap stands higher in each third of them than it ever did in the third before.
import {
  allRounds,
  callsOfRound,
  defaultCalls,
  firstStageRounds,
  type LeakSeries,
  nativeGrowths,
  secondStageFactor,
  thirdStageRounds,
} from './leak-series.js';

/** Bytes per call below which growth of the JavaScript heap is V8's own bookkeeping. */
export const leastJsBytes = 8;
/** The least growth is at least this share of the median one. */
const evenShare = 0.5;
/** The least growth per call of the first stage is at most so many times the median one of the second. */
const proportionFactor = 2;
/** A heap whose last round grew or shrank by less per call is at rest. */
const leastRestlessBytes = 1;
/** The step from the second third to the last is at least this share of the one before: a cache that fills slows down. */
const steadyShare = 0.6;

export interface LeakVerdict {
  readonly isLeak: boolean;
  /** What a call leaks: the sum of both sides. Bytes; 0 if there is no leak. */
  readonly perCallBytes: number;
  readonly nativeBytes: number;
  /** Absent if this runtime does not show its JavaScript heap. */
  readonly jsBytes?: number;
  /**
   * The JavaScript heap moved to and fro so much that a small leak would not have shown; where it leaks all the same, that
   * shows in thirds of twelve rounds, and not in each round.
   */
  readonly noisy: boolean;
  /** About how many bytes per call would not have shown; only if noisy, and if the JavaScript heap does not leak. */
  readonly noisyFloorBytes?: number;
}

export interface LeakConditions {
  readonly everyRound: boolean;
  readonly even: boolean;
  readonly inProportion: boolean;
}

/** Of the third stage. */
export interface TrendConditions {
  /** The heap stands higher in each third than it ever did in the third before. */
  readonly ordered: boolean;
  /** It rises in the last step about as much as in the one before. */
  readonly steady: boolean;
  /** A call adds more than V8's own bookkeeping. */
  readonly enough: boolean;
}

/** Judges a series that is complete, or that stopped because both sides were cleared. */
export function judgeLeak(series: LeakSeries): LeakVerdict {
  const nativeBytes = leakOf(nativeGrowths(series), series.calls, 0);
  const { jsBytes, ...noise } = judgeHeap(series);
  const perCallBytes = nativeBytes + (jsBytes ?? 0);
  return {
    isLeak: perCallBytes > 0,
    perCallBytes,
    nativeBytes,
    ...(jsBytes !== undefined && { jsBytes }),
    ...noise,
  };
}

function judgeHeap({
  calls,
  js,
  restlessJs,
}: LeakSeries): Pick<LeakVerdict, 'jsBytes' | 'noisy' | 'noisyFloorBytes'> {
  if (js === undefined) return { noisy: false };
  const jsBytes = leakOf(js, calls, leastJsBytes);
  if (jsBytes > 0) return { jsBytes, noisy: false };
  const trend = restlessJs === undefined ? 0 : trendOf(restlessJs, calls);
  if (trend > 0) return { jsBytes: trend, noisy: true };
  const noisyFloorBytes = noiseOf(js, calls, restlessJs);
  if (noisyFloorBytes === undefined) return { jsBytes, noisy: false };
  return { jsBytes, noisy: true, noisyFloorBytes };
}

/**
 * Whether the JavaScript heap is to be asked again: no leak was found, it never came to rest, and the caller raised the
 * calls, without which a third stage finds few leaks more.
 */
export function needsThirdStage({ calls, js }: LeakSeries): boolean {
  if (js === undefined || calls <= defaultCalls || leakOf(js, calls, leastJsBytes) > 0) return false;
  const shrank = js.some((bytes, round) => bytes <= -leastRestlessBytes * callsOfRound(round, calls));
  const last = js.at(-1) ?? 0;
  return shrank || last >= leastRestlessBytes * callsOfRound(js.length - 1, calls);
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

/** Which conditions the growths of the third stage meet; all of them: the heap leaks. */
export function trendConditionsOf(growths: readonly number[], calls: number): TrendConditions {
  const [first, second, last] = thirdsOf(growths);
  const [earlier, later] = [medianOf(second) - medianOf(first), medianOf(last) - medianOf(second)];
  return {
    ordered: Math.max(...first) < Math.min(...second) && Math.max(...second) < Math.min(...last),
    steady: later >= steadyShare * earlier,
    enough: trendPerCall(growths, calls) >= leastJsBytes,
  };
}

function trendOf(growths: readonly number[], calls: number): number {
  const { ordered, steady, enough } = trendConditionsOf(growths, calls);
  return ordered && steady && enough ? trendPerCall(growths, calls) : 0;
}

// From the middle of the first third to that of the last.
function trendPerCall(growths: readonly number[], calls: number): number {
  const [first, , last] = thirdsOf(growths);
  return (medianOf(last) - medianOf(first)) / (((thirdStageRounds * 2) / 3) * calls);
}

/** The levels after each round, in three parts. */
function thirdsOf(growths: readonly number[]): [number[], number[], number[]] {
  let level = 0;
  const levels = growths.map((bytes) => {
    level += bytes;
    return level;
  });
  const third = thirdStageRounds / 3;
  return [levels.slice(0, third), levels.slice(third, 2 * third), levels.slice(2 * third)];
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
function noiseOf(
  growths: readonly number[],
  calls: number,
  third: readonly number[] = [],
): number | undefined {
  const shrank =
    growths.some((bytes, round) => bytes <= -leastJsBytes * callsOfRound(round, calls)) ||
    third.some((bytes) => bytes <= -leastJsBytes * calls);
  if (!shrank && !conditionsOf(growths, calls, leastJsBytes).everyRound) return undefined;
  // WHY: by the calls of four rounds, because so many lie between the same rounds of two thirds.
  if (third.length > 0) return Math.round(spreadOf(third) / (secondStageFactor * calls));
  return Math.round(spreadOf(growths) / callsOfRound(growths.length - 1, calls));
}

function spreadOf(numbers: readonly number[]): number {
  return Math.max(...numbers) - Math.min(...numbers);
}

// The upper one of the two in the middle.
function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
