// A plotly figure as plain data, and what every view answers. The types name only what this package sets.
// Holds no drawing code and knows nothing about HTML.
import type { MetricUnit, StatName } from '../stats/metrics.js';

export type View = 'scaling' | 'scatter' | 'compare' | 'sweep' | 'history';

export const views: readonly View[] = ['scaling', 'scatter', 'compare', 'sweep', 'history'];

/** One plotly trace. Texts in it are escaped: plotly reads its own pseudo-HTML in every text. */
export interface Trace {
  readonly type: 'scatter' | 'bar' | 'heatmap';
  readonly name?: string;
  /** Names stand at numbered places: see nameAxis. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly xaxis?: string;
  readonly yaxis?: string;
  readonly [attribute: string]: unknown;
}

export type Axis = Readonly<Record<string, unknown>>;

export interface Layout {
  readonly [attribute: string]: unknown;
}

export interface Frame {
  readonly name: string;
  readonly data: readonly Partial<Trace>[];
  readonly traces: readonly number[];
}

/** What `Plotly.newPlot` takes. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  readonly frames?: readonly Frame[];
}

/** Something that the picture does not show, as a value. */
export interface PlotNote {
  readonly code: 'NOT_IN_BOTH' | 'NOT_IN_FIRST' | 'NO_RATIO' | 'NO_X' | 'FACETS_LEFT_OUT';
  /** How many ids it is about. */
  readonly ids: number;
  readonly message: string;
}

export interface Plot {
  readonly view: View;
  readonly metric: string;
  readonly stat: StatName;
  /** `B`, `s`, or `''` for a count. */
  readonly unit: MetricUnit;
  readonly figure: Figure;
  /** Distinct ids that the picture shows. */
  readonly ids: number;
  readonly notes: readonly PlotNote[];
}
