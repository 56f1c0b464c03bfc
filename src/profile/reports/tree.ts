// The tree: the stacks with most of a metric, merged from the outermost frame on. Pure.
import type { Profile, ProfileFrame, ProfileStack } from '../model.js';
import { isInteresting, lineKey, lineOnly } from './frames.js';
import { type AsideBytes, asideOf, figureOf, figuresFor, type ProfileMetric } from './metrics.js';

export interface TreeNode {
  /** Absent in the root. */
  readonly frame?: ProfileFrame;
  readonly value: number;
  /** Blocks or calls; absent if nobody counts them. */
  readonly count?: number;
  readonly interesting: boolean;
  /** The largest first. */
  readonly children: readonly TreeNode[];
}

export interface TreeReport {
  readonly metric: ProfileMetric;
  /** Of all stacks, those that were left out too. */
  readonly root: TreeNode;
  readonly aside: readonly AsideBytes[];
  /** What the tree leaves out: all but the `biggest` stacks. */
  readonly elided: { readonly stacks: number; readonly count?: number; readonly value: number };
}

interface GrowingNode {
  readonly frame?: ProfileFrame;
  value: number;
  count: number;
  readonly children: Map<string, GrowingNode>;
}

/** Throws NOT_MEASURED. */
export function tree(
  profile: Profile,
  { metric = 'peak', biggest = 200 }: { readonly metric?: ProfileMetric; readonly biggest?: number } = {},
): TreeReport {
  const { value, count } = figuresFor(profile, metric);
  const sorted = profile.stacks
    .filter((stack) => figureOf(stack, value) !== 0)
    .sort((a, b) => figureOf(b, value) - figureOf(a, value));
  const isCounted = count !== undefined;
  const root: GrowingNode = { value: 0, count: 0, children: new Map() };
  for (const [index, stack] of sorted.entries()) {
    const [own, calls] = [figureOf(stack, value), figureOf(stack, count)];
    root.value += own;
    root.count += calls;
    if (index < biggest) grow(root, stack, own, calls);
  }
  const left = sorted.slice(biggest);
  const sum = (name: typeof value) => left.reduce((total, stack) => total + figureOf(stack, name), 0);
  return {
    metric,
    root: finished(root, isCounted),
    aside: asideOf(profile, metric),
    elided: { stacks: left.length, ...(isCounted && { count: sum(count) }), value: sum(value) },
  };
}

function grow(root: GrowingNode, { frames }: ProfileStack, value: number, count: number): void {
  let node = root;
  for (let at = frames.length - 1; at >= 0; at -= 1) {
    const frame = frames[at] as ProfileFrame;
    const key = lineKey(frame);
    let child = node.children.get(key);
    if (child === undefined) {
      child = { frame: lineOnly(frame), value: 0, count: 0, children: new Map() };
      node.children.set(key, child);
    }
    child.value += value;
    child.count += count;
    node = child;
  }
}

// Bounded: a profile's stacks are no deeper than its reader lets them be.
function finished({ frame, value, count, children }: GrowingNode, isCounted: boolean): TreeNode {
  const below = [...children.values()]
    .sort((a, b) => b.value - a.value)
    .map((child) => finished(child, isCounted));
  const interesting = frame === undefined || isInteresting(frame);
  return {
    ...(frame !== undefined && { frame }),
    value,
    ...(isCounted && { count }),
    interesting,
    children: below,
  };
}
