// What the shared flags about memory passes and timed rounds mean: settings of a run. The checks are those of bench
// options and the API.
import {
  memoryChecks,
  refuseBesideAttached,
  refuseBesideCold,
  refuseTimeBesideRepeats,
  takesRss,
  timingChecks,
} from '../../engine/shared-options.js';
import { defaultTiming, type MemorySettings, type RunSettings } from '../../runner/settings.js';
import { defined } from '../../shapes.js';
import type { Parsed } from '../command.js';
import { duration, wholeNumber } from '../option-values.js';

const flagNames: Readonly<Record<string, string>> = { maxTimeMs: 'max-time', rssPasses: 'rss-passes' };
const flagOf = (option: string): string => `--${flagNames[option] ?? option}`;

/** Throws USAGE, and INVALID_OPTION for flags that cannot stand together. */
export function readMemory(parsed: Parsed): MemorySettings {
  const repeats = wholeNumber('--repeats', parsed.repeats, memoryChecks.repeats);
  const warmup = wholeNumber('--warmup', parsed.warmup, memoryChecks.warmup);
  const maxTimeMs = duration('--max-time', parsed['max-time'], memoryChecks.maxTimeMs);
  const rssPasses = wholeNumber('--rss-passes', parsed['rss-passes'], memoryChecks.rssPasses);
  const { attached, allocator, rss, objects } = parsed;
  refuseTimeBesideRepeats({ repeats, maxTimeMs }, flagOf);
  if (parsed.cold === true) refuseBesideCold({ warmup, attached: attached === true }, flagOf);
  refuseBesideAttached({ attached, allocator, rss, rssPasses, objects }, flagOf);
  const resident = takesRss({ rss, rssPasses });
  return defined({
    repeats,
    warmup,
    maxTimeMs,
    rss: whereOn(resident),
    rssPasses: resident ? rssPasses : undefined,
    objects: whereOn(objects),
    cold: whereOn(parsed.cold),
    attached: whereOn(attached),
    allocator: allocator as MemorySettings['allocator'],
  });
}

const whereOn = (raw: unknown): true | undefined => (raw === true ? true : undefined);

/** Throws USAGE. */
export function readTiming(parsed: Parsed): NonNullable<RunSettings['timing']> {
  const warmupRounds = wholeNumber('--warmup-rounds', parsed['warmup-rounds'], timingChecks.warmupRounds);
  const minRounds = wholeNumber('--min-rounds', parsed['min-rounds'], timingChecks.minRounds);
  return {
    warmupRounds: warmupRounds ?? defaultTiming.warmupRounds,
    minRounds: minRounds ?? defaultTiming.minRounds,
    minTimeMs: duration('--min-time', parsed['min-time']) ?? defaultTiming.minTimeMs,
    timeMaxMs: duration('--time-max', parsed['time-max']) ?? defaultTiming.timeMaxMs,
  };
}
