// What the shared flags about memory passes and timed rounds mean: settings of a run. The checks are those of bench
// options and the API.
import {
  refuseBesideAttached,
  refuseBesideCold,
  refuseBesideQuick,
  refuseTimeBesideRepeats,
  takesRss,
} from '../../engine/options-beside.js';
import { defaultTiming, type MemorySettings, type RunSettings } from '../../runner/settings.js';
import { defined } from '../../shapes.js';
import type { Parsed } from '../command.js';
import { numberOf, sizeOf, typedName } from '../option-flags.js';

/** Throws USAGE, and INVALID_OPTION for flags that cannot stand together. */
export function readMemory(parsed: Parsed): MemorySettings {
  const repeats = numberOf('repeats', parsed);
  const warmup = numberOf('warmup', parsed);
  const maxTimeMs = numberOf('maxTimeMs', parsed);
  const rssPasses = numberOf('rssPasses', parsed);
  const { attached, allocator, rss, objects, retainers } = parsed;
  const maxHeapBytes = sizeOf('retainersMax', parsed);
  const asksRetainers = typeof retainers === 'boolean' ? retainers : maxHeapBytes !== undefined;
  refuseTimeBesideRepeats({ repeats, maxTimeMs }, typedName);
  if (parsed.cold === true) {
    refuseBesideCold({ warmup, attached: attached === true, retainers: asksRetainers }, typedName);
  }
  refuseBesideQuick({ quick: parsed.quick, attached, exposePrivate: parsed['expose-private'] }, typedName);
  refuseBesideAttached({ attached, allocator, rss, rssPasses, objects }, typedName);
  const resident = takesRss({ rss, rssPasses });
  return defined({
    repeats,
    warmup,
    maxTimeMs,
    rss: whereOn(resident),
    rssPasses: resident ? rssPasses : undefined,
    objects: whereOn(objects),
    retainers: asksRetainers ? defined({ maxHeapBytes }) : undefined,
    cold: whereOn(parsed.cold),
    quick: whereOn(parsed.quick),
    attached: whereOn(attached),
    allocator: allocator as MemorySettings['allocator'],
  });
}

const whereOn = (raw: unknown): true | undefined => (raw === true ? true : undefined);

/** Throws USAGE. */
export function readTiming(parsed: Parsed): NonNullable<RunSettings['timing']> {
  const given = {
    warmupRounds: numberOf('warmupRounds', parsed),
    minRounds: numberOf('minRounds', parsed),
    minTimeMs: numberOf('minTimeMs', parsed),
    timeMaxMs: numberOf('timeMaxMs', parsed),
  };
  return { ...defaultTiming, ...defined(given) };
}
