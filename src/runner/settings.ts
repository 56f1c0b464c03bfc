// The settings of a run, and what they come to for one benchmark: its own options win. Pure.
import type { AllocatorName, SamplingOptions } from '../engine/options.js';
import { refuseBesideAttached, refuseBesideCold } from '../engine/options-beside.js';
import { memoryOptions, type RetainersOption, timingOptions } from '../engine/shared-options.js';
import { defined } from '../shapes.js';
import type { PlainBenchOptions } from './bench-options.js';
import type { ChildSettings } from './list.js';
import type { TimingRule } from './timing-loop.js';

/** Memory passes; an absent setting leaves the engine's default. */
export interface MemorySettings {
  readonly repeats?: number;
  readonly warmup?: number;
  readonly calls?: number;
  readonly maxTimeMs?: number;
  readonly rss?: boolean;
  /** Exactly so many cold children. */
  readonly rssPasses?: number;
  readonly objects?: boolean;
  readonly retainers?: boolean | RetainersOption;
  readonly attached?: boolean;
  readonly cold?: boolean;
  /** No accounting children. */
  readonly quick?: boolean;
  readonly allocator?: AllocatorName;
  /** Whose allocations count. */
  readonly threads?: NonNullable<SamplingOptions['threads']>;
  /** What allocators inside addons map is a figure of its own. */
  readonly exposePrivate?: boolean;
}

export interface RunSettings extends Omit<ChildSettings, 'signal'> {
  /** Absent: no memory passes. */
  readonly memory?: MemorySettings;
  /** Absent: no timing. */
  readonly timing?: TimingRule;
  /** Configured words at the ends of names that tell implementations apart. */
  readonly postfixes?: readonly string[];
  /** How many benchmarks take memory passes side by side. */
  readonly jobs: number;
  /** The figures go to a run file or into a comparison, which need a peak. */
  readonly needsPeak: boolean;
}

export const defaultTiming: TimingRule = {
  warmupRounds: timingOptions.warmupRounds.unlessGiven,
  minRounds: timingOptions.minRounds.unlessGiven,
  minTimeMs: timingOptions.minTimeMs.unlessGiven,
  timeMaxMs: timingOptions.timeMaxMs.unlessGiven,
};
export const defaultTimeoutMs = memoryOptions.timeoutMs.unlessGiven;

/** The memory settings of one benchmark. Throws INVALID_OPTION for what cannot stand beside `cold` or `attached`. */
export function memorySettingsOf(options: PlainBenchOptions, run: MemorySettings): MemorySettings {
  const { repeats, warmup, calls, rss, objects, retainers, attached, cold, maxRss } = options;
  const ceilingAsks = maxRss === undefined ? undefined : true;
  const merged: MemorySettings = {
    ...run,
    ...defined({ repeats, warmup, calls, rss: rss ?? ceilingAsks, objects, attached, cold }),
    ...defined({ retainers: retainers === true && run.retainers !== undefined ? run.retainers : retainers }),
  };
  if (merged.cold === true) refuseBesideCold(merged);
  if (merged.attached !== true) return merged;
  refuseBesideAttached({ attached: true, maxRss });
  // An attached child has neither: what only preloaded ones can take is left out.
  const { allocator, rss: _rss, rssPasses, objects: _objects, quick, ...rest } = merged;
  return rest;
}

/** The timing rule of one benchmark. */
export function timingRuleOf(options: PlainBenchOptions, run: TimingRule): TimingRule {
  const { rounds, iterations, warmupRounds, minRounds } = options;
  return { ...run, ...defined({ rounds, iterations, warmupRounds, minRounds }) };
}
