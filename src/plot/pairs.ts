// Two runs id by id: who stands in both, what changed, and what cannot be compared.
// Pure; the views decide what to draw of it.
import { BenchmemError } from '../errors.js';
import type { RunTableRow } from '../runfile/table.js';
import type { PlotNote } from './figure.js';
import { countIds } from './layout.js';
import type { Selection } from './selection.js';

export interface Pair {
  readonly id: string;
  readonly base: RunTableRow;
  readonly head: RunTableRow;
  readonly change: number;
}

export interface Pairs {
  readonly baseLabel: string;
  readonly headLabel: string;
  /** By id. */
  readonly pairs: readonly Pair[];
  readonly notes: readonly PlotNote[];
}

/** Throws INVALID_OPTION for fewer than two runs, or none of the ids in both. */
export function requireRuns(selection: Selection, view: string): void {
  if (selection.labels.length >= 2) return;
  throw new BenchmemError(
    'INVALID_OPTION',
    `${view} needs two runs, and there is one`,
    'name a second run, or choose the view scaling',
  );
}

/** The ids that run `base` and run `head` both have. Throws INVALID_OPTION if there are none. */
export function pairRuns(selection: Selection, base: number, head: number): Pairs {
  const [before, after] = [selection.byRun[base], selection.byRun[head]];
  const [baseLabel, headLabel] = [selection.labels[base] ?? '', selection.labels[head] ?? ''];
  const pairs = selection.ids.flatMap((id): Pair[] => {
    const [left, right] = [before?.get(id), after?.get(id)];
    if (left === undefined || right === undefined) return [];
    return [{ id, base: left, head: right, change: right.value - left.value }];
  });
  const onlyIn = (label: string, other: string, ids: number): PlotNote[] =>
    ids === 0
      ? []
      : [{ code: 'NOT_IN_BOTH', ids, message: `${countIds(ids)} in ${label} and not in ${other}` }];
  return {
    baseLabel,
    headLabel,
    pairs,
    notes: [
      ...onlyIn(baseLabel, headLabel, (before?.size ?? 0) - pairs.length),
      ...onlyIn(headLabel, baseLabel, (after?.size ?? 0) - pairs.length),
    ],
  };
}

/** Throws INVALID_OPTION: two runs without a common id have no picture. */
export function requirePairs(found: readonly Pairs[], metric: string): void {
  if (found.some(({ pairs }) => pairs.length > 0)) return;
  const { baseLabel = '', headLabel = '' } = found.at(-1) ?? {};
  throw new BenchmemError(
    'INVALID_OPTION',
    `no benchmark has ${metric} in both ${baseLabel} and ${headLabel}`,
    'plot runs of one suite, or each alone with the view scaling',
  );
}
