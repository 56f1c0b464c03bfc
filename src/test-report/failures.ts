// What the report says of a test that passed a limit or leaks: the figure and its limit, and where memory went. Pure.
import { breachText, seenTexts } from '../limits/messages.js';
import { objectLines } from '../limits/origins.js';
import type { TestFacts, TestRecord } from '../testing/record.js';
import { printable } from '../text/escapes.js';
import { formatBytes, formatCount } from '../units.js';
import { leakBytes } from './ranking.js';
import { hintText, type ReportHints } from './view.js';

type Field = Parameters<typeof breachText>[0]['field'];
type Site = NonNullable<TestFacts['sites']>[number];

/** What was passed, in a line each; what it consists of stands behind it. */
export function breachLines(record: TestRecord): string[] {
  const { figures, test } = record;
  return test.exceeded.flatMap((field) => {
    const limit = test.limits[field];
    const value = field === 'leak_per_call_bytes' ? leakBytes(record) : passedValue(record, field);
    if (limit === undefined || value === undefined) return [`passed its limit of ${printable(field)}`];
    return [breachText({ field: field as Field, value, limit }, figures) + leakParts(record, field)];
  });
}

/** In how many calls it was seen; nothing for a test that does not leak. */
export function seenLines({ test: { leak } }: TestRecord): string[] {
  if (leak === undefined || !leak.is_leak) return [];
  const { native_per_call: nativeBytes, js_per_call: jsBytes = 0 } = leak;
  return [seenTexts({ ...leak, nativeBytes, jsBytes }).join(' ')];
}

/** Where it came from: stacks if they are known, else shared objects. */
export function originLines({ test }: TestRecord, most: number, hints: Partial<ReportHints> = {}): string[] {
  const { sites, by_shared_object: objects = [], leak, kept_by: keepers = [] } = test;
  const per = leak?.is_leak === true ? ' per call' : '';
  if (sites === undefined) {
    const libraries = objectLines(objects, most);
    if (keepers.length > 0) return keepers.map(printable);
    return libraries.length === 0 ? [] : ['native memory allocated in all, by library:', ...libraries];
  }
  const lines = sites.slice(0, most).map((site) => siteLine(site, per));
  const left = sites.length - lines.length;
  const rest = left > 0 ? [`… and ${formatCount(left)} more${hintText(hints.allDetails)}`] : [];
  return [...lines, ...rest, ...keepers.map(printable)];
}

function siteLine({ bytes, count, stack }: Site, per: string): string {
  const frames =
    stack.length === 0 ? 'an unknown stack' : stack.map((frame) => printable(frame)).join(' <- ');
  const allocations = `${formatCount(Math.round(count))} ${Math.round(count) === 1 ? 'allocation' : 'allocations'}`;
  return `${formatBytes(bytes)}${per}  ${allocations}  ${frames}`;
}

function leakParts({ test: { leak } }: TestRecord, field: string): string {
  if (leak === undefined || field !== 'leak_per_call_bytes') return '';
  const js = leak.js_per_call === undefined ? 'unknown' : formatBytes(leak.js_per_call);
  return ` (native ${formatBytes(leak.native_per_call)} + JavaScript ${js})`;
}

function passedValue({ figures, test }: TestRecord, field: string): number | undefined {
  const worst = () => test.sites?.[0]?.bytes;
  if (field === 'per_stack_bytes' || field === 'leak_per_stack_bytes') return worst();
  return (figures as Readonly<Record<string, number | undefined>>)[field];
}
