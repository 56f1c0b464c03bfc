// What stays, out of the passes of one action: the headline of `retained`. Pure.
// WHY: it is not the minimum, because it is a difference of two levels, so what one pass reads too low the next one reads too
// high.
import { maximum, median, minimum } from './summary.js';

const kibibyte = 1024;

/** How far passes may differ by chance, in bytes: of an action that never yields to the event loop, and of any other. */
export const retainedResolution = { synchronous: kibibyte, yielding: 32 * kibibyte } as const;

/** What a result says of it; of one that says nothing, as if its action yielded. Bytes. */
export function retainedResolutionIn(resolution: Readonly<Record<string, number>> | undefined): number {
  return resolution?.retained_bytes ?? retainedResolution.yielding;
}

/** So many passes are taken where the first ones differ by more than the resolution. */
export const retainedPasses = 8;

/** Fewer passes say too little about a trend. */
const leastForTrend = 5;

export interface RetainedHeadline {
  /** Whole bytes; may be negative. */
  readonly bytes: number;
  /** False if the passes differ by more than the resolution and are too few, or too separate, for a trend. */
  readonly certain: boolean;
  /** The pass that held nearly all of what all passes moved: it is left out. Bytes. */
  readonly once?: number;
}

export interface RetainedRule {
  /** Bytes. */
  readonly resolution: number;
  /** Each pass was taken in a process of its own: there is no level that goes on from one to the next. */
  readonly separate?: boolean | undefined;
}

/** Throws RangeError for an empty series, or numbers that are not finite. */
export function retainedHeadline(
  series: readonly number[],
  { resolution, separate = false }: RetainedRule,
): RetainedHeadline {
  const middle = wholeBytes(median(series));
  if (isLevel(series, resolution)) return { bytes: middle, certain: true };
  if (separate || series.length < leastForTrend) return { bytes: middle, certain: false };
  const outlier = passThatHoldsAll(series);
  if (outlier === undefined) return { bytes: trend(series), certain: true };
  const others = series.filter((_, index) => index !== outlier);
  return { bytes: wholeBytes(median(others)), certain: true, once: series[outlier] as number };
}

/** True if passes differ by no more than the resolution. */
export function isLevel(series: readonly number[], resolution: number): boolean {
  return maximum(series) - minimum(series) <= resolution;
}

// One pass with more than 80 % of the passes' absolute values.
function passThatHoldsAll(series: readonly number[]): number | undefined {
  const sizes = series.map(Math.abs);
  const largest = sizes.indexOf(Math.max(...sizes));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return 5 * (sizes[largest] as number) > 4 * all ? largest : undefined;
}

interface Slope {
  readonly rise: number;
  readonly passes: number;
}

/** Theil-Sen over the level after each pass, from 0: the median of all slopes, in whole bytes a pass. */
export function trend(series: readonly number[]): number {
  const levels = [0];
  for (const change of series) levels.push((levels.at(-1) as number) + change);
  const slopes: Slope[] = [];
  for (let to = 1; to < levels.length; to += 1) {
    for (let from = 0; from < to; from += 1) {
      slopes.push({ rise: (levels[to] as number) - (levels[from] as number), passes: to - from });
    }
  }
  slopes.sort((a, b) => a.rise / a.passes - b.rise / b.passes);
  const upper = Math.floor(slopes.length / 2);
  const lower = slopes.length % 2 === 1 ? upper : upper - 1;
  return meanOf(slopes[lower] as Slope, slopes[upper] as Slope);
}

// WHY: integers are summed, because half a byte is a tie only if it is exactly half.
function meanOf(a: Slope, b: Slope): number {
  if (![a.rise, b.rise].every(Number.isSafeInteger))
    return wholeBytes((a.rise / a.passes + b.rise / b.passes) / 2);
  const numerator = BigInt(a.rise) * BigInt(b.passes) + BigInt(b.rise) * BigInt(a.passes);
  const divisor = 2n * BigInt(a.passes) * BigInt(b.passes);
  const below = numerator / divisor - (numerator % divisor < 0n ? 1n : 0n);
  const twiceRest = 2n * (numerator - below * divisor);
  const up = twiceRest > divisor || (twiceRest === divisor && below % 2n !== 0n);
  return Number(below + (up ? 1n : 0n));
}

/** Rounded half to even. */
function wholeBytes(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest > 0.5 ? below + 1 : below;
}
