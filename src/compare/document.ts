// A comparison as one document: what `--format json` prints and every other renderer reads. Types only.
import type { Scalar } from '../runfile/dims.js';
import type { MetricUnit } from '../stats/metrics.js';
import type { Marks } from './marks.js';
import type { TableColumn } from './table-column.js';
import type { ComparisonWarning } from './warnings.js';

export type Rank = 'green' | 'red' | null;

export interface Cell {
  readonly value: Scalar;
  /** In the column's unit. */
  readonly text: string;
  readonly multiplier: string | null;
  readonly rank: Rank;
  readonly marks?: Marks;
}

export interface Column {
  readonly metric: string;
  /** Null for a label. */
  readonly stat: string | null;
  /** `''` for counts and labels. */
  readonly unit: string;
  /** Bytes per unit; 1 for everything else. */
  readonly factor: number;
}

/** Its cells are in the columns of its group. */
export interface TableRow {
  readonly id: string;
  /** The label of its series. */
  readonly series: string;
}

export interface Delta {
  readonly pct: number | null;
  readonly text: string;
  readonly rank: Rank;
}

export interface DiffRow {
  readonly id: string;
  readonly metric: string;
  /** In no document. */
  readonly unit: MetricUnit;
  readonly base: { readonly value: Scalar | null; readonly text: string; readonly marks?: Marks };
  /** One per later series. */
  readonly deltas: readonly Delta[];
}

export interface TableGroup {
  readonly title: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface DiffGroup {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly DiffRow[];
}

/** PERF: groups are made as they are read, anew each time: a printed one need not stay in memory. */
export type View =
  | { readonly kind: 'table'; readonly groups: Iterable<TableGroup> }
  | { readonly kind: 'diff'; readonly groups: Iterable<DiffGroup> };

export interface Regression {
  readonly field: string;
  readonly id: string;
  readonly base: number;
  readonly head: number;
  /** Null for a base that is not positive. */
  readonly pct: number | null;
}

export interface GateDocument {
  readonly thresholds: readonly {
    readonly field: string;
    readonly limit: number;
    readonly percent: boolean;
    /** What a percentage lets through on top, in the metric's unit. */
    readonly allowance?: number;
    /** True for `--fail-on-change`. */
    readonly on_change?: boolean;
  }[];
  /** What grew past a limit. */
  readonly regressions: readonly Regression[];
  /** What fell past a limit; only if some limit is about changes. */
  readonly improvements?: readonly Regression[];
}

export interface Comparison {
  /** Labels, in order. */
  readonly series: readonly string[];
  readonly view: View;
  readonly warnings: readonly ComparisonWarning[];
}
