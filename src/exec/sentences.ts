// A finding in words. Pure text: decides nothing.
import { formatBytes } from '../units.js';
import { type Account, isSaid } from './account.js';
import { mostGrown } from './growers.js';
import { type PartName, partNames, partsOf } from './levels.js';
import { objectNames } from './object-names.js';
import type { PartTrend } from './part-trends.js';
import type { Piece } from './pieces.js';
import type { Snapshot } from './snapshot.js';
import { fewestPoints } from './trend.js';
import type { VerdictKind } from './verdict.js';

export interface Finding {
  readonly kind: VerdictKind;
  /** The parts that it is about, largest rise first. */
  readonly parts: readonly PartTrend[];
  /** Parts that were released, beside others that grow. */
  readonly also?: readonly PartTrend[];
  /** It is about this part's height, and not about growth. */
  readonly level?: 'free' | 'private' | 'unexplained';
  /** So few snapshots count that growth cannot be judged. */
  readonly counted?: number;
  readonly runMs?: number;
}

export interface Span {
  readonly first: Snapshot;
  readonly last: Snapshot;
  readonly account?: Account;
}

const mebibyte = 1024 * 1024;

const partWords: Readonly<Record<PartName, string>> = {
  native: 'native memory in use',
  js: 'the JavaScript heap',
  unobserved: "V8's pages outside the observed isolates",
  mapped: 'wasm memory and resizable buffers',
  private: 'memory that shared objects map for themselves',
  engine: "V8's own native memory",
  free: 'free memory inside the allocator',
  rounding: 'what the allocator adds to its blocks',
  files: 'mapped files and code',
  shared: 'shared memory',
  benchmem: "benchmem's own table",
  unexplained: 'memory that nobody counts',
};

const openings: Readonly<Partial<Record<PartName, string>>> = {
  native: 'It looks like a native leak',
  js: 'It looks like a leak of JavaScript objects',
  unobserved: 'Isolates that nobody observes, or compiled wasm, hold more and more memory',
  mapped: 'It looks like a leak of wasm memory or resizable buffers',
  private: 'A private allocator grows, or mappings that a shared object makes for itself',
  engine: 'V8 itself takes more and more native memory (compiled code, isolates)',
  free: 'It looks like fragmentation',
  files: 'More and more of mapped files is resident',
  shared: 'Shared memory grows',
};

const pieceWords: Readonly<Record<Piece, string>> = {
  one: 'while one piece of work ran, in which the event loop did not turn',
  several: 'mostly while a few pieces of work ran, in which the event loop did not turn',
  waiting: 'mostly while the program waited for work that a library did, in which no JavaScript was called',
};

/** One to three sentences. */
export function sentenceOf(finding: Finding, span: Span): string {
  const account = span.account === undefined ? '' : ` ${accountText(span.account, span.last)}`;
  return `${leadOf(finding, span)}.${account}`;
}

function leadOf(finding: Finding, span: Span): string {
  if (finding.counted !== undefined) return tooFewText(finding, span.last);
  if (finding.level !== undefined) {
    const grown = finding.parts.map((trend) => `; ${movement(trend, span)}`).join('');
    return `${levelText(finding.level, span.last)}${grown}`;
  }
  const [most, ...others] = finding.parts;
  if (finding.kind === 'steady' || most === undefined) return steadyText(most, span);
  const beside = others.map((trend) => `; ${movement(trend, span)}`).join('');
  const also = (finding.also ?? []).map((trend) => `; ${releasedText(trend)}`).join('');
  if (finding.kind === 'released') {
    return `What grew was released at the end: ${finding.parts.map(releasedText).join('; ')}`;
  }
  if (finding.kind === 'slowing') {
    const pace = most.isUneven ? 'at no even pace' : 'ever more slowly';
    return `${capital(movement(most, span))}, but ${pace}${beside}: work that goes on, or a cache that fills, looks so; a longer run shows which`;
  }
  if (finding.kind === 'one-load') {
    return `${capital(movement(most, span))}${beside}, ${pieceWords[most.piece ?? 'one']}; then the program ended, so whether it would keep growing cannot be told`;
  }
  if (finding.kind === 'late') {
    return `Something began to grow late, and grows to the end: ${movement(most, span)}${beside}: a leak, or a load that came late, looks so; a longer run shows which`;
  }
  if (finding.kind === 'uncollected') return `${uncollectedText(most, span)}${beside}${also}`;
  const opening = openings[most.part] ?? 'Something that nobody counts grows';
  return `${opening}: ${movement(most, span)}${beside}${also}`;
}

function movement(trend: PartTrend, span: Span): string {
  const { part, from, to } = trend;
  return `${partWords[part]} grew from ${formatBytes(from.bytes)} to ${formatBytes(to.bytes)} between ${time(from.ms)} and ${time(to.ms)}${evidence(trend, span)}`;
}

function releasedText({ part, from, to }: PartTrend): string {
  return `${partWords[part]} grew from ${formatBytes(from.bytes)} to ${formatBytes(to.bytes)} until ${time(to.ms)}, then was released`;
}

function uncollectedText(trend: PartTrend, span: Span): string {
  const what =
    trend.part === 'js'
      ? 'The JavaScript heap grows, by objects or by garbage that too few full collections have looked at'
      : 'Native memory grows, by a leak or by Buffers that no full collection has looked at yet';
  return `${what}: it cannot tell which (--interval asks for collections): ${movement(trend, span)}`;
}

function evidence({ part, withoutGarbage }: PartTrend, { first, last }: Span): string {
  switch (part) {
    case 'native':
      return whoText(first, last);
    case 'private':
      return ownerText(last);
    case 'js':
      return `${withoutGarbage ? ', counted right after full collections' : ''}${isolatesText(first, last)}`;
    case 'free':
      return last.allocator === undefined
        ? ''
        : `, so that the allocator holds ${formatBytes(last.allocator.held_bytes)} for ${formatBytes(last.allocator.used_bytes)} in use`;
    default:
      return '';
  }
}

// Each worker thread has a heap of its own: more of them are no leak of objects.
function isolatesText(first: Snapshot, last: Snapshot): string {
  const [before, after] = [first.js?.isolates ?? 0, last.js?.isolates ?? 0];
  return after > before ? `, in ${after} isolates instead of ${before} (worker threads)` : '';
}

function whoText(first: Snapshot, last: Snapshot): string {
  const most = mostGrown(first, last);
  if (most === undefined) return '';
  return `, ${formatBytes(most.bytes)} of it allocated by ${nameIn(last, most.object)}`;
}

function ownerText(last: Snapshot): string {
  const [most] = last.mapped?.by_owner.filter(({ kind }) => kind === 'object') ?? [];
  if (most === undefined) return '';
  const names = objectNames(last.mapped?.by_owner.map(({ object }) => object) ?? []);
  return `, ${formatBytes(most.resident_bytes)} of it mapped by ${names.get(most.object) ?? most.object}`;
}

function nameIn({ objects = [] }: Snapshot, path: string): string {
  return objectNames(objects.map(({ object }) => object)).get(path) ?? path;
}

function levelText(level: NonNullable<Finding['level']>, last: Snapshot): string {
  const bytes = formatBytes(partsOf(last)[level] ?? 0);
  if (level === 'private') {
    return `A private allocator holds memory, or mappings that a shared object makes for itself: ${bytes} are resident at ${seconds(last)}${ownerText(last)}; no other figure has them`;
  }
  if (level === 'unexplained') {
    return `Something that nobody counts holds memory: ${bytes} are resident at ${seconds(last)} that neither V8 nor the allocator nor a mapping of a known owner explains`;
  }
  const { held_bytes: held = 0, used_bytes: used = 0 } = last.allocator ?? {};
  return `It looks like fragmentation: at ${seconds(last)} the allocator holds ${formatBytes(held)} from the system for ${formatBytes(used)} in use, and ${bytes} lie free inside it without going back`;
}

function steadyText(rose: PartTrend | undefined, span: Span): string {
  const how =
    rose?.kind === 'recent'
      ? ', late or at once, too few steps to tell whether it goes on'
      : ' and has stayed there';
  const early = rose === undefined ? '' : `${movement(rose, span)}${how}; `;
  return `Nothing keeps growing between ${seconds(span.first)} and ${seconds(span.last)}: ${early}${levelsText(span.last)}`;
}

function tooFewText({ counted = 0, runMs = 0 }: Finding, last: Snapshot): string {
  const count = counted === 0 ? 'no snapshot' : counted === 1 ? '1 snapshot' : `${counted} snapshots`;
  const verb = counted > 1 ? 'count' : 'counts';
  return `It cannot tell what grows: ${count} of the running program ${verb}, and it takes ${fewestPoints}${adviceFor(runMs)}: ${levelsText(last)}`;
}

// An interval that gives the same program enough points.
function adviceFor(ms: number): string {
  if (ms >= 10_000) return ' (--interval 1s takes more)';
  return ms >= 500 ? ' (--interval 100ms takes more)' : '';
}

function levelsText(last: Snapshot): string {
  const { total_bytes: resident } = last.resident;
  const parts = partsOf(last);
  const largest = partNames
    .flatMap((part) => (parts[part] === undefined ? [] : [{ part, bytes: parts[part] }]))
    .sort((a, b) => b.bytes - a.bytes)
    .filter(({ bytes }, place) => place === 0 || bytes >= mebibyte)
    .slice(0, 4)
    .map(({ part, bytes }) => `${partWords[part]} ${formatBytes(bytes)}`);
  const of = resident === undefined ? '' : `of ${formatBytes(resident)} resident at ${seconds(last)}, `;
  return `${of}${largest.join(', ')}`;
}

function accountText({ fromBytes, toBytes, parts, unexplainedBytes }: Account, last: Snapshot): string {
  const texts = parts.map(({ part, bytes }) => `${partWords[part]} ${signed(bytes)}`);
  const grown = toBytes - fromBytes;
  const why = last.missing === undefined ? '' : ` (missing: ${last.missing.join('; ')})`;
  if (isSaid(unexplainedBytes, grown)) {
    const what = unexplainedBytes > 0 ? 'unexplained' : 'allocated and not touched';
    texts.push(`${what} ${signed(unexplainedBytes)}${unexplainedBytes > 0 ? why : ''}`);
  }
  return `Resident memory went from ${formatBytes(fromBytes)} to ${formatBytes(toBytes)}: ${texts.join(', ')}.`;
}

/** When it was taken, since the process began to be observed. */
export function seconds({ at_ms }: Snapshot): string {
  return time(at_ms);
}

function time(ms: number): string {
  return ms < 100 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function signed(bytes: number): string {
  return `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}`;
}
