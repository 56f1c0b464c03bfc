// Limits as people write them: `10%`, `5MiB`, `10%+64KiB`, and a gate's `FIELD:LIMIT[@K=V]`. Pure.
// Flags, configurations and bench options all read their limits here. Bench files load this in every child, so it must
// not import what reads run files.
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { type Metric, metricNamed, metricNames, metrics } from '../stats/metrics.js';
import { nearest } from '../stats/nearest.js';
import { type Condition, parseCondition } from './conditions.js';

/** How much is let through. */
export interface Limit {
  /** Percent, or the metric's unit: bytes, seconds, a count. */
  readonly limit: number;
  readonly percent: boolean;
  /** What a percentage lets through on top, in the metric's unit. */
  readonly allowance?: number;
}

/** A limit of one metric. */
export interface Threshold extends Limit {
  /** The metric as the user named it, lower case. */
  readonly field: string;
  readonly metric: Metric;
  /** The benchmarks it is for; absent: all. */
  readonly scope?: Condition;
}

/** Makes the error that says what is wrong with a limit, and what to write. */
export type Refuse = (what: string, hint: string) => Error;

const byteFactors: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  PiB: 1024 ** 5,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
};
// WHY: there are two micro signs, because keyboards give U+00B5 and editors U+03BC.
const timeFactors: Readonly<Record<string, number>> = {
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  '\u00b5s': 1e-6,
  '\u03bcs': 1e-6,
  ns: 1e-9,
};

/** `FIELD:LIMIT[@K=V]`. Throws USAGE, naming the expression and what is wrong with it. `origin` names where it stands. */
export function parseThreshold(expression: string, origin = '--fail-on'): Threshold {
  const refuse: Refuse = (what, hint) =>
    new BenchmemError('USAGE', `${origin} ${JSON.stringify(expression)}: ${what}`, hint);
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
  return { field, metric, ...parseLimit(limit, metric, refuse), ...defined({ scope }) };
}

/** `PERCENT%`, `PERCENT%+ABSOLUTE` or `ABSOLUTE`, in the metric's units; throws what `refuse` makes. */
export function parseLimit(text: string, metric: Metric, refuse: Refuse): Limit {
  const plus = text.indexOf('+');
  if (plus <= 0) return parseAmount(text.trim(), metric, refuse);
  const percentage = parseAmount(text.slice(0, plus).trim(), metric, refuse);
  const rest = text.slice(plus + 1).trim();
  const example = `write ${metric.name}:10%+${exampleOf(metric)}`;
  if (!percentage.percent) throw refuse('only a percentage takes an allowance behind a +', example);
  if (rest === '') throw refuse('there is no allowance behind the +', example);
  const { percent, limit: allowance } = parseAmount(rest, metric, refuse);
  if (percent) throw refuse(`the allowance ${rest} is a percentage`, example);
  return { ...percentage, allowance };
}

/** A ceiling: an absolute limit, or a plain number in the metric's own unit; throws what `refuse` makes. */
export function parseCeiling(value: unknown, metric: Metric, refuse: Refuse): number {
  const wanted = {
    B: "pass bytes with a unit ('100MiB'; upper and lower case matter), or a number of bytes",
    s: "pass a time with a unit ('20ms'), or a number of seconds",
    '': 'pass a count',
  }[metric.unit];
  const because = (what: string) => refuse(what, wanted);
  if (typeof value === 'number') {
    if (value >= 0 && Number.isFinite(value)) return value;
    throw because('it is not a non-negative number');
  }
  if (typeof value !== 'string') throw because('it is neither text nor a number');
  if (value.trim() === '') throw because('it is empty');
  const { limit, percent } = parseLimit(value.trim(), metric, because);
  if (percent) throw because('a ceiling is absolute, because there is nothing to take a percentage of');
  return limit;
}

function parseAmount(text: string, metric: Metric, refuse: Refuse): Limit {
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
    throw refuse(`${metric.name} is a count: ${unit} is not a unit of it`, 'leave out the unit');
  const factors = metric.unit === 'B' ? byteFactors : timeFactors;
  if (Object.hasOwn(factors, unit)) return factors[unit] as number;
  const known = metric.unit === 'B' ? Object.keys(byteFactors) : ['s', 'ms', 'us', 'µs', 'ns'];
  throw refuse(
    `${unit} is not a unit of ${metric.name}`,
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
