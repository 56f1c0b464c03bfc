// What a report of tests is made from, and how much of it is shown.
import type { SpoolContents } from '../testing/spool.js';

export const sortKeys = ['peak', 'allocated', 'allocations', 'retained', 'leak'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface TestsView {
  readonly contents: SpoolContents;
  /** Tests in the table; 0: all. */
  readonly most: number;
  readonly sort: SortKey;
  readonly detail: 'quiet' | 'usual' | 'verbose';
  /** How many stacks of a test that failed are shown; undefined: as many as `detail` says, if there are any. */
  readonly stacks?: number | undefined;
  /** Every test was to be repeated, so that those that were not are told. */
  readonly checksLeaks: boolean;
  /** The folder in which profiles were kept. */
  readonly profile?: string | undefined;
  readonly hints: ReportHints;
}

/** What the reader may type to see what was left out. */
export interface ReportHints {
  readonly allTests: string;
  /** Absent if there is no such thing to type. */
  readonly allDetails?: string;
}

/** ` (--verbose)`; nothing if there is nothing to type. */
export function hintText(hint: string | undefined): string {
  return hint === undefined ? '' : ` (${hint})`;
}
