// The lines of the view `scaling`: which rows one goes through, their order, colours and traces. Pure.
import { compareCodePoints } from '../runfile/ids.js';
import type { RunTableRow } from '../runfile/table.js';
import { type DimReader, keyOf, sortedKeys } from './dims.js';
import type { Trace } from './figure.js';
import { hoverText, idLine, runLine, spreadLine } from './hover.js';
import { automaticDims } from './leftover-dims.js';
import type { Selection } from './selection.js';
import { plain, valueText } from './text.js';
import { dashes, lineColors, symbols } from './theme.js';

/** What the picture shows, decided once. */
export interface ScalingPlan {
  readonly selection: Selection;
  readonly x: DimReader;
  /** The place of each key on an axis of names; undefined if x is a number. */
  readonly places: ReadonlyMap<string, number> | undefined;
  /** Undefined: by run, or nothing to tell apart. */
  readonly color: DimReader | undefined;
  readonly facet: DimReader | undefined;
  readonly rows: readonly RunTableRow[];
  readonly log: { readonly x: boolean; readonly y: boolean };
  readonly hasBand: boolean;
}

export interface Line {
  readonly panel: number;
  readonly colorKey: string;
  /** What tells it from other lines of its colour; '' for nothing. */
  readonly rest: string;
  readonly rows: RunTableRow[];
}

/** What colours and dashes are counted by. */
export interface Keys {
  readonly colorKeys: readonly string[];
  readonly rests: readonly string[];
}

// A line goes through the rows of one panel, run and colour that differ in x only.
export function linesOf(plan: ScalingPlan, titles: readonly (string | undefined)[]): Line[] {
  const { selection, x, color, facet, rows } = plan;
  const lines = new Map<string, Line>();
  const manyRuns = selection.labels.length > 1;
  const tellsApart = automaticDims(selection, rows, x).filter(
    (dim) => dim.name !== color?.name && dim.name !== facet?.name,
  );
  const tables = new Map(
    selection.byRun.flatMap((byId, run) => [...byId.values()].map((row) => [row, run] as const)),
  );
  for (const row of rows) {
    const label = selection.labels[tables.get(row) ?? 0] ?? '';
    const panel = facet === undefined ? 0 : titles.indexOf(keyOf(row, facet));
    const colorKey = color === undefined ? label : keyOf(row, color);
    const rest = [
      ...(color !== undefined && manyRuns ? [label] : []),
      ...tellsApart.map((dim) => `${dim.name}=${keyOf(row, dim)}`),
    ].join(', ');
    const key = JSON.stringify([panel, colorKey, rest]);
    const line = lines.get(key) ?? { panel, colorKey, rest, rows: [] };
    line.rows.push(row);
    lines.set(key, line);
  }
  for (const { rows: points } of lines.values()) {
    points.sort((a, b) => xValue(a, plan) - xValue(b, plan) || compareCodePoints(a.id, b.id));
  }
  return orderLines([...lines.values()], selection, color, rows);
}

function orderLines(
  lines: Line[],
  selection: Selection,
  color: DimReader | undefined,
  rows: readonly RunTableRow[],
): Line[] {
  const order = color === undefined ? selection.labels : sortedKeys(rows, color);
  const place = new Map(order.map((key, index) => [key, index]));
  return lines.sort(
    (a, b) =>
      (place.get(a.colorKey) ?? 0) - (place.get(b.colorKey) ?? 0) ||
      compareCodePoints(a.rest, b.rest) ||
      a.panel - b.panel,
  );
}

export function isFirst(lines: readonly Line[], index: number): boolean {
  const same = ({ colorKey, rest }: Line) =>
    colorKey === lines[index]?.colorKey && rest === lines[index]?.rest;
  return lines.findIndex(same) === index;
}

export function traceOf(
  line: Line,
  plan: ScalingPlan,
  { colorKeys, rests }: Keys,
  suffix: string,
  showsInLegend: boolean,
): Trace {
  const { selection, x, color, hasBand } = plan;
  const at = colorKeys.indexOf(line.colorKey);
  const lineColor = lineColors[at % lineColors.length] ?? lineColors[0];
  const styleAt = Math.floor(at / lineColors.length) + rests.indexOf(line.rest);
  const key = color === undefined ? line.colorKey : `${color.name}=${line.colorKey}`;
  const name = [key, line.rest].filter((part) => part !== '').join(', ');
  const label = (row: RunTableRow) =>
    selection.labels[selection.byRun.findIndex((byId) => byId.get(row.id) === row)] ?? '';
  return {
    type: 'scatter',
    mode: 'lines+markers',
    name: plain(name),
    legendgroup: `${at}-${rests.indexOf(line.rest)}`,
    showlegend: showsInLegend,
    x: line.rows.map((row) => xValue(row, plan)),
    y: line.rows.map(({ value }) => value),
    text: line.rows.map(({ value }) => valueText(value, selection.unit).replace(/ \(.*$/, '')),
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    line: { color: lineColor, width: 2, dash: dashes[styleAt % dashes.length] },
    marker: { color: lineColor, size: 8, symbol: symbols[styleAt % symbols.length] },
    ...(hasBand && { error_y: bandOf(line.rows, lineColor) }),
    hoverinfo: 'text',
    hovertext: line.rows.map((row) =>
      hoverText([
        idLine(row.id),
        runLine(label(row), row, selection),
        spreadLine(row, selection),
        `${plain(x.name)} = ${plain(keyOf(row, x))}`,
      ]),
    ),
  };
}

function bandOf(rows: readonly RunTableRow[], color: string) {
  return {
    type: 'data',
    symmetric: false,
    array: rows.map(({ value, stats }) => Math.max(0, (stats.max ?? value) - value)),
    arrayminus: rows.map(({ value, stats }) => Math.max(0, value - (stats.min ?? value))),
    color,
    thickness: 1.2,
    width: 4,
  };
}

function xValue(row: RunTableRow, { x, places }: ScalingPlan): number {
  return places === undefined ? Number(x.read(row)) : (places.get(keyOf(row, x)) ?? 0);
}
