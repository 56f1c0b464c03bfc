// What a limit that was passed says: the figure and its limit, what it is made of, where it came from, what to do. Pure.
import type { Keepers } from '../engine/leaks/keepers.js';
import type { LeakReport } from '../engine/leaks/leak-report.js';
import { allRounds, thirdStageRounds } from '../engine/leaks/leak-series.js';
import type { SharedObjectBlob } from '../engine/result/fields.js';
import type { Sample } from '../engine/result/sample.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import { groupText, pathText } from '../retainers/words.js';
import { formatBytes, formatCount } from '../units.js';
import type { Breach } from './judge.js';
import type { ParsedLimits } from './limits.js';
import { objectLines, siteLines } from './origins.js';
import { comparedCounts, comparedSizes, roomierLimit } from './sizes.js';

export interface Message {
  readonly text: string;
  readonly hint: string;
}

export interface MemoryFacts {
  readonly sample: Sample;
  readonly sites?: readonly TopAllocation[];
  readonly objects?: readonly SharedObjectBlob[];
}

const mostOrigins = 5;
// Below it what V8 compiles and keeps ready meanwhile is as large as what the body needs.
const leastPeakBytes = 1e6;

const deeds: Readonly<Record<string, (value: string) => string>> = {
  peak_bytes: (value) => `peaked at ${value}`,
  native_peak_bytes: (value) => `held ${value} of native memory at once`,
  js_peak_bytes: (value) => `held ${value} on the JavaScript heap at once`,
  total_bytes: (value) => `allocated ${value} in all`,
  allocations: (value) => `made ${value} native allocations`,
  engine_peak_bytes: (value) => `made V8 hold ${value} of native memory for itself at once`,
  retained_bytes: (value) => `retained ${value}`,
  mapped_peak_bytes: (value) => `made the allocator map ${value}`,
  per_stack_bytes: (value) => `held ${value} from one stack at the peak`,
  leak_per_call_bytes: (value) => `leaks ${value} per call`,
  leak_per_stack_bytes: (value) => `leaks ${value} per call from one stack`,
};

// Limits of which native allocations are a part: where those came from tells something.
const nativeFields: readonly string[] = [
  'peak_bytes',
  'native_at_peak_bytes',
  'native_peak_bytes',
  'total_bytes',
  'native_total_bytes',
  'allocations',
  'per_stack_bytes',
];

/** `peaked at 68.73 MiB, limit 24 MiB (native 66.01 MiB + JavaScript 2.72 MiB)`. */
export function breachText({ field, value, limit }: Breach, sample: Sample = {}): string {
  const isCount = field === 'allocations' || field === 'engine_allocations';
  const compared = isCount ? comparedCounts(value, limit) : comparedSizes(value, limit);
  const deed = deeds[field] ?? ((shown: string) => `had ${field} of ${shown}`);
  return `${deed(compared.value)}, limit ${compared.limit}${partsOf(field, sample)}`;
}

/** What `limitMemory`, `assertMemory` and the matchers say. */
export function memoryMessage(breaches: readonly Breach[], facts: MemoryFacts): Message {
  const lines = breaches.map((breach) => breachText(breach, facts.sample));
  const isNative = breaches.some(({ field }) => nativeFields.includes(field));
  const origins = isNative ? originsOf(facts) : [];
  return {
    text: withOrigins(lines, origins),
    hint: memoryHint(breaches[0], isNative && facts.sites === undefined),
  };
}

/** What `limitLeaks` and `toLeakBelow` say. */
export function leakMessage(breaches: readonly Breach[], report: LeakReport, keepers?: Keepers): Message {
  const { nativeBytes, jsBytes, sites = [] } = report;
  const parts = ` (native ${formatBytes(nativeBytes)} + JavaScript ${jsBytes === undefined ? 'unknown' : formatBytes(jsBytes)})`;
  const lines = breaches.map((breach) => {
    const text = breachText(breach);
    return breach.field === 'leak_per_call_bytes' ? text + parts : text;
  });
  const seen = seenTexts({ ...report, jsBytes: jsBytes ?? 0 });
  const room = roomierLimit(breaches[0]?.value ?? 0);
  return {
    text: withOrigins(
      [...lines, ...seen],
      [...siteLines(sites, mostOrigins, ' per call'), ...keeperLines(keepers)],
    ),
    hint: `free what each call keeps; fill a cache before the test, or raise calls above its bound; else allow '${room}'`,
  };
}

/** In how many calls a leak was seen, and how; and what looks the same. */
export function seenTexts(
  leak: Pick<LeakReport, 'nativeBytes' | 'calls' | 'rounds' | 'noisy'> & { readonly jsBytes: number },
): [string, string] {
  const over = `over ${formatCount(leak.calls)} calls in all;`;
  const alike = 'a cache that is bounded above so many calls looks like a leak, too';
  if (!leak.noisy || leak.jsBytes === 0) {
    return [`each of ${Math.min(leak.rounds, allRounds)} rounds grew, ${over}`, alike];
  }
  const native = leak.nativeBytes > 0 ? 'native memory grew in each round; ' : '';
  const trend = `the JavaScript heap moves to and fro, and stood higher in each third of ${thirdStageRounds} rounds than before`;
  return [`${native}${trend}, ${over}`, alike];
}

const mostKeepers = 3;

/** Which objects stay and what keeps them, a line for each kind; or why nobody looked. */
export function keeperLines(keepers: Keepers | undefined): string[] {
  if (keepers === undefined) return [];
  if ('refusal' in keepers) return [`what keeps the objects was not looked at, because ${keepers.refusal}`];
  const { groups, calls } = keepers.found;
  return groups
    .slice(0, mostKeepers)
    .map((group) => `${groupText(group, calls)}, kept by ${pathText(group.path)}`);
}

/** What a matcher with `.not` says where every limit held. */
export function keptMessage(limits: ParsedLimits, figures: { readonly [field: string]: number }): Message {
  const kept = Object.entries(limits).map(([field, limit]) =>
    breachText({ field: field as Breach['field'], value: figures[field] ?? 0, limit }),
  );
  return { text: `${kept.join('; ')}: .not expects more`, hint: 'lower the limit, or take .not away' };
}

function memoryHint(worst: Breach | undefined, lacksSites: boolean): string {
  if (worst === undefined) return '';
  const { field, value, limit } = worst;
  const isHeap = field === 'peak_bytes' || field === 'js_peak_bytes';
  if (isHeap && limit < leastPeakBytes && value < limit + leastPeakBytes) {
    return 'a peak below 1 MB moves with what V8 compiles meanwhile: limit native or allocations, which are exact';
  }
  const isCount = field === 'allocations' || field === 'engine_allocations';
  const room = isCount ? formatCount(value) : `'${roomierLimit(value)}'`;
  const profile = lacksSites ? '; limitMemory and assertMemory name stacks with { profile: true }' : '';
  return `make it need less, or raise the limit to ${room}${profile}`;
}

function partsOf(field: string, sample: Sample): string {
  if (field === 'peak_bytes') {
    const {
      native_at_peak_bytes: native,
      js_at_peak_bytes: js,
      mapped_other_at_peak_bytes: other = 0,
    } = sample;
    return parts([
      ['native', native],
      ['JavaScript', js],
      ['other', other === 0 ? undefined : other],
    ]);
  }
  if (field !== 'total_bytes') return '';
  return parts([
    ['native', sample.native_total_bytes],
    ['JavaScript', sample.js_total_bytes],
  ]);
}

function parts(named: readonly (readonly [string, number | undefined])[]): string {
  const texts = named.flatMap(([name, bytes]) =>
    bytes === undefined ? [] : `${name} ${formatBytes(bytes)}`,
  );
  return texts.length === 0 ? '' : ` (${texts.join(' + ')})`;
}

function originsOf({ sites, objects = [] }: MemoryFacts): string[] {
  if (sites !== undefined) return siteLines(sites, mostOrigins);
  const lines = objectLines(objects, mostOrigins);
  return lines.length === 0 ? [] : ['native memory allocated in all, by library:', ...lines];
}

function withOrigins(lines: readonly string[], origins: readonly string[]): string {
  const [first = '', ...rest] = [...lines, ...origins];
  return [first, ...rest.map((line) => `  ${line}`)].join('\n');
}
