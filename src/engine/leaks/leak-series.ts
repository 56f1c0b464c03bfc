// How the levels of memory grew while a body was called again and again, and the rounds in which it is called. Pure.

/** Rounds whose readings nobody judges: first calls fill caches. */
export const warmUpRounds = 2;
export const firstStageRounds = 4;
export const secondStageRounds = 8;
/** A round of the second stage has so many times the calls of one of the first. */
export const secondStageFactor = 4;
export const defaultCalls = 30;
/** Rounds of the third stage, which a restless JavaScript heap has; each has the calls of one of the first stage. */
export const thirdStageRounds = 12;

export interface LeakSeries {
  /** Calls of a round of the first stage. */
  readonly calls: number;
  /** By how much native memory grew in each round: first those of the first stage, then those of the second. Bytes. */
  readonly native: readonly number[];
  /** Bytes of blocks from before the rounds that were freed in each of them; absent: none. */
  readonly olderFreed?: readonly number[];
  /** By how much V8's own native memory grew in each round, less what it freed of blocks from before the rounds. */
  readonly engine?: readonly number[];
  /** By how much the JavaScript heap grew; absent if this runtime does not show it. */
  readonly js?: readonly number[];
  /** By how much the JavaScript heap grew in each round of the third stage; absent: there was none. */
  readonly restlessJs?: readonly number[];
}

export const allRounds = firstStageRounds + secondStageRounds;

/** The calls of a round, counted from 0 after the warm-up. */
export function callsOfRound(round: number, calls: number): number {
  return round < firstStageRounds ? calls : calls * secondStageFactor;
}

/** All calls of so many rounds of the first two stages, the warm-up's included. */
export function callsUpTo(rounds: number, calls: number): number {
  const first = Math.min(rounds, firstStageRounds);
  return calls * (warmUpRounds + first + (rounds - first) * secondStageFactor);
}

/** The rounds that are judged, and all calls, the warm-up's included. */
export function extentOf({ calls, native, restlessJs = [] }: LeakSeries): { rounds: number; calls: number } {
  return {
    rounds: native.length + restlessJs.length,
    calls: callsUpTo(native.length, calls) + restlessJs.length * calls,
  };
}

/**
 * By how much native memory grew, less what was freed of earlier times, if that happens in most rounds: then a cache that
 * was full before is renewed. WHY: V8's own blocks count too, because V8 frees what the program allocated for such a block, for
 * example a shared pointer. They do not always count, because an older block of Node's own is freed now and then, which would
 * hide a leak.
 */
export function nativeGrowths({ native, olderFreed = [], engine = [] }: LeakSeries): readonly number[] {
  const rounds = olderFreed.filter((bytes) => bytes > 0).length;
  const isRenewed = rounds >= 2 && 2 * rounds > native.length;
  if (!isRenewed) return native;
  return native.map((bytes, round) => bytes - (olderFreed[round] ?? 0) + (engine[round] ?? 0));
}
