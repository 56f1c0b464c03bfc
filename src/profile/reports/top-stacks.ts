// The distinct stacks with most of a metric: what a message about a limit names. Pure.
import { BenchmemError } from '../../errors.js';
import { defined } from '../../shapes.js';
import type { FigureName, Profile, ProfileFrame } from '../model.js';
import { isInteresting, lineKey } from './frames.js';
import { figureOf, figuresFor } from './metrics.js';

/** By what stacks can be ranked: each has bytes, and a count of what the bytes are of. */
export const topMetrics = ['peak', 'native', 'allocated', 'allocations', 'leaked'] as const;

export type TopMetric = (typeof topMetrics)[number];

export interface TopOptions {
  /**
   * `peak`: held when the sum with the JavaScript heap was highest; `native`: when native memory was; `allocated` and
   * `allocations`: in the whole window; `leaked`: still held after it. `peak` unless given.
   */
  readonly metric?: TopMetric;
  /** At most so many stacks; 5 unless given. */
  readonly most?: number;
}

/** One frame of a stack, as a message can name it. */
export interface StackFrame {
  readonly name: string;
  /** JavaScript: relative to the project, `node_modules/…` or `node:…`. */
  readonly file?: string;
  /** The line that was being executed, from 1. */
  readonly line?: number;
  /** Native: the shared object. */
  readonly object?: string;
  readonly package?: string;
  /** False for frames of Node, V8, the system and benchmem. */
  readonly isOwn: boolean;
}

export interface TopAllocation {
  /** Of the metric; of `allocations` those that were allocated. */
  readonly bytes: number;
  /** Blocks that the bytes are of; allocations for `allocated` and `allocations`. */
  readonly count: number;
  /** The function that called the allocator first; without threads. */
  readonly stack: readonly StackFrame[];
}

/** Stacks that differ in addresses only are one. The largest first. Throws INVALID_OPTION, NOT_MEASURED. */
export function topStacks(profile: Profile, options: TopOptions = {}): TopAllocation[] {
  const { metric = 'peak', most = 5 } = options;
  refuseStrange(metric, most);
  const { value, count } = figuresFor(profile, metric);
  const bytes: FigureName = metric === 'allocations' ? 'bytes' : value;
  const found = new Map<
    string,
    { frames: readonly ProfileFrame[]; rank: number; bytes: number; count: number }
  >();
  for (const stack of profile.stacks) {
    const rank = figureOf(stack, value);
    if (rank === 0) continue;
    const frames = stack.frames.filter(({ kind }) => kind !== 'thread');
    const key = frames.map(lineKey).join('\0\0');
    const known = found.get(key) ?? { frames, rank: 0, bytes: 0, count: 0 };
    known.rank += rank;
    known.bytes += figureOf(stack, bytes);
    known.count += figureOf(stack, count);
    found.set(key, known);
  }
  return [...found.values()]
    .sort((a, b) => b.rank - a.rank)
    .slice(0, most)
    .map((each) => ({ bytes: each.bytes, count: each.count, stack: each.frames.map(stackFrame) }));
}

function stackFrame(frame: ProfileFrame): StackFrame {
  const { name, file, line = frame.functionLine, object, package: owner } = frame;
  return { name, ...defined({ file, line, object, package: owner }), isOwn: isInteresting(frame) };
}

function refuseStrange(metric: string, most: number): void {
  if (!(topMetrics as readonly string[]).includes(metric)) {
    const hint = `pass one of ${topMetrics.join(', ')}`;
    throw new BenchmemError('INVALID_OPTION', `no stacks are ranked by ${metric}`, hint);
  }
  if (Number.isSafeInteger(most) && most >= 1) return;
  throw new BenchmemError('INVALID_OPTION', `most is ${most}`, 'pass a whole number from 1 on');
}
