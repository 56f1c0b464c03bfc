// Two profiles as one: their functions joined, and each distinct stack with what it has in the base and in the head. Pure.
import { BenchmemError } from '../../errors.js';
import type { FigureName, Profile, ProfileFrame, ProfileMeta, ProfileStack, StackFigures } from '../model.js';
import { functionKey } from '../reports/frames.js';
import { asideOf, metricFigures, type ProfileMetric, profileMetrics } from '../reports/metrics.js';
import { type JoinedFunction, joinFunctions, shownFunction } from './functions.js';

export interface JoinedStack {
  /** Indexes of functions, the innermost first. */
  readonly functions: readonly number[];
  /** The stack's calls with their lines: the head's, where it has the stack; of several the one with most bytes. */
  readonly frames: readonly ProfileFrame[];
  readonly base: StackFigures;
  readonly head: StackFigures;
}

export interface ProfileJoin {
  readonly base: ProfileMeta;
  readonly head: ProfileMeta;
  readonly functions: readonly JoinedFunction[];
  /** Of each function, as it is shown. */
  readonly shown: readonly ProfileFrame[];
  /** The figures that both have. */
  readonly figures: readonly FigureName[];
  /** Those of the head first, in the order of its profile. */
  readonly stacks: readonly JoinedStack[];
}

interface GrowingStack {
  readonly functions: readonly number[];
  frames: readonly ProfileFrame[];
  bytes: number;
  readonly base: Partial<Record<FigureName, number>>;
  readonly head: Partial<Record<FigureName, number>>;
}

/** INVARIANT: the sums over all stacks, base and head, are those of the two profiles. */
export function joinProfiles(base: Profile, head: Profile): ProfileJoin {
  const { functions, baseOf, headOf } = joinFunctions(base, head);
  const figures = head.figures.filter((name) => base.figures.includes(name));
  const found = new Map<string, GrowingStack>();
  const add = (
    side: 'base' | 'head',
    indexes: ReadonlyMap<string, number>,
    stacks: readonly ProfileStack[],
  ) => {
    const indexOf = indexed(indexes);
    for (const { frames, figures: own } of stacks) {
      const path = frames.map(indexOf);
      const key = path.join(' ');
      const known = found.get(key);
      const stack = known ?? { functions: path, frames, bytes: own.bytes ?? 0, base: {}, head: {} };
      if (known === undefined) found.set(key, stack);
      else if (side === 'head' && (own.bytes ?? 0) > stack.bytes) {
        stack.frames = frames;
        stack.bytes = own.bytes ?? 0;
      }
      for (const name of figures) stack[side][name] = (stack[side][name] ?? 0) + (own[name] ?? 0);
    }
  };
  add('head', headOf, head.stacks);
  add('base', baseOf, base.stacks);
  return {
    base: base.meta,
    head: head.meta,
    functions,
    shown: functions.map(shownFunction),
    figures,
    stacks: [...found.values()].map(({ bytes: _, ...stack }) => stack),
  };
}

// PERF: stacks share their frames, and a key is a text.
function indexed(indexes: ReadonlyMap<string, number>): (frame: ProfileFrame) => number {
  const known = new Map<ProfileFrame, number>();
  return (frame) => {
    const index = known.get(frame) ?? (indexes.get(functionKey(frame)) as number);
    known.set(frame, index);
    return index;
  };
}

/** What a part of the metric is in the base and in the head. */
export interface Sides {
  readonly base: number;
  readonly head: number;
}

export function joinedFigure({ base, head }: JoinedStack, name: FigureName): Sides {
  return { base: base[name] ?? 0, head: head[name] ?? 0 };
}

/** Of each part that stands beside the stacks; a side that lacks it has 0. */
export function joinedAsides(
  join: ProfileJoin,
  metric: ProfileMetric,
): readonly (Sides & { readonly name: string })[] {
  const sides = { base: asideOf({ meta: join.base }, metric), head: asideOf({ meta: join.head }, metric) };
  const names = [...new Set([...sides.head, ...sides.base].map(({ name }) => name))];
  const of = (side: 'base' | 'head', wanted: string) =>
    sides[side].find(({ name }) => name === wanted)?.bytes ?? 0;
  return names.map((name) => ({ name, base: of('base', name), head: of('head', name) }));
}

/** Of all stacks and what stands beside them. */
export function joinedTotals(join: ProfileJoin, metric: ProfileMetric): Sides {
  const { value } = metricFigures[metric];
  const parts = [...join.stacks.map((stack) => joinedFigure(stack, value)), ...joinedAsides(join, metric)];
  const sum = (side: 'base' | 'head') => parts.reduce((total, part) => total + part[side], 0);
  return { base: sum('base'), head: sum('head') };
}

/** The metrics that both profiles hold. */
export function joinedMetrics({ figures }: ProfileJoin): readonly ProfileMetric[] {
  return profileMetrics.filter((metric) => figures.includes(metricFigures[metric].value));
}

/** Throws NOT_MEASURED if one of the two does not hold the metric. */
export function requireMetric(join: ProfileJoin, metric: ProfileMetric): void {
  const held = joinedMetrics(join);
  if (held.includes(metric)) return;
  const hint = held.length === 0 ? 'profile both again' : `both hold ${held.join(', ')}`;
  throw new BenchmemError('NOT_MEASURED', `the two profiles do not both hold ${metric}`, hint);
}
