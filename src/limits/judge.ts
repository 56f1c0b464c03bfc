// Which limits a measurement passed. Pure.
import type { LeakReport } from '../engine/leaks/leak-report.js';
import type { Sample } from '../engine/result/sample.js';
import type { Tier } from '../engine/window/test-window.js';
import { BenchmemError } from '../errors.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import type { LimitedField, OwnField, ParsedLimits } from './limits.js';

/** A limit that was passed. */
export interface Breach {
  readonly field: LimitedField | OwnField;
  /** Bytes, or a count where the field is one. */
  readonly value: number;
  readonly limit: number;
  /** Of a limit per stack: the stack that passed it. */
  readonly site?: TopAllocation;
}

const ownFields: readonly string[] = ['per_stack_bytes', 'leak_per_call_bytes', 'leak_per_stack_bytes'];
// V8's collector neither adds to these nor takes from them.
const countedExactly: readonly string[] = ['allocations', 'native_total_bytes'];

/** How a window must be settled so that figures of these limits mean something. */
export function tierFor(limits: ParsedLimits): Tier {
  if (limits.retained_bytes !== undefined) return 'full';
  return Object.keys(limits).every((field) => countedExactly.includes(field)) ? 'light' : 'near-live';
}

/**
 * More than the limit passes it. `sites` are all stacks at the peak; they are needed for a limit per stack only. Throws
 * NOT_MEASURED for a limit of what has no figure: it would pass whatever the test does.
 */
export function judgeSample(
  limits: ParsedLimits,
  sample: Sample,
  sites?: readonly TopAllocation[],
): Breach[] {
  const breaches: Breach[] = [];
  for (const [field, limit] of Object.entries(limits) as [LimitedField, number][]) {
    if (ownFields.includes(field)) continue;
    const value = sample[field];
    if (value === undefined) throw unmeasured(field);
    if (value > limit) breaches.push({ field, value, limit });
  }
  const { per_stack_bytes: perStack } = limits;
  if (perStack === undefined) return breaches;
  if (sites === undefined) throw unmeasured('per_stack_bytes');
  return [...breaches, ...worstSite('per_stack_bytes', perStack, sites)];
}

/** A body that does not leak passes no limit, whatever its rounds read. */
export function judgeLeakReport(limits: ParsedLimits, report: LeakReport): Breach[] {
  if (!report.isLeak) return [];
  const { leak_per_call_bytes: perCall, leak_per_stack_bytes: perStack } = limits;
  const breaches: Breach[] = [];
  if (perCall !== undefined && report.perCallBytes > perCall) {
    breaches.push({ field: 'leak_per_call_bytes', value: report.perCallBytes, limit: perCall });
  }
  if (perStack === undefined) return breaches;
  if (report.sites === undefined && report.nativeBytes > 0)
    throw unmeasured('leak_per_stack_bytes', report.sitesRefused);
  return [...breaches, ...worstSite('leak_per_stack_bytes', perStack, report.sites ?? [])];
}

function worstSite(field: OwnField, limit: number, sites: readonly TopAllocation[]): Breach[] {
  const over = sites.filter(({ bytes }) => bytes > limit).sort((a, b) => b.bytes - a.bytes);
  return over.slice(0, 1).map((site) => ({ field, value: site.bytes, limit, site }));
}

const hints: { readonly [Field in OwnField]?: string } = {
  per_stack_bytes: 'limit native here',
  leak_per_stack_bytes: 'limit what a call leaks in all: limitLeaks(SIZE, …)',
};

function hintFor(field: LimitedField | OwnField): string {
  if (field.includes('mapped')) {
    return 'only jemalloc says what it maps: limit native here, or measure with benchmem run --allocator jemalloc';
  }
  return (
    hints[field as OwnField] ??
    'this runtime shows no JavaScript heap: limit native, allocations or native_total_bytes'
  );
}

function unmeasured(field: LimitedField | OwnField, reason?: string): BenchmemError {
  const because = reason === undefined ? '' : `: ${reason}`;
  return new BenchmemError(
    'NOT_MEASURED',
    `${field} has a limit and was not measured, so that its limit could never fail${because}`,
    hintFor(field),
  );
}
