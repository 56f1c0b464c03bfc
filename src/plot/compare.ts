// The view `compare`: what moved most. A horizontal bar per id that both runs have, the worst on top.
// With three and more runs, the first against the last.
import { BenchmemError } from '../errors.js';
import { compareCodePoints, shortNames } from '../runfile/ids.js';
import type { RunTableRow } from '../runfile/table.js';
import {
  axisUnit,
  extentOf,
  hiddenInStack,
  nameAxis,
  panelLayout,
  panelsOf,
  stackOf,
  valueAxis,
} from './axes.js';
import { dimNamed, keyOf, sortedKeys } from './dims.js';
import type { Plot, PlotNote, Trace } from './figure.js';
import { percentText } from './hover.js';
import { countIds, figureLayout, listHeight } from './layout.js';
import type { PlotOptions, PlotSource } from './options.js';
import { type Pair, type Pairs, pairRuns, requirePairs, requireRuns } from './pairs.js';
import { pairHover } from './scatter.js';
import { type Selection, selectRows } from './selection.js';
import { changeText, plain } from './text.js';
import { less, more, same } from './theme.js';

/** A panel's bars, worst first. */
interface Bars {
  readonly title: string | undefined;
  readonly pairs: readonly Pair[];
}

/** Throws INVALID_OPTION, NOT_MEASURED. */
export function plotCompare(source: PlotSource, options: PlotOptions = {}): Plot {
  const selection = selectRows(source, options);
  requireRuns(selection, 'compare');
  const found = pairRuns(selection, 0, selection.labels.length - 1);
  requirePairs([found], selection.metric);
  const isRelative = options.sort === 'relative';
  const pairs = isRelative ? found.pairs.filter(({ base }) => base.value > 0) : found.pairs;
  if (pairs.length === 0) throw noPercentages(selection.metric);
  const lengthOf = (pair: Pair) => (isRelative ? (pair.change / pair.base.value) * 100 : pair.change);
  const groups = groupsOf(pairs, lengthOf, selection, options.facet);
  const names = shortNames(pairs.map(({ id }) => id));
  const panels = panelsOf(groups.map(({ title }) => title));
  const stack = stackOf(
    groups.map((group) => group.pairs.length),
    options.freeAxes,
  );
  const data = groups.map(
    (group, index): Trace => ({
      ...barsOf(group, found, selection, lengthOf),
      width: pairs.length > 200 ? 1 : 0.75,
      ...(pairs.length <= 40 && barTexts(group, isRelative, selection)),
      xaxis: `x${panels[index]?.suffix}`,
      yaxis: `y${panels[index]?.suffix}`,
    }),
  );
  const x = changeAxis(selection, isRelative, extentOf([0, ...pairs.map(lengthOf)]));
  const axes = (index: number) => ({
    x: { ...x, ...hiddenInStack(index === panels.length - 1, options.freeAxes) },
    y: nameAxis(groups[index]?.pairs.map(({ id }) => names.get(id) ?? id) ?? [], 'ids'),
  });
  const layout = figureLayout(
    `${selection.metric}: ${plain(found.baseLabel)} → ${plain(found.headLabel)}`,
    subtitleOf(pairs),
    listHeight(stack.height),
    { ...panelLayout(panels, (_, index) => axes(index), stack, options.freeAxes), showlegend: false },
  );
  const { metric, stat, unit } = selection;
  const notes = [...found.notes, ...noPercentNotes(found, pairs.length)];
  return { view: 'compare', metric, stat, unit, figure: { data, layout }, ids: pairs.length, notes };
}

function changeAxis(
  { metric, unit }: Selection,
  isRelative: boolean,
  extent: ReturnType<typeof extentOf>,
): Record<string, unknown> {
  const title = `change of ${metric}`;
  const axis = isRelative
    ? valueAxis(`${title} in percent`, 'percent', false, extent, '+')
    : valueAxis(title, axisUnit(unit), false, extent, '+');
  return { ...axis, zeroline: true, zerolinewidth: 2 };
}

function barTexts({ pairs }: Bars, isRelative: boolean, selection: Selection) {
  return { text: pairs.map((pair) => barText(pair, isRelative, selection)), textposition: 'auto' };
}

function groupsOf(
  pairs: readonly Pair[],
  lengthOf: (pair: Pair) => number,
  selection: Selection,
  facetName: string | undefined,
): Bars[] {
  const sorted = [...pairs].sort((a, b) => lengthOf(b) - lengthOf(a) || compareCodePoints(a.id, b.id));
  if (facetName === undefined) return [{ title: undefined, pairs: sorted }];
  const facet = dimNamed(facetName, selection.dims, 'facet');
  const rows: RunTableRow[] = sorted.map(({ base }) => base);
  return sortedKeys(rows, facet).map((key) => ({
    title: `${facet.name}=${key}`,
    pairs: sorted.filter(({ base }) => keyOf(base, facet) === key),
  }));
}

function barsOf(
  { pairs }: Bars,
  found: Pairs,
  selection: Selection,
  lengthOf: (pair: Pair) => number,
): Trace {
  return {
    type: 'bar',
    orientation: 'h',
    x: pairs.map(lengthOf),
    y: pairs.map((_, place) => place),
    marker: { color: pairs.map(({ change }) => (change > 0 ? more : change < 0 ? less : same)) },
    cliponaxis: false,
    hoverinfo: 'text',
    hovertext: pairs.map((pair) => pairHover(pair, found, selection)),
  };
}

function barText({ base, change }: Pair, isRelative: boolean, { unit }: Selection): string {
  if (isRelative) return percentText((change / base.value) * 100);
  return changeText(change, unit).replace(/ \(.*$/, '');
}

function subtitleOf(pairs: readonly Pair[]): string {
  const grew = pairs.filter(({ change }) => change > 0).length;
  const shrank = pairs.filter(({ change }) => change < 0).length;
  return `${countIds(pairs.length)} in both · ${grew} more, ${shrank} less, ${pairs.length - grew - shrank} equal`;
}

function noPercentNotes(found: Pairs, shown: number): PlotNote[] {
  const ids = found.pairs.length - shown;
  if (ids === 0) return [];
  return [
    {
      code: 'NO_RATIO',
      ids,
      message: `${countIds(ids)} at or below zero in ${found.baseLabel}: no percentage`,
    },
  ];
}

function noPercentages(metric: string): BenchmemError {
  return new BenchmemError(
    'INVALID_OPTION',
    `${metric} has no percentages: it is zero or negative in the first run for every id`,
    'sort by the absolute change',
  );
}
