// How the levels of memory grew while a body was called again and again, and the rounds in which it is called. Pure.

/** Rounds whose readings nobody judges: first calls fill caches. */
export const warmUpRounds = 2;
export const firstStageRounds = 4;
export const secondStageRounds = 8;
/** A round of the second stage has so many times the calls of one of the first. */
export const secondStageFactor = 4;
export const defaultCalls = 30;

export interface LeakSeries {
  /** Calls of a round of the first stage. */
  readonly calls: number;
  /** By how much native memory grew in each round: first those of the first stage, then those of the second. Bytes. */
  readonly native: readonly number[];
  /** The same of the JavaScript heap; absent if this runtime does not show it. */
  readonly js?: readonly number[];
}

export const allRounds = firstStageRounds + secondStageRounds;

/** The calls of a round, counted from 0 after the warm-up. */
export function callsOfRound(round: number, calls: number): number {
  return round < firstStageRounds ? calls : calls * secondStageFactor;
}

/** All calls of so many rounds, the warm-up's included. */
export function callsUpTo(rounds: number, calls: number): number {
  const first = Math.min(rounds, firstStageRounds);
  return calls * (warmUpRounds + first + (rounds - first) * secondStageFactor);
}
