// What is done about one test: nothing, a window around its body, or its body again and again. Pure.
import type { Tier } from '../engine/window/test-window.js';
import { tierFor } from '../limits/judge.js';
import { type ParsedLimits, parseLeakLimits, parseMemoryLimits } from '../limits/limits.js';
import { defined } from '../shapes.js';
import { limitsInForce, type ProfileSettings, profileSettings, type TestSettings } from './settings.js';

export interface TestPlan {
  /** Empty if the test is measured for the report alone. */
  readonly limits: ParsedLimits;
  /** Of what one call leaks; then the body is repeated. */
  readonly leaks?: ParsedLimits;
  readonly leakCalls?: number;
  readonly tier: Tier;
  readonly threads: 'all' | 'current';
  /** The native stacks are kept: for a limit of one stack, to name those of a test that passes another one, for sizes. */
  readonly profiled: boolean;
  /** The sizes of native allocations are of interest. */
  readonly sizes: boolean;
  /** Stacks are named with frames that are not the user's. */
  readonly nativeFrames: boolean;
  /** Where the profile goes if it is one that is kept. */
  readonly profile?: ProfileSettings;
}

const leakTimeMs = 60_000;
const profileTimeMs = 30_000;

/** What a test takes beside what it takes by itself, at most: finding a leak, naming stacks. */
export function extraTimeMs({ leaks, profiled }: TestPlan): number {
  return (leaks === undefined ? 0 : leakTimeMs) + (profiled ? profileTimeMs : 0);
}

/**
 * Undefined if the test has no limit and nobody asked for a report: then it runs as if nothing were there. Throws
 * INVALID_OPTION for a limit that cannot be read; `origin` is where it stands.
 */
export function planOf(settings: TestSettings, isReported: boolean, origin: string): TestPlan | undefined {
  const { leaks, leakCalls, threads = 'all', stacks = false, native = false, sizes = false } = settings;
  const profile = profileSettings(settings);
  const inForce = limitsInForce(settings);
  const limits = inForce === undefined ? {} : parseMemoryLimits(inForce, origin);
  const leakLimits =
    leaks === undefined || leaks === false ? undefined : parseLeakLimits(leaks, `${origin}: leaks`);
  if (inForce === undefined && leakLimits === undefined && !isReported) return undefined;
  return {
    limits,
    tier: tierFor(limits),
    threads,
    profiled:
      limits.per_stack_bytes !== undefined ||
      sizes ||
      profile !== undefined ||
      ((stacks || native) && Object.keys(limits).length > 0),
    sizes,
    nativeFrames: native,
    ...defined({ leaks: leakLimits, leakCalls, profile }),
  };
}
