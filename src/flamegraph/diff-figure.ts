// Two profiles as the page needs them: the stacks of both, merged by joined function, each with two values. Pure.
// SAFETY: every text of it is made printable here or in figure.ts; the page makes text nodes of it, never markup.
import {
  joinedAsides,
  joinedFigure,
  joinedMetrics,
  joinedTotals,
  joinProfiles,
  type ProfileJoin,
  requireMetric,
} from '../profile/diff/join.js';
import { movedFrom } from '../profile/diff/movers.js';
import { differencesOf, remarksOf, withBefore } from '../profile/diff/texts.js';
import type { Profile, ProfileFrame } from '../profile/model.js';
import { metricFigures, type ProfileMetric } from '../profile/reports/metrics.js';
import { printable } from '../text/escapes.js';
import { functionPlace, labels, type Merged, mergedStacks, valuesOf } from './figure.js';
import { notesOf } from './notes.js';
import type { PageData, PageMetric } from './page-data.js';

/** Throws NOT_MEASURED if one of the two does not hold the metric that is asked for. */
export function diffData(
  base: Profile,
  head: Profile,
  { id, metric }: { readonly id: string; readonly metric?: ProfileMetric | undefined },
): PageData {
  const join = joinProfiles(base, head);
  const indexes = new Map(join.shown.map((frame, index) => [frame, index]));
  const placeOf = (frame: ProfileFrame) =>
    withBefore(functionPlace(frame), movedFrom(join, indexes.get(frame)));
  const framed = join.stacks.map(({ functions }) => ({
    frames: functions.map((which) => join.shown[which] as ProfileFrame),
  }));
  const merged = mergedStacks(framed, placeOf);
  const { entryOf: _entryOf, functionKeys: _functionKeys, ...tree } = merged;
  if (metric !== undefined) requireMetric(join, metric);
  const held = joinedMetrics(join);
  const notes = [
    ...differencesOf(join.base, join.head),
    ...notesOf(base).map((text) => `Base: ${text}`),
    ...notesOf(head).map((text) => `Head: ${text}`),
  ];
  return {
    id: printable(id),
    ...tree,
    metrics: held.map((each) => metricOf(join, each, merged)),
    metric: metric === undefined ? 0 : held.indexOf(metric),
    notes: notes.map(printable),
  };
}

function metricOf(join: ProfileJoin, name: PageMetric['name'], merged: Merged): PageMetric {
  const { value, unit, text } = metricFigures[name];
  const side = (which: 'base' | 'head') =>
    valuesOf(
      merged,
      (index) => joinedFigure(join.stacks[index] as ProfileJoin['stacks'][number], value)[which],
    );
  const asides = joinedAsides(join, name);
  const totals = joinedTotals(join, name);
  return {
    ...{ name, label: labels[name], text, unit },
    values: side('head'),
    aside: asides.map((each) => ({ name: each.name, bytes: each.head })),
    total: totals.head,
    ...(name === 'js' && { remarks: remarksOf(join, name) }),
    base: { values: side('base'), aside: asides.map((each) => each.base), total: totals.base },
  };
}
