// The view `scaling`: how the metric grows with a dim. A line per run or value of a dim, a panel per value of another.
// Pure: rows in, figure out.
import { BenchmemError } from '../errors.js';
import type { RunTableRow } from '../runfile/table.js';
import { axisUnit, extentOf, nameAxis, type PanelAxes, panelLayout, panelsOf, valueAxis } from './axes.js';
import { type DimReader, dimNamed, keyOf, sortedKeys } from './dims.js';
import type { Plot, PlotNote } from './figure.js';
import { countIds, figureLayout } from './layout.js';
import { automaticDims, automaticX, numericDims } from './leftover-dims.js';
import type { PlotOptions, PlotSource } from './options.js';
import { isFirst, linesOf, type ScalingPlan, traceOf } from './scaling-lines.js';
import { type Selection, selectRows } from './selection.js';
import { plain, shorten } from './text.js';

/** Throws INVALID_OPTION, NOT_MEASURED. */
export function plotScaling(source: PlotSource, options: PlotOptions = {}): Plot {
  const selection = selectRows(source, options);
  const x = options.x === undefined ? automaticX(selection) : dimNamed(options.x, selection.dims, 'x');
  const rows = selection.rows.filter((row) => x.read(row) !== undefined);
  if (rows.length === 0) throw noRowsWithX(x, selection);
  const plan = planOf(selection, x, rows, options);
  const titles = plan.facet === undefined ? [undefined] : sortedKeys(rows, plan.facet);
  const panels = panelsOf(
    titles.map((title) => (title === undefined ? title : `${plan.facet?.name}=${title}`)),
  );
  const lines = linesOf(plan, titles);
  const colorKeys = [...new Set(lines.map(({ colorKey }) => colorKey))];
  const rests = [...new Set(lines.map(({ rest }) => rest))];
  const data = lines.map((line, index) =>
    traceOf(line, plan, { colorKeys, rests }, panels[line.panel]?.suffix ?? '', isFirst(lines, index)),
  );
  const axes = axesOf(plan);
  const ids = new Set(rows.map(({ id }) => id)).size;
  const layout = figureLayout(
    titleOf(plan),
    subtitleOf(plan, ids),
    panels.length === 1 ? 520 : 320 * Math.ceil(panels.length / 2) + 140,
    {
      ...panelLayout(panels, () => axes, 'grid', options.freeAxes),
      showlegend: colorKeys.length > 1 || lines.length > panels.length,
    },
  );
  const { metric, stat, unit } = selection;
  return {
    view: 'scaling',
    metric,
    stat,
    unit,
    figure: { data, layout },
    ids,
    notes: notesOf(selection, rows, x),
  };
}

function planOf(
  selection: Selection,
  x: DimReader,
  rows: readonly RunTableRow[],
  options: PlotOptions,
): ScalingPlan {
  const isNumeric = rows.every((row) => typeof x.read(row) === 'number');
  const keys = [...new Set(rows.map((row) => keyOf(row, x)))];
  const automatic = automaticDims(selection, rows, x);
  const named = (name: string | undefined, option: string) =>
    name === undefined ? undefined : dimNamed(name, selection.dims, option);
  const byRun = selection.labels.length > 1;
  const color =
    named(options.color, 'color') ??
    (byRun ? undefined : automatic.find((dim) => dim.name !== options.facet));
  const facet =
    named(options.facet, 'facet') ??
    automatic.find((dim) => dim.name !== color?.name && fewValues(rows, dim));
  const band = options.band ?? 'auto';
  const moved = rows.some(({ stats: { min, max } }) => min !== undefined && max !== undefined && max > min);
  const hasBand = band === 'minmax' || (band === 'auto' && moved);
  return {
    selection,
    x,
    places: isNumeric ? undefined : new Map(keys.map((key, place) => [key, place])),
    color,
    facet,
    rows,
    hasBand,
    log: logOf(x, isNumeric, rows, hasBand, options),
  };
}

const mostAutomaticPanels = 12;

function fewValues(rows: readonly RunTableRow[], dim: DimReader): boolean {
  return new Set(rows.map((row) => keyOf(row, dim))).size <= mostAutomaticPanels;
}

function logOf(
  x: DimReader,
  isNumeric: boolean,
  rows: readonly RunTableRow[],
  hasBand: boolean,
  { log = {} }: PlotOptions,
) {
  const positiveX = isNumeric && rows.every((row) => Number(x.read(row)) > 0);
  const positiveY = rows.every(({ value, stats }) => value > 0 && (!hasBand || (stats.min ?? value) > 0));
  if (log.x === true && !positiveX) throw noLogarithm('x', x.name, isNumeric);
  if (log.y === true && !positiveY) throw noLogarithm('y', 'the metric', true);
  return { x: log.x ?? positiveX, y: log.y ?? positiveY };
}

function noLogarithm(axis: string, what: string, isNumeric: boolean): BenchmemError {
  const why = isNumeric ? `${what} has values at or below zero` : `${what} is not a number`;
  return new BenchmemError(
    'INVALID_OPTION',
    `the ${axis} axis cannot be logarithmic: ${why}`,
    `leave log ${axis} out, or filter with where`,
  );
}

function noRowsWithX(x: DimReader, selection: Selection): BenchmemError {
  const numeric = numericDims(selection.rows, selection.dims);
  const hint =
    numeric.length === 0
      ? 'no dim of these benchmarks is a number'
      : `dims with numbers: ${numeric.join(', ')}`;
  return new BenchmemError('INVALID_OPTION', `none of the chosen benchmarks has ${x.name}`, hint);
}

function axesOf(plan: ScalingPlan): PanelAxes {
  const { x, rows, places, log, selection, hasBand } = plan;
  const highs = rows.flatMap(({ value, stats }) =>
    hasBand ? [stats.min ?? value, stats.max ?? value, value] : [value],
  );
  const title = plain(x.name);
  const xAxis =
    places === undefined
      ? valueAxis(title, 'number', log.x, extentOf(rows.map((row) => Number(x.read(row)))))
      : nameAxis([...places.keys()], 'runs', { title: { text: title } });
  const y = valueAxis(selection.metric, axisUnit(selection.unit), log.y, extentOf(highs));
  return { x: xAxis, y: log.y ? y : { ...y, rangemode: 'tozero' } };
}

function titleOf({ selection, x }: ScalingPlan): string {
  return `${selection.metric} by ${plain(shorten(x.name, 40))}`;
}

function subtitleOf({ selection, hasBand }: ScalingPlan, ids: number): string {
  const runs =
    selection.labels.length === 1
      ? plain(shorten(selection.labels[0] ?? '', 40))
      : `${selection.labels.length} runs`;
  return `${runs} · ${countIds(ids)} · ${selection.stat} of the passes${hasBand ? ', whiskers to min and max' : ''}`;
}

function notesOf(selection: Selection, rows: readonly RunTableRow[], x: DimReader): PlotNote[] {
  const drawn = new Set(rows.map(({ id }) => id));
  const missing = selection.ids.filter((id) => !drawn.has(id)).length;
  if (missing === 0) return [];
  return [{ code: 'NO_X', ids: missing, message: `${countIds(missing)} without ${x.name} not drawn` }];
}
