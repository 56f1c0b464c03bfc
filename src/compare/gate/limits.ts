// A limit: the grammar of `--fail-on FIELD:LIMIT[@K=V]`, and which growth passes it. Pure.
import { BenchmemError } from '../../errors.js';
import { rawSeries } from '../../runfile/table.js';
import { medianLowerBound } from '../../stats/bootstrap.js';
import { type Metric, metricNamed, metricNames, metrics } from '../../stats/metrics.js';
import { nearest } from '../../stats/nearest.js';
import { changePercent } from '../numbers.js';
import type { Entry } from '../series.js';
import { type Condition, parseCondition } from '../where.js';

export interface Threshold {
  /** The metric as the user named it, lower case. */
  readonly field: string;
  readonly metric: Metric;
  /** Percent, or the metric's unit: bytes, seconds, a count. */
  readonly limit: number;
  readonly percent: boolean;
  /** The benchmarks it is for; absent: all. */
  readonly scope?: Condition;
}

/** How sure a gate wants to be that a series that varies has grown. */
export interface Noise {
  /** Between 0 and 1. */
  readonly confidence: number;
}

/** Fewer values say too little about how a series varies. */
export const leastValues = 6;

type Sides = Readonly<Record<'base' | 'head', Pick<Entry, 'benchmark'>>>;

const byteFactors: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};
// WHY two micro signs: keyboards give U+00B5, editors U+03BC.
const timeFactors: Readonly<Record<string, number>> = {
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  '\u00b5s': 1e-6,
  '\u03bcs': 1e-6,
  ns: 1e-9,
};

/** One threshold. Throws USAGE, naming the expression and what is wrong with it. `origin` names where it stands. */
export function parseThreshold(expression: string, origin = '--fail-on'): Threshold {
  const refuse = refusal(expression, origin);
  const at = expression.indexOf('@');
  const rule = at === -1 ? expression : expression.slice(0, at);
  const colon = rule.indexOf(':');
  const field = (colon === -1 ? rule : rule.slice(0, colon)).trim().toLowerCase();
  const limit = colon === -1 ? '' : rule.slice(colon + 1).trim();
  if (colon === -1 || limit === '' || field === '') {
    throw refuse('FIELD:LIMIT is expected', `for example ${origin} peak:10%`);
  }
  const metric = metricNamed(field);
  if (metric === undefined) throw refuse(`there is no metric ${field}`, fieldHint(field));
  const scope =
    at === -1 ? undefined : parseCondition(expression.slice(at + 1), `the scope of ${origin} ${expression}`);
  return { field, metric, ...parseLimit(limit, metric, refuse), ...(scope === undefined ? {} : { scope }) };
}

/** True where growth from `base` to `head` passes the limit, strictly. */
export function exceeds(
  { percent, limit }: Pick<Threshold, 'percent' | 'limit'>,
  base: number,
  head: number,
): boolean {
  if (!percent) return head - base > limit;
  const change = changePercent(base, head);
  return change !== undefined && change > limit;
}

/** A constant series follows the plain rule; any other must pass the limit with its bound as well. */
export function isSignificant(
  sides: Sides,
  metric: Metric,
  limit: Threshold,
  { confidence }: Noise,
): boolean {
  if (isConstant(sides, metric)) return true;
  const base = rawSeries(sides.base.benchmark, metric) ?? [];
  const head = rawSeries(sides.head.benchmark, metric) ?? [];
  const contrast = limit.percent ? 'ratio' : 'difference';
  const bound = medianLowerBound(base, head, contrast, { confidence });
  return (limit.percent ? (bound - 1) * 100 : bound) > limit.limit;
}

// WHY a single round is not constant: one time says nothing about the next. One pass of a count does.
/** True where nothing varies on either side. */
export function isConstant(sides: Sides, metric: Metric): boolean {
  return [sides.base, sides.head].every(({ benchmark }) => {
    const series = rawSeries(benchmark, metric);
    if (series === undefined || (metric.pass === 'timing' && series.length < 2)) return false;
    return series.every((value) => value === series[0]);
  });
}

/** True where both sides have rounds enough to judge their noise by. */
export function hasEnoughValues(sides: Sides, metric: Metric): boolean {
  return [sides.base, sides.head].every(({ benchmark }) => {
    const series = rawSeries(benchmark, metric);
    return series !== undefined && series.length >= leastValues && series.every(Number.isFinite);
  });
}

type Refuse = (what: string, hint: string) => BenchmemError;

function refusal(expression: string, origin: string): Refuse {
  return (what, hint) => new BenchmemError('USAGE', `${origin} ${JSON.stringify(expression)}: ${what}`, hint);
}

function parseLimit(text: string, metric: Metric, refuse: Refuse): { limit: number; percent: boolean } {
  const match = /^(\d+\.?\d*|\.\d+)\s*(\D*)$/u.exec(text);
  if (match === null) {
    throw refuse(
      `${text} is not a non-negative decimal with a unit`,
      `write ${metric.name}:10% or ${metric.name}:${exampleOf(metric)}`,
    );
  }
  const [, digits = '', unit = ''] = match;
  const factor = unit === '%' || unit === '' ? 1 : unitFactor(unit, metric, refuse);
  const limit = Number(digits) * factor;
  if (!Number.isFinite(limit)) throw refuse('the limit is too large: this gate could never fire', 'lower it');
  return { limit, percent: unit === '%' };
}

function unitFactor(unit: string, metric: Metric, refuse: Refuse): number {
  if (metric.unit === '')
    throw refuse(`${metric.name} is a count: ${unit} is no unit of it`, 'leave out the unit');
  const factors = metric.unit === 'B' ? byteFactors : timeFactors;
  if (Object.hasOwn(factors, unit)) return factors[unit] as number;
  const known = metric.unit === 'B' ? Object.keys(byteFactors) : ['s', 'ms', 'us', 'µs', 'ns'];
  throw refuse(
    `${unit} is no unit of ${metric.name}`,
    `use %, ${known.join(', ')} (upper and lower case matter)`,
  );
}

function exampleOf({ unit }: Metric): string {
  return { B: '5MiB', s: '20ms', '': '100' }[unit];
}

function fieldHint(given: string): string {
  const meant = nearest(given, metricNames);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const fields = metricNames.filter((name) => !metrics.some((metric) => metric.name === name));
  return `choose from ${metrics.map(({ name }) => name).join(', ')}, or a field: ${fields.join(', ')}`;
}
