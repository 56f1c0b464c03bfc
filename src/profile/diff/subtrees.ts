// The tree of two profiles: stacks of the user's functions, merged from the outermost one on, with both sides' sums; and
// the subtrees that only one side has. Pure.
import type { ProfileFrame } from '../model.js';
import { isInteresting } from '../reports/frames.js';
import { metricFigures, type ProfileMetric } from '../reports/metrics.js';
import { joinedFigure, type ProfileJoin, type Sides } from './join.js';

/** What one function called from here, and all that it called, had. */
export interface Subtree extends Sides {
  readonly frame: ProfileFrame;
  /** The user's functions that led to it, outwards. */
  readonly callers: readonly ProfileFrame[];
}

export interface JoinedTree {
  /** Of each node its parent, which stands before it; node 0 is the whole, and has -1. */
  readonly parents: readonly number[];
  /** The index of each node's function; -1 for the whole. */
  readonly functions: readonly number[];
  /** With all that it called. */
  readonly sides: readonly Sides[];
}

const mostCallers = 6;

/** Frames of Node, V8 and the system are left out: what they hold is their caller's. */
export function joinedTree({ shown, stacks }: ProfileJoin, metric: ProfileMetric): JoinedTree {
  const { value } = metricFigures[metric];
  const kept = shown.map((frame) => frame.kind === 'thread' || isInteresting(frame));
  const parents = [-1];
  const functions = [-1];
  const sides = [{ base: 0, head: 0 }];
  const known = new Map<string, number>();
  for (const stack of stacks) {
    let node = 0;
    for (let at = stack.functions.length - 1; at >= 0; at -= 1) {
      const which = stack.functions[at] as number;
      if (kept[which] !== true) continue;
      const key = `${node} ${which}`;
      const found = known.get(key) ?? parents.length;
      if (found === parents.length) {
        known.set(key, found);
        parents.push(node);
        functions.push(which);
        sides.push({ base: 0, head: 0 });
      }
      node = found;
    }
    const own = joinedFigure(stack, value);
    const sum = sides[node] as { base: number; head: number };
    sum.base += own.base;
    sum.head += own.head;
  }
  for (let node = parents.length - 1; node > 0; node -= 1) {
    const [sum, parent] = [
      sides[node] as Sides,
      sides[parents[node] as number] as { base: number; head: number },
    ];
    parent.base += sum.base;
    parent.head += sum.head;
  }
  return { parents, functions, sides };
}

/** The largest subtrees of the base that have nothing in the head, whose callers have; the largest first. */
export function removedSubtrees(join: ProfileJoin, metric: ProfileMetric): Subtree[] {
  const { parents, functions, sides } = joinedTree(join, metric);
  const isGone = (node: number) => sides[node]?.head === 0 && (sides[node]?.base ?? 0) > 0;
  const frameOf = (node: number) => join.shown[functions[node] as number] as ProfileFrame;
  return parents
    .map((_, node) => node)
    .filter((node) => node > 0 && isGone(node) && !(parents[node] !== 0 && isGone(parents[node] as number)))
    .map((node): Subtree => {
      const callers: ProfileFrame[] = [];
      for (
        let at = parents[node] as number;
        at > 0 && callers.length < mostCallers;
        at = parents[at] as number
      ) {
        if (frameOf(at).kind !== 'thread') callers.push(frameOf(at));
      }
      return { ...(sides[node] as Sides), frame: frameOf(node), callers };
    })
    .sort((a, b) => b.base - a.base);
}
