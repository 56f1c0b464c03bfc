// The record of one test out of what was measured around it, or inside it by somebody else. Pure.
import type { LeakReport } from '../engine/leaks/find-leak.js';
import type { Keepers } from '../engine/leaks/keepers.js';
import type { ProfileLink } from '../engine/profile/captured.js';
import type { SharedObjectBlob } from '../engine/result/fields.js';
import type { Sample } from '../engine/result/sample.js';
import type { WindowCapture } from '../engine/window/profiling.js';
import type { Tier } from '../engine/window/test-window.js';
import type { Breach } from '../limits/judge.js';
import type { ParsedLimits } from '../limits/limits.js';
import { keeperLines } from '../limits/messages.js';
import type { LimitOutcome } from '../limits/outcomes.js';
import type { SizeBin } from '../profile/reports/histogram.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import { defined } from '../shapes.js';
import type { TestFacts, TestRecord } from './record.js';

/** What is known of a test before it runs. */
export type KnownFacts = Pick<
  TestFacts,
  'runner' | 'runner_version' | 'file' | 'line' | 'includes' | 'pid' | 'order' | 'retry' | 'worker_rss_bytes'
>;

/** What was measured; every part absent if it was not. */
export interface Measured {
  readonly sample?: Sample | undefined;
  readonly tier?: Tier | undefined;
  readonly limits: ParsedLimits;
  readonly breaches: readonly Breach[];
  readonly leak?: LeakReport | undefined;
  readonly settleMs?: number | undefined;
  readonly sites?: readonly TopAllocation[] | undefined;
  readonly objects?: readonly SharedObjectBlob[] | undefined;
  /** By a measurement inside the test. */
  readonly inner?: boolean;
  /** The stacks of that measurement. */
  readonly capture?: WindowCapture | undefined;
  /** Why there are no figures. */
  readonly reason?: string | undefined;
  readonly keepers?: Keepers | undefined;
  /** Why its leaks were to be looked for and were not. */
  readonly leakUnchecked?: string | undefined;
  /** Frames of V8, Node and shared objects belong to a stack. */
  readonly nativeFrames?: boolean | undefined;
  readonly sizes?: readonly SizeBin[] | undefined;
  readonly profile?: ProfileLink | undefined;
}

const mostObjects = 10;
const mostSites = 10;

/** How the body ended, and how it should have. */
export interface Ending {
  /** It threw, or passed a limit, or the runner gave it up. */
  readonly failed: boolean;
  readonly isToFail: boolean;
}

export function toRecord(
  id: string,
  known: KnownFacts,
  measured: Measured,
  ending: Ending = { failed: false, isToFail: false },
): TestRecord {
  const { sample, tier, limits, breaches, leak, settleMs, inner, reason, keepers, profile } = measured;
  return {
    id,
    figures: sample ?? {},
    test: {
      ...known,
      outcome: outcomeOf(measured, ending),
      limits: defined({ ...limits }) as Record<string, number>,
      exceeded: breaches.map(({ field }) => field),
      ...defined({
        tier,
        reason,
        inner: inner === true ? true : undefined,
        settle_ms: settleMs === undefined ? undefined : Math.round(settleMs * 10) / 10,
        leak: leak && toLeak(leak),
        kept_by: keepers && keeperLines(keepers),
        leak_unchecked: leak === undefined ? measured.leakUnchecked : undefined,
        sites: toSites(measured),
        sizes: measured.sizes?.map(toBin),
        profile,
        by_shared_object: breaches.length > 0 ? largest(measured.objects) : undefined,
      }),
    },
  };
}

function outcomeOf({ breaches, sample, leak }: Measured, { failed, isToFail }: Ending): TestFacts['outcome'] {
  const [first] = breaches;
  if (first !== undefined && !isToFail) return first.field.startsWith('leak_') ? 'leak' : 'limit';
  if (failed !== isToFail) return 'failed';
  return sample === undefined && leak === undefined ? 'unmeasured' : 'passed';
}

function toLeak(report: LeakReport): NonNullable<TestFacts['leak']> {
  const { isLeak, nativeBytes, jsBytes, rounds, calls, noisy, noisyFloorBytes } = report;
  return {
    is_leak: isLeak,
    native_per_call: nativeBytes,
    rounds,
    calls,
    noisy,
    ...defined({ js_per_call: jsBytes, noisy_floor_bytes: noisyFloorBytes }),
  };
}

// Of a leak the stacks that leak, else those with most at the peak.
function toSites({ leak, breaches, sites, nativeFrames }: Measured): TestFacts['sites'] {
  const isLeak = breaches.some(({ field }) => field.startsWith('leak_'));
  const told = isLeak ? leak?.sites?.slice(0, mostSites) : sites;
  return told === undefined || told.length === 0
    ? undefined
    : told.map((site) => toSite(site, nativeFrames === true));
}

function toBin({ minBytes, maxBytes, count }: SizeBin): NonNullable<TestFacts['sizes']>[number] {
  return { min_bytes: minBytes, max_bytes: maxBytes, count };
}

function toSite(
  { bytes, count, stack }: TopAllocation,
  nativeFrames: boolean,
): NonNullable<TestFacts['sites']>[number] {
  const own = nativeFrames ? [] : stack.filter(({ isOwn }) => isOwn);
  const frames = (own.length === 0 ? stack : own).map(({ name, file, line, object }) => {
    const place = file === undefined ? object : line === undefined ? file : `${file}:${line}`;
    return place === undefined ? name : `${name} (${place})`;
  });
  return { bytes, count, stack: frames };
}

function largest(objects: readonly SharedObjectBlob[] | undefined): readonly SharedObjectBlob[] | undefined {
  if (objects === undefined || objects.length === 0) return undefined;
  return [...objects].sort((a, b) => b.total_bytes - a.total_bytes).slice(0, mostObjects);
}

/** What the measurements inside a test told, as the figures of the test: those of the one that peaked highest. */
export function innerFigures(outcomes: readonly LimitOutcome[]): Measured | undefined {
  if (outcomes.length === 0) return undefined;
  const highest = outcomes.reduce((best, next) => (peakOf(next) > peakOf(best) ? next : best));
  const leak = outcomes.findLast((outcome) => outcome.leak !== undefined)?.leak;
  return {
    ...defined({
      sample: highest.sample,
      sites: highest.sites,
      capture: highest.profile,
      leak,
      keepers: outcomes.findLast(({ keepers }) => keepers !== undefined)?.keepers,
    }),
    tier: highest.tier,
    limits: Object.assign({}, ...outcomes.map(({ limits }) => limits)),
    breaches: outcomes.flatMap(({ breaches }) => breaches),
    settleMs: outcomes.reduce((sum, { settleMs }) => sum + settleMs, 0),
    inner: true,
  };
}

function peakOf({ sample }: LimitOutcome): number {
  return sample?.peak_bytes ?? sample?.native_peak_bytes ?? -1;
}
