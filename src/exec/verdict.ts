// One finding about a process's memory: which part keeps growing, what was released, or that nothing does. Pure: from the
// series of snapshots to a kind and the figures that it rests on; sentences.ts says it in words.
// The rule, sentence by sentence, is docs/decisions/exec-verdict.md.

import { defined } from '../shapes.js';
import { type Account, accountOf } from './account.js';
import { countedSnapshots } from './counted.js';
import { type PartName, partsOf } from './levels.js';
import { type PartTrend, partTrends } from './part-trends.js';
import { type Finding, sentenceOf } from './sentences.js';
import type { ProcessRecord, Snapshot } from './snapshot.js';
import { fewestPoints } from './trend.js';

export type VerdictKind =
  | 'native-leak'
  | 'js-growth'
  | 'unobserved-isolates'
  | 'fragmentation'
  | 'mapped-growth'
  | 'engine-growth'
  | 'private-memory'
  | 'unseen-memory'
  | 'file-growth'
  | 'shared-growth'
  | 'uncounted'
  | 'uncollected'
  | 'released'
  | 'one-load'
  | 'slowing'
  | 'late'
  | 'steady'
  | 'cannot-tell'
  | 'not-measured';

export interface Verdict {
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** Every part's trend, largest lasting rise first; empty if growth could not be judged. */
  readonly trends: readonly PartTrend[];
  /** Absent if resident memory did not grow, or is not known. */
  readonly account?: Account;
}

const mebibyte = 1024 * 1024;
// A part beside the largest one is named from this share of its rise on.
const namedShare = 0.1;
// Free memory inside the allocator that is worth a word.
const smallestFreeBytes = 16 * mebibyte;
const smallestFreeShare = 0.4;
const smallestShareOfResident = 0.25;
const smallestUnseenBytes = 32 * mebibyte;

const kinds: Readonly<Partial<Record<PartName, VerdictKind>>> = {
  native: 'native-leak',
  js: 'js-growth',
  unobserved: 'unobserved-isolates',
  mapped: 'mapped-growth',
  private: 'private-memory',
  engine: 'engine-growth',
  free: 'fragmentation',
  rounding: 'uncounted',
  files: 'file-growth',
  shared: 'shared-growth',
  unexplained: 'uncounted',
};

export function verdictOf({ header, snapshots }: ProcessRecord): Verdict {
  const counted = countedSnapshots(snapshots);
  const last = counted.at(-1) ?? snapshots.at(-1);
  if (last === undefined) {
    const sentence = `Nothing was measured: ${header.problem ?? 'the process wrote no snapshot'}.`;
    return { kind: 'not-measured', sentence, trends: [] };
  }
  const first = counted[0];
  if (first === undefined || counted.length < fewestPoints) {
    const end = snapshots.at(-1) ?? last;
    const finding: Finding = { kind: 'cannot-tell', counted: counted.length, parts: [], runMs: end.at_ms };
    return { kind: 'cannot-tell', sentence: sentenceOf(finding, { first: last, last }), trends: [] };
  }
  const trends = partTrends(counted);
  const account = accountOf(first, last);
  const hasEnded = snapshots.at(-1)?.kind === 'exit';
  const finding = findingOf(trends, counted, hasEnded);
  const sentence = sentenceOf(finding, defined({ first, last, account }));
  return defined({ kind: finding.kind, sentence, trends, account });
}

function findingOf(trends: readonly PartTrend[], counted: readonly Snapshot[], hasEnded: boolean): Finding {
  const causes = trends.filter(({ part }) => isCause(part, trends, counted));
  const sure = causes.filter(({ withoutGarbage }) => withoutGarbage);
  const growing = named(causes.filter(({ kind }) => kind === 'growing'));
  const [most] = growing;
  if (most !== undefined && most.part !== 'free' && isMostlyFree(counted, most.bytes)) {
    return { kind: 'fragmentation', parts: growing, level: 'free' };
  }
  // WHY: only what has ended is once, because a piece of work without an end is a leak as well.
  const once = hasEnded ? growing.filter(({ piece }) => piece !== undefined) : [];
  const again = growing.filter((trend) => !once.includes(trend));
  if (most?.withoutGarbage && again.length === 0) return { kind: 'one-load', parts: once };
  if (most !== undefined) {
    const { part, withoutGarbage } = again[0] ?? most;
    const kind = withoutGarbage ? (kinds[part] ?? 'uncounted') : 'uncollected';
    const larger = sure.filter(({ kind, bytes }) => kind === 'slowing' && bytes > most.bytes);
    return {
      kind,
      parts: [...again, ...once, ...larger],
      also: named(sure.filter(({ kind }) => kind === 'released')),
    };
  }
  const released = named(
    causes.filter(
      ({ kind, part, withoutGarbage }) => kind === 'released' && (withoutGarbage || part !== 'js'),
    ),
  );
  if (released.length > 0) return { kind: 'released', parts: released };
  const level = levelFinding(trends, counted);
  if (level !== undefined) return level;
  const unsure = causes.filter(({ withoutGarbage, kind }) => !withoutGarbage && isRising(kind));
  if (unsure.length > 0) return { kind: 'uncollected', parts: named(unsure) };
  const open = named(
    sure.filter(({ kind, part }) => kind === 'slowing' || (kind === 'late' && part !== 'files')),
  );
  if (open[0] !== undefined) return { kind: open[0].kind === 'late' ? 'late' : 'slowing', parts: open };
  // WHY: files do not count, because every program maps and touches its code at its start.
  const rose = sure.filter(
    ({ kind, part }) => part !== 'files' && (kind === 'recent' || kind === 'levelled'),
  );
  return { kind: 'steady', parts: named(rose).slice(0, 1) };
}

// WHY: the pace does not matter, because if more came to lie free than grew, that is what resident memory went to.
function isMostlyFree(counted: readonly Snapshot[], grownBytes: number): boolean {
  const free = (at: Snapshot | undefined) => at?.allocator?.free_bytes ?? 0;
  return isFragmented(counted) && free(counted.at(-1)) - free(counted[0]) >= grownBytes;
}

function isRising(kind: PartTrend['kind']): boolean {
  return kind === 'slowing' || kind === 'late' || kind === 'recent';
}

/** The largest, and those that are not small beside it. */
function named(trends: readonly PartTrend[]): readonly PartTrend[] {
  const [most] = trends;
  return trends.filter(({ bytes }) => bytes >= (most?.bytes ?? 0) * namedShare);
}

function isCause(part: PartName, trends: readonly PartTrend[], counted: readonly Snapshot[]): boolean {
  // WHY: benchmem's own table does not count, because it grows with the number of blocks, whose owner is named already.
  if (part === 'benchmem') return false;
  if (part === 'free') return isFragmented(counted);
  if (part !== 'rounding') return true;
  const rise = (name: PartName) => trends.find((trend) => trend.part === name)?.bytes ?? 0;
  return rise('rounding') > rise('native') + rise('engine');
}

// WHY: all late points must say so, because what a collection has just freed is free too, until it is taken again.
function isFragmented(points: readonly Snapshot[]): boolean {
  return points
    .slice(Math.floor((points.length * 2) / 3))
    .every(
      ({ allocator }) =>
        allocator !== undefined &&
        allocator.free_bytes >= smallestFreeBytes &&
        allocator.free_bytes >= allocator.held_bytes * smallestFreeShare,
    );
}

// What stands out without having grown: an allocator that holds far more than is in use, or memory of nobody.
function levelFinding(trends: readonly PartTrend[], counted: readonly Snapshot[]): Finding | undefined {
  const last = counted.at(-1);
  if (last === undefined) return undefined;
  const { unexplained = 0, private: own = 0, free = 0 } = partsOf(last);
  const total = last.resident.total_bytes ?? 0;
  if (isFragmented(counted) && free >= Math.max(unexplained, own, total * smallestShareOfResident)) {
    return { kind: 'fragmentation', parts: [], level: 'free' };
  }
  const [level, bytes] =
    own >= unexplained ? (['private', own] as const) : (['unexplained', unexplained] as const);
  if (bytes < smallestUnseenBytes) return undefined;
  const rose = trends.filter(({ part, kind }) => part === level && kind !== 'steady');
  return { kind: 'unseen-memory', parts: rose, level };
}
