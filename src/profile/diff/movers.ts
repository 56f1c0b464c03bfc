// What moved between two profiles, the largest change first: places, as the table has them, and stacks. Pure.
import type { ProfileFrame } from '../model.js';
import { isInteresting, lineOnly, siteOf } from '../reports/frames.js';
import { metricFigures, type ProfileMetric } from '../reports/metrics.js';
import {
  type JoinedStack,
  joinedAsides,
  joinedFigure,
  joinedTotals,
  type ProfileJoin,
  requireMetric,
  type Sides,
} from './join.js';
import { removedSubtrees, type Subtree } from './subtrees.js';

export interface Mover extends Sides {
  /** `head` less `base`; never 0. */
  readonly change: number;
  /** The function that called the allocator; absent for stacks without frames. */
  readonly leaf?: ProfileFrame;
  /** The user's code that led to it, with the line of its largest stack in the head; absent if there is none. */
  readonly site?: ProfileFrame;
  /** Its caller in that stack, where the user's code called the allocator itself. */
  readonly callers?: readonly ProfileFrame[];
  /** That function in the base, where it stood in another file or object. */
  readonly siteBefore?: ProfileFrame;
  /** Blocks or calls; absent if nobody counts them. */
  readonly counts?: Sides;
}

export interface MoversReport {
  readonly metric: ProfileMetric;
  /** Of the two profiles: all stacks, those that did not move too, and what stands beside them. */
  readonly total: Sides;
  readonly aside: readonly (Sides & { readonly name: string })[];
  /** INVARIANT: their changes and those of `aside` add up to the change of the total. */
  readonly rows: readonly Mover[];
  /** What the head has nothing of, the largest first. */
  readonly removed: readonly Subtree[];
}

/** Throws NOT_MEASURED. */
export function movers(
  join: ProfileJoin,
  { metric = 'peak' }: { readonly metric?: ProfileMetric } = {},
): MoversReport {
  requireMetric(join, metric);
  const rows = grouped(join, metric, (stack) => {
    const { leaf, site } = placesOf(join, stack);
    return `${leaf} ${site}`;
  });
  return {
    metric,
    total: joinedTotals(join, metric),
    aside: joinedAsides(join, metric),
    rows: rows.map(({ largest, ...sums }) => moverOf(join, largest, sums)),
    removed: removedSubtrees(join, metric),
  };
}

export interface MovedStack extends Sides {
  readonly change: number;
  /** The function that called the allocator, then the user's code and packages, outwards. */
  readonly frames: readonly ProfileFrame[];
}

/** The stacks with the largest changes; those that differ in frames of Node, V8 and the system only are one. */
export function movedStacks(
  join: ProfileJoin,
  { metric = 'peak', most = 3 }: { readonly metric?: ProfileMetric; readonly most?: number } = {},
): readonly MovedStack[] {
  requireMetric(join, metric);
  const framesOf = ({ functions, frames }: JoinedStack) => {
    const leaf = functions.findIndex((which) => join.shown[which]?.kind !== 'thread');
    return functions.flatMap((which, at) => {
      const shown = join.shown[which] as ProfileFrame;
      const isShown = shown.kind !== 'thread' && (at === leaf || isInteresting(shown));
      return isShown ? [{ which, frame: lineOnly(frames[at] as ProfileFrame) }] : [];
    });
  };
  return grouped(join, metric, (stack) =>
    framesOf(stack)
      .map(({ which }) => which)
      .join(' '),
  )
    .slice(0, most)
    .map(({ largest, base, head, change }) => ({
      ...{ base, head, change },
      frames: framesOf(largest).map(({ frame }) => frame),
    }));
}

interface Moved extends Sides {
  readonly change: number;
  readonly counts?: Sides;
  readonly largest: JoinedStack;
}

function grouped(join: ProfileJoin, metric: ProfileMetric, keyOf: (stack: JoinedStack) => string): Moved[] {
  const { value, count } = metricFigures[metric];
  const none: Sides = { base: 0, head: 0 };
  const found = new Map<
    string,
    { base: number; head: number; counts: { base: number; head: number }; largest: JoinedStack }
  >();
  for (const stack of join.stacks) {
    const own = joinedFigure(stack, value);
    const counts = count === undefined ? none : joinedFigure(stack, count);
    if (own.base === 0 && own.head === 0) continue;
    const key = keyOf(stack);
    const row = found.get(key) ?? { base: 0, head: 0, counts: { base: 0, head: 0 }, largest: stack };
    found.set(key, row);
    row.base += own.base;
    row.head += own.head;
    row.counts.base += counts.base;
    row.counts.head += counts.head;
    if (Math.abs(own.head - own.base) > changeOf(row.largest, value)) row.largest = stack;
  }
  return [...found.values()]
    .map(({ counts, ...row }) => ({
      ...row,
      ...(count !== undefined && { counts }),
      change: row.head - row.base,
    }))
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

function changeOf(stack: JoinedStack, value: (typeof metricFigures)[ProfileMetric]['value']): number {
  const { base, head } = joinedFigure(stack, value);
  return Math.abs(head - base);
}

// As positions in the stack; -1 for none. By the functions as they are shown, so that both sides have one answer.
function positionsOf({ shown }: ProfileJoin, { functions }: JoinedStack): { leaf: number; site: number } {
  const frames = functions.map((which) => shown[which] as ProfileFrame);
  const site = siteOf(frames);
  return {
    leaf: frames.findIndex(({ kind }) => kind !== 'thread'),
    site: site === undefined ? -1 : frames.indexOf(site),
  };
}

function placesOf(join: ProfileJoin, stack: JoinedStack): { leaf: number; site: number } {
  const { leaf, site } = positionsOf(join, stack);
  return { leaf: stack.functions[leaf] ?? -1, site: stack.functions[site] ?? -1 };
}

function moverOf(join: ProfileJoin, stack: JoinedStack, sums: Omit<Moved, 'largest'>): Mover {
  const positions = positionsOf(join, stack);
  const [leaf, site] = [stack.frames[positions.leaf], stack.frames[positions.site]];
  const before = movedFrom(join, stack.functions[positions.site]);
  const caller = positions.leaf === positions.site ? callerOf(stack, positions.site) : undefined;
  return {
    ...sums,
    ...(leaf !== undefined && { leaf: lineOnly(leaf) }),
    ...(site !== undefined && { site: lineOnly(site) }),
    ...(caller !== undefined && { callers: [lineOnly(caller)] }),
    ...(before !== undefined && { siteBefore: before }),
  };
}

function callerOf({ frames }: JoinedStack, site: number): ProfileFrame | undefined {
  return frames.slice(site + 1).find(isInteresting);
}

/** The base's function, where it stood in another file or object than the head's. */
export function movedFrom({ functions }: ProfileJoin, which: number | undefined): ProfileFrame | undefined {
  const { base, head } = functions[which ?? -1] ?? {};
  if (base === undefined || head === undefined) return undefined;
  return base.file === head.file && base.object === head.object ? undefined : base;
}
