// The options of limits, and their checks.
import type { KeptObjects } from '../engine/leaks/leak-objects.js';
import { describeValue } from '../engine/options.js';
import { type OptionCheck, oneOf, onOrOff, threadFilters, whole } from '../engine/shared-options.js';
import { BenchmemError } from '../errors.js';
import type { ThreadFilter } from '../native/contract.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import { isRecord } from '../shapes.js';

interface BodyOptions {
  /** Whose allocations count: those of every thread (`all`, the default) or of the calling one. */
  readonly threads?: ThreadFilter;
  /** The last parameter of the body is a callback to call when it is done. */
  readonly done?: boolean;
}

export interface LimitOptions extends BodyOptions {
  /** Keeps the stacks of native allocations, which slows them down; a message names those with most. */
  readonly profile?: boolean;
}

export interface LeakOptions extends BodyOptions {
  /**
   * Calls in each of the first rounds; 30 unless given. Later rounds have four times as many, and with more than 30 a
   * JavaScript heap that never comes to rest has twelve rounds more.
   */
  readonly calls?: number;
  /** Fails with ACTION_TIMEOUT if the rounds take longer. */
  readonly maxTimeMs?: number;
  /** Answers false for native stacks that may grow: their bytes are left out before anything is judged. */
  readonly filter?: (site: TopAllocation) => boolean;
  /** Answers false for objects on the JavaScript heap that may stay, by what keeps them: their bytes are left out, too. */
  readonly filterObjects?: (objects: KeptObjects) => boolean;
}

export interface AssertOptions {
  readonly threads?: ThreadFilter;
  /** Calls beforehand, which no figure counts, and of which the first tells whether it answers a promise; 1 unless given. */
  readonly warmup?: number;
  /** Exactly so many measured calls, of which the lowest figures count; at most 3 unless given, and 5 for what is retained. */
  readonly repeats?: number;
  readonly profile?: boolean;
}

type Checks = Readonly<Record<string, OptionCheck>>;

const threads = oneOf(...threadFilters);
const bodyChecks: Checks = { threads, done: onOrOff };
const functionCheck: OptionCheck = { accepts: (value) => typeof value === 'function', wants: 'a function' };
const milliseconds: OptionCheck = {
  accepts: (value) => Number.isFinite(value) && (value as number) > 0,
  wants: 'milliseconds above 0',
};

export const limitChecks: Checks = { ...bodyChecks, profile: onOrOff };
/** `toLeakBelow` is synchronous for a synchronous function, and naming stacks is not: it takes no filter. */
export const leakMatcherChecks: Checks = { threads, calls: whole(1), maxTimeMs: milliseconds };
export const leakChecks: Checks = {
  ...leakMatcherChecks,
  done: onOrOff,
  filter: functionCheck,
  filterObjects: functionCheck,
};
export const matcherChecks: Checks = { threads, warmup: whole(1), repeats: whole(1) };
export const assertChecks: Checks = { ...matcherChecks, profile: onOrOff };

/** Throws INVALID_OPTION, naming the option and what it takes. */
export function checkOptions<T>(given: unknown, checks: Checks, origin: string): T {
  if (!isRecord(given)) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `${origin}: options is ${describeValue(given)}`,
      'pass an object or nothing',
    );
  }
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).join(', ');
      throw new BenchmemError('INVALID_OPTION', `${origin}: there is no option ${name}`, `options: ${known}`);
    }
    if (!check.accepts(value)) {
      const message = `${origin}: ${name} is ${describeValue(value)}`;
      throw new BenchmemError('INVALID_OPTION', message, `pass ${check.wants}`);
    }
  }
  return given as T;
}
