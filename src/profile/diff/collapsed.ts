// Two profiles as collapsed stacks: `outermost;…;innermost base head` per line, as difffolded.pl prints them. Pure.
import { collapsedPath } from '../exports/collapsed.js';
import type { ProfileFrame } from '../model.js';
import { metricFigures, type ProfileMetric } from '../reports/metrics.js';
import { joinedFigure, type ProfileJoin, requireMetric } from './join.js';

/** Throws NOT_MEASURED. */
export function collapsedDiff(
  join: ProfileJoin,
  { metric = 'peak' }: { readonly metric?: ProfileMetric } = {},
): string {
  requireMetric(join, metric);
  const { value } = metricFigures[metric];
  const lines = new Map<string, { base: number; head: number }>();
  for (const stack of join.stacks) {
    const { base, head } = joinedFigure(stack, value);
    if (base === 0 && head === 0) continue;
    const path = collapsedPath(stack.functions.map((which) => join.shown[which] as ProfileFrame));
    const known = lines.get(path) ?? { base: 0, head: 0 };
    lines.set(path, { base: known.base + base, head: known.head + head });
  }
  return [...lines].map(([path, { base, head }]) => `${path} ${base} ${head}\n`).join('');
}
