// From groups to what is told: which are kept by each call, which were made once, how much of each. Plain data, bounded.
import type { HeldKind, PhaseSums, Retained, RetainedGroup } from './groups.js';
import { stepsOf, type Trail, type TrailStep } from './trail.js';

/** One step of a path; `place` of a function, `url` of a module. */
export type RetainingStep = TrailStep;

/** Objects that hang in one way on something older. Bytes and counts of all calls of the second phase, `once`: of both. */
export interface RetainerGroup {
  readonly kind: string;
  readonly count: number;
  readonly bytes: number;
  readonly nativeBytes: number;
  readonly shallowBytes: number;
  readonly path: readonly RetainingStep[];
  readonly holds: readonly HeldKind[];
}

export interface RetainerReport {
  /** Calls of the first phase, and of the second. */
  readonly calls: readonly [number, number];
  /** Kept by each call of the second phase: what doubled with the calls. */
  readonly groups: readonly RetainerGroup[];
  /** How many further groups are not listed, and their bytes. */
  readonly further: { readonly groups: number; readonly bytes: number };
  /** Made by some call and kept, whatever the number of calls: caches, first uses. */
  readonly once: readonly RetainerGroup[];
  readonly furtherOnce: { readonly groups: number; readonly bytes: number };
  /** Tables of older containers, made anew as they grew. */
  readonly resizedBytes: number;
  /** V8's own code, feedback and shapes. */
  readonly ofV8Bytes: number;
}

const mostGroups = 10;
const mostHeld = 5;
const mostSteps = 24;

/** A group doubles when its objects or its bytes do, give or take a tenth. */
const doubled = { least: 1.8, most: 2.2 } as const;

export function toReport(
  { groups, resizedBytes, ofV8Bytes }: Retained,
  calls: readonly [number, number],
): RetainerReport {
  const steady = groups.filter(isKeptByEachCall);
  const others = groups.filter((group) => !isKeptByEachCall(group));
  const each = listed(steady.map((group) => toGroup(group, { ...group.second, count: keptObjects(group) })));
  const once = listed(others.map((group) => toGroup(group, bothPhases(group))));
  return {
    calls,
    groups: each.groups,
    further: each.further,
    once: once.groups,
    furtherOnce: once.further,
    resizedBytes,
    ofV8Bytes,
  };
}

// WHY: either is enough, because objects may differ in bytes; and of a list the newest object alone hangs on something older, and
// holds all others.
function isKeptByEachCall({ first, second }: RetainedGroup): boolean {
  return hangsDoubled({ first, second }) || (first.bytes > 0 && isDouble(first.bytes, second.bytes));
}

function hangsDoubled({ first, second }: Pick<RetainedGroup, 'first' | 'second'>): boolean {
  return first.count > 0 && second.count === 2 * first.count;
}

function isDouble(once: number, twice: number): boolean {
  return twice >= doubled.least * once && twice <= doubled.most * once;
}

// In a list: all objects of its kind.
function keptObjects(group: RetainedGroup): number {
  const { count, holds } = group.second;
  if (hangsDoubled(group)) return count;
  return holds.find(({ kind }) => kind === group.kind)?.count ?? count;
}

function toGroup({ kind, trail }: RetainedGroup, sums: PhaseSums): RetainerGroup {
  const { count, bytes, nativeBytes, shallowBytes, holds } = sums;
  const largest = [...holds].sort((a, b) => b.bytes - a.bytes || compareText(a.kind, b.kind));
  return {
    kind,
    count,
    bytes,
    nativeBytes,
    shallowBytes,
    path: cut(trail),
    holds: largest.slice(0, mostHeld),
  };
}

function bothPhases({ first, second }: RetainedGroup): PhaseSums {
  const held = new Map<string, HeldKind>();
  for (const { kind, count, bytes } of [...first.holds, ...second.holds]) {
    const before = held.get(kind);
    held.set(kind, { kind, count: count + (before?.count ?? 0), bytes: bytes + (before?.bytes ?? 0) });
  }
  return {
    count: first.count + second.count,
    bytes: first.bytes + second.bytes,
    nativeBytes: first.nativeBytes + second.nativeBytes,
    shallowBytes: first.shallowBytes + second.shallowBytes,
    holds: [...held.values()],
  };
}

function listed(all: readonly RetainerGroup[]): Pick<RetainerReport, 'groups' | 'further'> {
  const sorted = [...all].sort((a, b) => b.bytes - a.bytes || compareText(textOf(a), textOf(b)));
  const rest = sorted.slice(mostGroups);
  return {
    groups: sorted.slice(0, mostGroups),
    further: { groups: rest.length, bytes: rest.reduce((sum, { bytes }) => sum + bytes, 0) },
  };
}

// The beginning says who holds it, the end what is held.
function cut(trail: Trail): RetainingStep[] {
  const steps = stepsOf(trail);
  if (steps.length <= mostSteps) return steps;
  const head = steps.slice(0, mostSteps / 2);
  const tail = steps.slice(1 - mostSteps / 2);
  return [...head, { node: `... ${steps.length - head.length - tail.length} more steps`, edge: '' }, ...tail];
}

function textOf({ path }: RetainerGroup): string {
  return path.map(({ node, edge }) => `${node}${edge}`).join(' -> ');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
