// Where panels and axes stand, and how an axis of a unit is labelled; the first ticks, the page renews them on zoom.
// SAFETY: titles are plain text here already.

import { BenchmemError } from '../errors.js';
import type { MetricUnit } from '../stats/metrics.js';
import type { Axis, Layout } from './figure.js';
import type { FreeAxes } from './options.js';
import { type AxisUnit, gridDomains, stackDomains, valueTicks } from './page-layout.js';
import { plain, shorten } from './text.js';

/** What the page renews on an axis when the window or the zoom changes. */
export type AxisKind = 'ids' | 'runs' | { readonly unit: AxisUnit; readonly sign: '' | '+' };

export type KindAxis = Axis & { readonly kind?: AxisKind };

/** One panel of a figure: `suffix` is what its axes are called by, `x3` / `y3` and so on. */
export interface Panel {
  readonly title: string | undefined;
  readonly suffix: string;
}

const mostPanels = 60;

/** Pixels: a row of a list, the least of a panel, what stands between two panels, and an axis with ticks and title. */
const stackSizes = { row: 22, densest: 2.2, panel: 44, gap: 40, axis: 52, most: 12_000 };

/** The pixels of panels below each other: of each, between two, and of all. A page scrolls: no panel is too low to read. */
export interface Stack {
  readonly weights: readonly number[];
  readonly gap: number;
  readonly height: number;
}

/** Room for `rows[i]` names in panel `i`. */
export function stackOf(rows: readonly number[], freeAxes: FreeAxes | undefined): Stack {
  const { row, densest, panel, most } = stackSizes;
  const all = rows.reduce((sum, count) => sum + count, 0);
  const each = Math.max(densest, Math.min(row, most / Math.max(1, all)));
  const weights = rows.map((count) => Math.max(panel, count * each));
  const gap = stackSizes.gap + (isFree('x', freeAxes) ? stackSizes.axis : 0);
  const height = weights.reduce((sum, weight) => sum + weight, gap * (rows.length - 1));
  return { weights, gap, height };
}

/** What an x axis hides where a panel below shows the same one. */
export function hiddenInStack(isLast: boolean, freeAxes: FreeAxes | undefined): Axis {
  return isLast || isFree('x', freeAxes) ? {} : { showticklabels: false, title: { text: '' } };
}

function isFree(letter: 'x' | 'y', freeAxes: FreeAxes | undefined): boolean {
  return freeAxes === 'both' || freeAxes === letter;
}

/** Throws INVALID_OPTION for more panels than anyone can read. */
export function panelsOf(titles: readonly (string | undefined)[]): Panel[] {
  if (titles.length > mostPanels) {
    throw new BenchmemError(
      'INVALID_OPTION',
      `facet would draw ${titles.length} panels, and ${mostPanels} are the most`,
      'choose a dim with fewer values, or filter with where',
    );
  }
  return titles.map((title, index) => ({
    title,
    suffix: index === 0 ? '' : String(index + 1),
  }));
}

/** An axis that carries values of a unit; `extent` are the lowest and highest of them, `sign` stands before increases. */
export function valueAxis(
  title: string,
  unit: AxisUnit,
  isLog: boolean,
  extent: readonly [number, number],
  sign: '' | '+' = '',
): KindAxis {
  const { values, texts } = valueTicks(extent[0], extent[1], isLog, 6, unit, sign);
  return {
    title: { text: title, standoff: 10 },
    type: isLog ? 'log' : 'linear',
    automargin: true,
    zeroline: !isLog,
    tickmode: 'array',
    tickvals: values,
    ticktext: texts,
    kind: { unit, sign },
  };
}

/** What the metric's unit is on an axis. */
export function axisUnit(unit: MetricUnit): AxisUnit {
  return unit === '' ? 'count' : unit;
}

/**
 * An axis with a place per name: the first at 0, the next at 1; ids stand from top to bottom.
 * WHY: places are numbers, because plotly looks categories up in a plain object and reads texts like `1` and `2024-01-01` as
 * values.
 */
export function nameAxis(names: readonly string[], kind: 'ids' | 'runs', more: Axis = {}): KindAxis {
  const ends = [-0.5, Math.max(1, names.length) - 0.5];
  return {
    type: 'linear',
    range: kind === 'ids' ? ends.reverse() : ends,
    tickmode: 'array',
    tickvals: names.map((_, place) => place),
    ticktext: names.map((name) => (name === '' ? '""' : plain(name))),
    automargin: true,
    showgrid: false,
    zeroline: false,
    ticks: '',
    // PERF: else plotly measures every label against every other, 90 s for 5,000 ids; nameTicks leaves room for them.
    ticklabeloverflow: 'allow',
    kind,
    ...more,
  };
}

export interface PanelAxes {
  readonly x: KindAxis;
  readonly y: KindAxis;
}

/** The axes of all panels, their titles above them, and which share their range. */
export function panelLayout(
  panels: readonly Panel[],
  axesOf: (panel: Panel, index: number) => PanelAxes,
  arrange: 'grid' | Stack,
  freeAxes: FreeAxes | undefined,
): Layout {
  const layout: Record<string, unknown> = {};
  const kinds: Record<string, AxisKind> = {};
  const columns = panels.length === 1 ? 1 : panels.length === 3 || panels.length > 4 ? 3 : 2;
  const domains =
    arrange === 'grid'
      ? gridDomains(panels.length, columns, 0.08, panels.length > columns ? 0.14 : 0)
      : stackDomains(arrange.weights, arrange.gap).map((y) => ({ x: [0, 1], y }));
  for (const [index, panel] of panels.entries()) {
    const { x, y } = axesOf(panel, index);
    const places = domains[index] ?? { x: [0, 1], y: [0, 1] };
    for (const [letter, { kind, ...axis }, other] of [['x', x, 'y'] as const, ['y', y, 'x'] as const]) {
      const name = `${letter}axis${panel.suffix}`;
      if (kind !== undefined) kinds[name] = kind;
      const matches = isShared(letter, kind, index, freeAxes) ? { matches: letter } : {};
      layout[name] = { anchor: `${other}${panel.suffix}`, ...axis, ...matches, domain: places[letter] };
    }
  }
  const annotations = panels.filter(({ title }) => title !== undefined).map(panelTitle);
  const suffixes = panels.map(({ suffix }) => ({ suffix }));
  const meta = { arrange: arrange === 'grid' ? 'grid' : 'stack', panels: suffixes, axes: kinds };
  return { ...layout, annotations, meta };
}

function panelTitle({ title = '', suffix }: Panel): Axis {
  return {
    text: `<b>${plain(shorten(title, 60))}</b>`,
    xref: `x${suffix} domain`,
    yref: `y${suffix} domain`,
    x: 0,
    y: 1,
    xanchor: 'left',
    yanchor: 'bottom',
    yshift: 4,
    showarrow: false,
  };
}

// A list of ids belongs to its panel: the ids of the others would only leave gaps.
function isShared(
  letter: 'x' | 'y',
  kind: AxisKind | undefined,
  index: number,
  freeAxes: FreeAxes | undefined,
): boolean {
  return index > 0 && kind !== 'ids' && !isFree(letter, freeAxes);
}

/** Lowest and highest of some numbers; `[0, 1]` for none. */
export function extentOf(values: Iterable<number>): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 1] : [low, high];
}
