// What moved as people read it: amounts with their sign, the line of totals, stacks in one line. Pure.
import { changeText, singleText } from '../../text/numbers.js';
import type { ProfileFrame, ProfileMeta } from '../model.js';
import { frameText, placeText } from '../reports/frames.js';
import { metricFigures, type ProfileMetric } from '../reports/metrics.js';
import { changeRemarks } from '../reports/sampling.js';
import { joinedTotals, type ProfileJoin, type Sides } from './join.js';

/** `+1 MiB`, `-135`. */
export function differenceText(change: number, unit: 'B' | ''): string {
  const sign = change < 0 ? '-' : '+';
  return `${sign}${singleText(Math.abs(change), unit)}`;
}

/** `6.67 MiB → 7.67 MiB live at the peak, +1 MiB (+15.0%)`. */
export function movedText({ base, head }: Sides, metric: ProfileMetric): string {
  const { unit, text } = metricFigures[metric];
  const both = `${singleText(base, unit)} → ${singleText(head, unit)} ${text}`;
  if (base === head) return `${both}, no change`;
  const percent = base > 0 ? ` (${changeText((100 * (head - base)) / base)})` : '';
  return `${both}, ${differenceText(head - base, unit)}${percent}`;
}

/** What to know before a metric of both is read, as whole sentences. */
export function remarksOf(join: ProfileJoin, metric: ProfileMetric): string[] {
  if (metric !== 'js') return [];
  const { base, head } = joinedTotals(join, metric);
  return changeRemarks({ meta: join.base, bytes: base }, { meta: join.head, bytes: head });
}

/** `keep src/rows.ts:12, before src/cache.ts`: where a function stood in the base, if not there. */
export function withBefore(text: string, before: ProfileFrame | undefined): string {
  return before === undefined ? text : `${text}, ${beforeText(before)}`;
}

/** `before src/cache.ts`. */
export function beforeText({ line: _line, functionLine: _functionLine, ...before }: ProfileFrame): string {
  return `before ${placeText(before)}`;
}

/** The innermost frame, then its callers. */
export function stackText(frames: readonly ProfileFrame[]): string {
  return frames.map(frameText).join(' ← ');
}

/** Whole sentences on what makes two profiles hard to compare. */
export function differencesOf(base: ProfileMeta, head: ProfileMeta): string[] {
  const said = [
    base.id === head.id ? '' : `The base is of ${base.id || 'no id'}, the head of ${head.id || 'no id'}.`,
    ...(['node', 'allocator', 'mode'] as const).map((name) => {
      const [one, other] = [base, head].map(({ environment }) => environmentText(environment?.[name]));
      const isKnown = one !== undefined && other !== undefined;
      return one === other || !isKnown
        ? ''
        : `The base was measured with ${name} ${one}, the head with ${other}.`;
    }),
    base.calls === head.calls || base.calls === undefined || head.calls === undefined
      ? ''
      : `The action ran ${timesText(base.calls)} in the base and ${timesText(head.calls)} in the head.`,
    base.native === head.native
      ? ''
      : `Native frames were left out of the ${base.native === false ? 'base' : 'head'} only.`,
  ];
  return said.filter((text) => text !== '');
}

function timesText(calls: number): string {
  return calls === 1 ? 'once' : `${calls} times`;
}

function environmentText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.values(value)
    .filter((part) => typeof part === 'string')
    .join(' ');
}
