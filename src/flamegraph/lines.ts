// Which lines of a merged function its stacks go through, and what they have of each metric. Pure.
import type { FigureName, Profile, ProfileFrame } from '../profile/model.js';
import { functionKey, isInteresting } from '../profile/reports/frames.js';
import { figureOf, metricFigures, type ProfileMetric } from '../profile/reports/metrics.js';
import type { PageFunction } from './page-data.js';

const mostLines = 6;

/** The lines of a function by its key; undefined if there is one line at most, or the code is nobody's of the user. */
export function linesOf(
  { stacks }: Profile,
  held: readonly ProfileMetric[],
): (key: string) => PageFunction['lines'] {
  const figures = held.map((metric): FigureName => metricFigures[metric].value);
  const sums = new Map<string, Map<number, number[]>>();
  const keys = new Map<ProfileFrame, string>();
  for (const stack of stacks) {
    const seen = new Set<string>();
    const values = figures.map((name) => figureOf(stack, name));
    for (const frame of stack.frames) {
      const { line } = frame;
      if (line === undefined || frame.kind !== 'js' || !isInteresting(frame)) continue;
      const key = keys.get(frame) ?? functionKey(frame);
      keys.set(frame, key);
      // WHY: a stack counts once, because a recursive function would count it at each depth.
      if (seen.has(`${line} ${key}`)) continue;
      seen.add(`${line} ${key}`);
      const lines = sums.get(key) ?? new Map<number, number[]>();
      sums.set(key, lines);
      const known = lines.get(line) ?? values.map(() => 0);
      lines.set(
        line,
        known.map((sum, at) => sum + (values[at] ?? 0)),
      );
    }
  }
  return (key) => {
    const lines = [...(sums.get(key) ?? [])];
    if (lines.length < 2) return undefined;
    const ranked = lines.sort(([, a], [, b]) => Math.max(...b) - Math.max(...a)).slice(0, mostLines);
    return ranked.sort(([a], [b]) => a - b).map(([line, values]) => [line, ...values] as const);
  };
}
