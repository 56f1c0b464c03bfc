// Profiles of benchmarks that were measured: which of them keep one, with which frames, and their capture one pass each.
// Writes nothing; whoever starts it is told of each outcome, in the order in which they come.

import type { ProfileCapture } from '../engine/isolate.js';
import { BenchmemError } from '../errors.js';
import type { MemoryFigures } from '../runfile/schema.js';
import type { PlainBenchOptions } from './bench-options.js';
import { type CaseWork, captureProfileOf } from './measure-case.js';
import type { PlannedCase } from './planned.js';
import type { SuiteWorld } from './run-suite.js';
import type { RunSettings } from './settings.js';

/** Which frames a profile keeps. */
export interface ProfileChoice {
  readonly native: boolean;
  readonly js: boolean;
}

/** A benchmark with figures, whose stacks are wanted. */
export interface ProfiledCase {
  readonly planned: PlannedCase;
  readonly figures: MemoryFigures;
  readonly choice: ProfileChoice;
}

export type ProfileOutcome =
  | { readonly kind: 'captured'; readonly capture: ProfileCapture }
  | { readonly kind: 'failed'; readonly error: BenchmemError };

export interface ProfileListener {
  onStart(index: number): void;
  onStep(index: number, kind: string, pass?: number): void;
  /** Awaited before the benchmark counts as done. */
  onOutcome(index: number, outcome: ProfileOutcome): Promise<void>;
}

/**
 * What a benchmark's own option and the run's wish come to: undefined if no profile is kept. The benchmark's own word
 * wins; of a run that asks for none only those that ask themselves are kept.
 */
export function profileChoiceOf(
  { profile: own }: Pick<PlainBenchOptions, 'profile'>,
  asked: { readonly native?: boolean | undefined } | undefined,
): ProfileChoice | undefined {
  if (own === false || (own === undefined && asked === undefined)) return undefined;
  const { native = asked?.native ?? true, js = true } = typeof own === 'object' ? own : {};
  return { native, js };
}

/**
 * Profiles each case in a child of its own, as many side by side as the settings say. A capture that fails is an outcome;
 * throws what ends every other one too: ABORTED.
 */
export async function profileCases(
  cases: readonly ProfiledCase[],
  settings: RunSettings,
  listener: ProfileListener,
  { signal, now }: SuiteWorld,
  capture: typeof captureProfileOf = captureProfileOf,
): Promise<void> {
  const { memory = {} } = settings;
  let next = 0;
  const work = async () => {
    while (next < cases.length) {
      const index = next;
      next += 1;
      const wanted = cases[index] as ProfiledCase;
      const caseWork: CaseWork = {
        settings,
        signal,
        now,
        onStep: (kind, pass) => listener.onStep(index, kind, pass),
        onSpent: () => {},
      };
      listener.onStart(index);
      await listener.onOutcome(index, await outcomeOf(capture(wanted.planned, memory, wanted, caseWork)));
    }
  };
  await Promise.all(Array.from({ length: Math.min(settings.jobs, cases.length) }, work));
}

async function outcomeOf(capture: Promise<ProfileCapture>): Promise<ProfileOutcome> {
  try {
    return { kind: 'captured', capture: await capture };
  } catch (error) {
    if (!(error instanceof BenchmemError) || error.code === 'ABORTED') throw error;
    return { kind: 'failed', error };
  }
}
