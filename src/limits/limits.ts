// Limits as tests write them, and what they are once read: a ceiling per field of a sample. Pure.
import type { SampleField } from '../engine/result/sample.js';
import { BenchmemError } from '../errors.js';
import { isRecord } from '../shapes.js';
import { type Metric, metricNamed, metricNames, metrics } from '../stats/metrics.js';
import { nearest } from '../stats/nearest.js';
import { parseCeiling } from '../text/limit-grammar.js';

/** Bytes, or text with a unit: `24 MB` (24,000,000), `24 MiB` (25,165,824). Upper and lower case matter. */
export type Size = number | string;

/** The fields of a sample that one window around a test gives; `objects` and `rss_bytes` need children of their own. */
export type LimitedField = Exclude<SampleField, 'objects' | 'rss_bytes'>;

/** What may be limited besides: the bytes of one stack at the peak, and what one call leaks, in all and by one stack. */
export type OwnField = 'per_stack_bytes' | 'leak_per_call_bytes' | 'leak_per_stack_bytes';

/** More than the limit fails. `false` lifts a limit that the test would have by default. */
export type MemoryLimits = { readonly [Field in LimitedField]?: Size | false } & {
  /** The most that was needed at once, native memory and the JavaScript heap together. */
  readonly peak?: Size | false;
  /** The high-water mark of native memory. */
  readonly native?: Size | false;
  /** The high-water mark of the JavaScript heap. */
  readonly js?: Size | false;
  /** Every byte that was allocated, native and JavaScript. */
  readonly allocated?: Size | false;
  /** Native allocations; a count. */
  readonly allocations?: number | string | false;
  /** V8's own native memory (compiler, collector), at its mark. */
  readonly engine?: Size | false;
  /** What is still held once garbage is gone. */
  readonly retained?: Size | false;
  /** What the allocator took from the system at most; only if the allocator is jemalloc. */
  readonly mapped?: Size | false;
  /** Native bytes that one distinct stack holds at the peak. */
  readonly perStack?: Size | false;
};

export interface LeakLimits {
  /** What one call may leak, native and JavaScript. */
  readonly perCall?: Size;
  /** What one distinct native stack may leak per call. */
  readonly perStack?: Size;
}

/** Limits by the field that they are of, in bytes; counts where the field is a count. */
export type ParsedLimits = { readonly [Field in LimitedField | OwnField]?: number };

const perStack: Metric = { name: 'perStack', field: 'per_stack_bytes', unit: 'B', pass: 'accounting' };
const perCall: Metric = { name: 'perCall', field: 'leak_per_call_bytes', unit: 'B', pass: 'accounting' };
const leakPerStack: Metric = { ...perStack, field: 'leak_per_stack_bytes' };

/** Text or a number is a limit of the peak. Throws INVALID_OPTION; `origin` is the function that was called. */
export function parseMemoryLimits(given: unknown, origin: string): ParsedLimits {
  if (!isRecord(given)) return parseAll({ peak: given }, origin, memoryMetric);
  return parseAll(given, origin, memoryMetric);
}

/** Text or a number is a limit of what one call leaks. Throws INVALID_OPTION. */
export function parseLeakLimits(given: unknown, origin: string): ParsedLimits {
  const limits = isRecord(given) ? given : { perCall: given };
  return parseAll(limits, origin, (name) => ({ perCall, perStack: leakPerStack })[name]);
}

function parseAll(
  given: Readonly<Record<string, unknown>>,
  origin: string,
  metricOf: (name: string, origin: string) => Metric | undefined,
): ParsedLimits {
  const entries = Object.entries(given).filter(([, limit]) => limit !== undefined);
  if (entries.length === 0) {
    throw new BenchmemError('INVALID_OPTION', `${origin}: no limit was given`, `write ${origin}('24 MB', …)`);
  }
  const parsed: Record<string, number> = {};
  for (const [name, limit] of entries) {
    const metric = metricOf(name, origin);
    if (metric === undefined) throw unknownLimit(name, origin);
    if (limit === false) continue;
    const refuse = (what: string, hint: string) =>
      new BenchmemError(
        'INVALID_OPTION',
        `${origin}: ${shown(limit)} is not a limit of ${name}: ${what}`,
        hint,
      );
    parsed[metric.field] = parseCeiling(limit, { ...metric, name }, refuse);
  }
  return parsed;
}

function memoryMetric(name: string, origin: string): Metric | undefined {
  if (name === 'perStack') return perStack;
  const metric = metricNamed(name);
  if (metric === undefined || isLimited(metric)) return metric;
  throw new BenchmemError(
    'INVALID_OPTION',
    `${origin}: ${name} cannot be limited in a test, because a window around a test does not measure it`,
    `limit ${limitedNames().join(', ')} or perStack; benchmem run measures ${name}`,
  );
}

function isLimited({ pass }: Metric): boolean {
  return pass === 'peak' || pass === 'accounting';
}

function limitedNames(): string[] {
  return metrics.filter(isLimited).map(({ name }) => name);
}

function unknownLimit(name: string, origin: string): BenchmemError {
  const known = [...limitedNames(), 'perStack', 'perCall'];
  const meant = nearest(name, [...known, ...metricNames]);
  return new BenchmemError(
    'INVALID_OPTION',
    `${origin}: there is no limit ${JSON.stringify(name)}`,
    meant === undefined ? `choose from ${known.join(', ')}` : `did you mean ${meant}?`,
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
