// What is said of the objects that stay: one text each for a terminal, markdown and a limit that fails. Pure.
// Names come from the program's code; whoever prints them makes them harmless.
import { formatBytes, formatCount, roundHalfEven } from '../units.js';

/** A step, a group and a report as results hold them. */
export interface StepWords {
  readonly node: string;
  readonly edge: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
}

export interface GroupWords {
  readonly kind: string;
  readonly objects: number;
  readonly bytes: number;
  readonly native_bytes: number;
  readonly path: readonly StepWords[];
  readonly holds: readonly { readonly kind: string; readonly objects: number; readonly bytes: number }[];
}

export interface ReportWords {
  readonly calls: number;
  readonly pass_calls: number;
  readonly groups: readonly GroupWords[];
  readonly further: { readonly groups: number; readonly bytes: number };
  readonly once: readonly GroupWords[];
  readonly further_once: { readonly groups: number; readonly bytes: number };
  readonly resized_bytes: number;
  readonly engine_bytes: number;
}

/** `3 Session, 12.1 KiB, 12 KiB of it native`: of each call where `calls` is given. */
export function groupText({ kind, objects, bytes, native_bytes: native }: GroupWords, calls = 1): string {
  const held = native > 0 ? `, ${formatBytes(native / calls)} of it native` : '';
  return `${countText(objects / calls)} x ${kind}, ${formatBytes(bytes / calls)}${held}`;
}

/** `module cache.js var entries -> Map[] -> Session`. */
export function pathText(path: readonly StepWords[]): string {
  return path.map(stepText).join(' -> ');
}

function stepText({ node, edge, file, line }: StepWords): string {
  return line === undefined || file === undefined
    ? `${node}${edge}`
    : `${node} (${baseName(file)}:${line})${edge}`;
}

/** What the objects hold, themselves among it; '' where they hold nothing else. */
export function holdsText({ kind, holds }: GroupWords, calls = 1): string {
  if (holds.every((held) => held.kind === kind)) return '';
  return holds
    .map((held) => `${countText(held.objects / calls)} ${held.kind} ${formatBytes(held.bytes / calls)}`)
    .join(', ');
}

/** How much of what a call retains the groups explain. */
export interface Explained {
  /** Bytes of a call that hang in the groups. */
  readonly bytes: number;
  /** Bytes that a call retains, as `retained` says. */
  readonly retainedBytes: number;
  /** Of 1. */
  readonly share: number;
  /** The same with the tables of containers, which were made anew while they grew; how much of them grew, nobody knows. */
  readonly shareWithTables: number;
}

/** Below this share it is said what a snapshot does not know. */
export const wellExplained = 0.9;

/** `retained`: of a pass. Undefined if nothing is retained that could be explained. */
export function explainedOf(report: ReportWords, retained: number | undefined): Explained | undefined {
  if (retained === undefined || retained <= 0) return undefined;
  const { calls, pass_calls: passCalls, groups, further, resized_bytes: tables } = report;
  const retainedBytes = retained / passCalls;
  const bytes = (groups.reduce((sum, group) => sum + group.bytes, 0) + further.bytes) / calls;
  const withTables = bytes + tables / calls;
  return { bytes, retainedBytes, share: bytes / retainedBytes, shareWithTables: withTables / retainedBytes };
}

/** `kept by each call: 3.17 MiB of the 3.19 MiB that a call retains, 99.6 %`. */
export function explainedText({ bytes, retainedBytes, share, shareWithTables }: Explained): string {
  const percent = `${roundHalfEven(share * 100, 1)} %`;
  const most =
    share < wellExplained && shareWithTables > share
      ? ` (with the tables of containers that grew, at most ${roundHalfEven(Math.min(shareWithTables, 1) * 100, 1)} %)`
      : '';
  return `${formatBytes(bytes)} of the ${formatBytes(retainedBytes)} that a call retains, ${percent}${most}`;
}

/** What no snapshot knows; said where the groups explain little. */
export const unexplainedText =
  'The rest is in no snapshot of the heap: blocks of addons, what message ports and sockets hold outside it, memory of workers. ' +
  'A profile names the native functions that allocated it: benchmem flamegraph --report leaks.';

/** From how many calls this is known, and what that cannot tell. */
export function basisText({ calls }: ReportWords): string {
  return (
    `Found by ${formatCount(calls / 2)} and then ${formatCount(calls)} calls: what doubled is kept by each call. ` +
    'A cache that these calls do not fill looks the same. Each path is one of those that hold the object; there may be others.'
  );
}

function countText(count: number): string {
  return Number.isInteger(count) ? formatCount(count) : roundHalfEven(count, 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
