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
  /** How much of the height it takes, where panels are stacked. */
  readonly weight: number;
}

const mostPanels = 60;

/** Throws INVALID_OPTION for more panels than anyone can read. */
export function panelsOf(titles: readonly (string | undefined)[], weights: readonly number[] = []): Panel[] {
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
    weight: weights[index] ?? 1,
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
 * WHY numbers: plotly looks categories up in a plain object and reads texts like `1` and `2024-01-01` as values.
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
  arrange: 'grid' | 'stack',
  freeAxes: FreeAxes | undefined,
): Layout {
  const layout: Record<string, unknown> = {};
  const kinds: Record<string, AxisKind> = {};
  const columns = panels.length === 1 ? 1 : panels.length === 3 || panels.length > 4 ? 3 : 2;
  const domains =
    arrange === 'grid'
      ? gridDomains(panels.length, columns, 0.08, panels.length > columns ? 0.14 : 0)
      : stackDomains(
          panels.map(({ weight }) => weight),
          panels.length > 1 ? 1 : 0,
        ).map((y) => ({ x: [0, 1], y }));
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
  return { ...layout, annotations, meta: { arrange, panels: suffixes, axes: kinds } };
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
  return index > 0 && kind !== 'ids' && freeAxes !== 'both' && freeAxes !== letter;
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
