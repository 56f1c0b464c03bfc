// What the views take: the runs, and the options that say which of them is drawn how.
// Types only; each view checks what it uses.
import type { Run } from '../runfile/run.js';
import type { RunTable } from '../runfile/table.js';

/** Runs that were read, or the table that was loaded from them. */
export type PlotSource = RunTable | readonly Run[];

export type Band = 'auto' | 'minmax' | 'none';
export type SortBy = 'absolute' | 'relative';
export type FreeAxes = 'x' | 'y' | 'both';

export interface PlotOptions {
  /** A metric or field; default `time`, or `peak` where nothing was timed. A table has its own. */
  readonly metric?: string;
  /** The dim on the x axis of `scaling`; default: the only numeric one. */
  readonly x?: string;
  /** The dim that tells the lines of `scaling` apart. */
  readonly color?: string;
  /** A panel per value of this dim. */
  readonly facet?: string;
  /** Logarithmic axes of `scaling`; an absent one is logarithmic where all its values are positive. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
  /** Whiskers of `scaling` from min to max; `auto`: where any value moved between passes. */
  readonly band?: Band;
  /** Where the colours of `scatter` end, in the metric's unit, or a percentile of the changes; default `95%`. */
  readonly clip?: number | `${number}%`;
  /** `compare` by the change itself (default) or by percent. */
  readonly sort?: SortBy;
  /** `DIM=VALUE`, all of which must hold. */
  readonly where?: readonly string[];
  /** Value axes that each panel has for itself. */
  readonly freeAxes?: FreeAxes;
  /** Names of the runs, one each. */
  readonly labels?: readonly string[];
}
