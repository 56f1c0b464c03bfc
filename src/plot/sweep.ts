// The view `sweep`: how the metric drifts over runs. A cell per id and run, coloured by the logarithm of value / first.
// A cell without a ratio stays blank.
import { shortNames } from '../runfile/ids.js';
import { extentOf, nameAxis, panelLayout, panelsOf, stackOf } from './axes.js';
import { dimNamed, keyOf, sortedKeys } from './dims.js';
import type { Plot, PlotNote, Trace } from './figure.js';
import { changeLine, hoverText, idLine, runLine, spreadLine } from './hover.js';
import { countIds, denseRows, figureLayout, listHeight } from './layout.js';
import type { PlotOptions, PlotSource } from './options.js';
import { requireRuns } from './pairs.js';
import { type Selection, selectRows } from './selection.js';
import { plain, ratioText } from './text.js';

interface Panelled {
  readonly title: string | undefined;
  readonly ids: readonly string[];
}

/** Throws INVALID_OPTION, NOT_MEASURED. */
export function plotSweep(source: PlotSource, options: PlotOptions = {}): Plot {
  const selection = selectRows(source, options);
  requireRuns(selection, 'sweep');
  const { ids } = selection;
  const names = shortNames(ids);
  const groups = groupsOf(selection, options.facet);
  const panels = panelsOf(groups.map(({ title }) => title));
  const stack = stackOf(
    groups.map((group) => group.ids.length),
    options.freeAxes,
  );
  const bound = colorBound(
    ids.flatMap((id) => selection.labels.map((_, run) => ratioOf(selection, id, run))),
  );
  const data = groups.map(
    (group, index): Trace => ({
      ...cellsOf(group.ids, selection, bound, ids.length > denseRows),
      xaxis: `x${panels[index]?.suffix}`,
      yaxis: `y${panels[index]?.suffix}`,
    }),
  );
  const axes = (index: number) => ({
    x: nameAxis(selection.labels, 'runs', { side: 'top', showticklabels: index === 0 }),
    y: nameAxis(groups[index]?.ids.map((id) => names.get(id) ?? id) ?? [], 'ids'),
  });
  const height = listHeight(stack.height) + 20;
  const layout = figureLayout(
    `${selection.metric} against ${plain(selection.labels[0] ?? '')}`,
    `${countIds(ids.length)} · ${selection.labels.length} runs`,
    height,
    {
      ...panelLayout(panels, (_, index) => axes(index), stack, options.freeAxes),
      coloraxis: { cmin: -bound, cmax: bound, cmid: 0, colorbar: colorbarOf(bound, height) },
    },
  );
  const { metric, stat, unit } = selection;
  return {
    view: 'sweep',
    metric,
    stat,
    unit,
    figure: { data, layout },
    ids: ids.length,
    notes: notesOf(selection),
  };
}

function groupsOf({ ids, rows, dims }: Selection, facetName: string | undefined): Panelled[] {
  if (facetName === undefined) return [{ title: undefined, ids }];
  const facet = dimNamed(facetName, dims, 'facet');
  // An id has its dims from the first run that has the id.
  const keys = new Map<string, string>();
  for (const row of rows) if (!keys.has(row.id)) keys.set(row.id, keyOf(row, facet));
  return sortedKeys(rows, facet)
    .map((key) => ({ title: `${facet.name}=${key}`, ids: ids.filter((id) => keys.get(id) === key) }))
    .filter((group) => group.ids.length > 0);
}

/** value / first; undefined if either is missing or the first is not positive, or the value is negative. */
function ratioOf({ byRun }: Selection, id: string, run: number): number | undefined {
  const first = byRun[0]?.get(id)?.value;
  const value = byRun[run]?.get(id)?.value;
  return first === undefined || value === undefined || first <= 0 || value < 0 ? undefined : value / first;
}

const smallestBound = Math.log2(1.1);

/** The largest logarithm, so that no cell is off the scale; at least 10 %, so that noise is not loud. */
function colorBound(ratios: readonly (number | undefined)[]): number {
  const positive = ratios.filter((ratio) => ratio !== undefined && ratio > 0) as number[];
  const [low, high] = extentOf(positive.map((ratio) => Math.abs(Math.log2(ratio))));
  return positive.length === 0 ? 1 : Math.max(low, high, smallestBound);
}

function cellsOf(ids: readonly string[], selection: Selection, bound: number, isDense: boolean): Trace {
  const runs = selection.labels.map((_, run) => run);
  const cells = ids.map((id) => runs.map((run) => ratioOf(selection, id, run)));
  return {
    type: 'heatmap',
    x: runs,
    y: ids.map((_, place) => place),
    // A value of zero has no logarithm and is the least there can be: the end of the scale.
    z: cells.map((row) =>
      row.map((ratio) => (ratio === undefined ? null : ratio === 0 ? -bound : Math.log2(ratio))),
    ),
    text: cells.map((row) => row.map((ratio) => (ratio === undefined ? '' : ratioText(ratio)))),
    ...(isDense ? {} : { texttemplate: '%{text}', xgap: 2, ygap: 2 }),
    coloraxis: 'coloraxis',
    hoverongaps: false,
    hoverinfo: 'text',
    hovertext: ids.map((id) => runs.map((run) => cellHover(id, run, selection))),
  };
}

function cellHover(id: string, run: number, selection: Selection): string {
  const row = selection.byRun[run]?.get(id);
  const first = selection.byRun[0]?.get(id);
  if (row === undefined) return '';
  const change = first === undefined || run === 0 ? undefined : changeLine(first.value, row.value, selection);
  return hoverText([
    idLine(id),
    runLine(selection.labels[run] ?? '', row, selection),
    spreadLine(row, selection),
    change,
  ]);
}

// It starts beside the first row and must end within the picture, which may be as low as two rows.
function colorbarOf(bound: number, height: number): Record<string, unknown> {
  const [above, longest] = [130, 220];
  const length = Math.min(longest, height - above);
  const values = length < longest ? [-bound, 0, bound] : [-bound, -bound / 2, 0, bound / 2, bound];
  return {
    tickmode: 'array',
    tickvals: values,
    ticktext: values.map(
      (value) => `${(2 ** value).toLocaleString('en-US', { maximumSignificantDigits: 2 })}×`,
    ),
    thickness: 14,
    outlinewidth: 0,
    lenmode: 'pixels',
    len: length,
    y: 1,
    yanchor: 'top',
  };
}

function notesOf(selection: Selection): PlotNote[] {
  const { ids, byRun, labels } = selection;
  const missing = ids.filter((id) => byRun[0]?.get(id) === undefined).length;
  const noRatio = ids.filter((id) =>
    byRun.some(
      (rows, run) => rows.has(id) && byRun[0]?.has(id) === true && ratioOf(selection, id, run) === undefined,
    ),
  ).length;
  const notes: PlotNote[] = [];
  if (missing > 0) {
    notes.push({
      code: 'NOT_IN_FIRST',
      ids: missing,
      message: `${countIds(missing)} not in ${labels[0]}: blank`,
    });
  }
  if (noRatio > 0) {
    notes.push({
      code: 'NO_RATIO',
      ids: noRatio,
      message: `${countIds(noRatio)} with a zero or negative value: blank`,
    });
  }
  return notes;
}
