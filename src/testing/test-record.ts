// The record of one test out of what was measured around it, or inside it by somebody else. Pure.
import type { LeakReport } from '../engine/leaks/find-leak.js';
import type { SharedObjectBlob } from '../engine/result/fields.js';
import type { Sample } from '../engine/result/sample.js';
import type { Tier } from '../engine/window/test-window.js';
import type { Breach } from '../limits/judge.js';
import type { ParsedLimits } from '../limits/limits.js';
import type { LimitOutcome } from '../limits/outcomes.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import { defined } from '../shapes.js';
import type { TestFacts, TestRecord } from './record.js';

/** What is known of a test before it runs. */
export type KnownFacts = Pick<
  TestFacts,
  'runner' | 'runner_version' | 'file' | 'line' | 'includes' | 'pid' | 'order' | 'retry' | 'worker_rss_bytes'
>;

/** What was measured; every part absent where it was not. */
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
  /** Why there are no figures. */
  readonly reason?: string | undefined;
}

const mostObjects = 10;

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
  const { sample, tier, limits, breaches, leak, settleMs, sites, inner, reason } = measured;
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
        sites: sites === undefined || sites.length === 0 ? undefined : sites.map(toSite),
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

function toSite({ bytes, count, stack }: TopAllocation): NonNullable<TestFacts['sites']>[number] {
  const frames = stack.map(({ name, file, line, object }) => {
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
    ...defined({ sample: highest.sample, sites: highest.sites, leak }),
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
