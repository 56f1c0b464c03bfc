// What the report says of one test: its figures as cells, and what is to be said beside them. Pure.
import { limitText } from '../limits/sizes.js';
import { metrics } from '../stats/metrics.js';
import type { TestRecord } from '../testing/record.js';
import { formatBytes, formatCount } from '../units.js';
import { bars } from './bars.js';
import { leakBytes } from './ranking.js';

export const cellTitles = ['peak', '= native', '+ JavaScript', 'allocated', 'allocations'] as const;

export const sizesTitle = 'sizes';

/** How many allocations were of which size, from small to large; undefined if nobody asked. */
export function sizesCell({ test: { sizes } }: TestRecord): string | undefined {
  return sizes === undefined ? undefined : bars(sizes.map(({ count }) => count)).trimEnd();
}

/** One per title; undefined if it was not measured. */
export function figureCells({ figures, test }: TestRecord): (string | undefined)[] {
  const { peak_bytes: peak, native_at_peak_bytes: native, js_at_peak_bytes: js } = figures;
  // Without forced collections the JavaScript part holds garbage.
  const mark = test.tier === 'light' && (js ?? 0) > (native ?? 0) ? '~' : '';
  const bytes = (value: number | undefined, sign = '') =>
    value === undefined ? undefined : formatBytes(value) + sign;
  return [
    bytes(peak, mark),
    bytes(native),
    bytes(js, mark),
    bytes(figures.total_bytes),
    figures.allocations === undefined ? undefined : formatCount(figures.allocations),
  ];
}

// A limit without a word is one of the peak.
const words: Readonly<Record<string, string>> = {
  peak_bytes: '',
  js_peak_bytes: 'JavaScript ',
  per_stack_bytes: 'per stack ',
};

function wordOf(field: string): string {
  const name = metrics.find((metric) => metric.field === field)?.name;
  return words[field] ?? `${name ?? field} `;
}

/** The limits that were passed, what a call leaks, and what else one must know to read the figures. */
export function notesOf(record: TestRecord): string[] {
  const { limits, exceeded, inner, retry } = record.test;
  const passed = exceeded
    .filter((field) => !field.startsWith('leak_') && limits[field] !== undefined)
    .map((field) => `limit ${wordOf(field)}${limitOf(field, limits[field] as number)}`);
  const leak = record.test.leak?.is_leak === true ? leakBytes(record) : undefined;
  return [
    ...passed,
    ...(leak === undefined ? [] : [`leaks ${formatBytes(leak)} per call`]),
    ...(inner === true ? ['measured inside'] : []),
    ...(retry > 0 ? [`try ${retry + 1}`] : []),
  ];
}

export function isCount(field: string): boolean {
  return field === 'allocations' || field === 'engine_allocations';
}

function limitOf(field: string, limit: number): string {
  return isCount(field) ? formatCount(limit) : limitText(limit);
}
