// Every value that a comparison shows, computed once: per id, the columns of each series. Pure.
import type { Scalar } from '../runfile/dims.js';
import { sortByCodePoints } from '../runfile/ids.js';
import { statsOf } from '../runfile/table.js';
import type { Metric } from '../stats/metrics.js';
import type { Stats } from '../stats/summary.js';
import type { ComparedColumn } from './columns.js';
import type { Entry, Series } from './series.js';

export interface Values {
  /** Every id that has some value, by code point. */
  readonly ids: readonly string[];
  /** The columns that some series fills, in the order asked for. */
  readonly columns: readonly ComparedColumn[];
  /** Asked for, but measured nowhere. */
  readonly dropped: readonly ComparedColumn[];
  /** Undefined if it was not measured. `column` and `series` are places in `columns` and in the series given. */
  at(id: string, column: number, series: number): Scalar | undefined;
  /** A place per series; undefined if the series has no value of the id. */
  rowOf(id: string): readonly (Filled | undefined)[];
  /** The first series' entry of the id: whose dims it is grouped by. */
  entryOf(id: string): Entry | undefined;
}

/** A value per column; undefined if it was not measured. */
export type Cells = readonly (Scalar | undefined)[];

/** A benchmark of one series and its values. */
export interface Filled {
  readonly entry: Entry;
  readonly cells: Cells;
}

export function valuesOf(series: readonly Series[], asked: readonly ComparedColumn[]): Values {
  const rows = new Map<string, (Filled | undefined)[]>();
  const filled = asked.map(() => false);
  for (const [place, { entries }] of series.entries()) {
    for (const entry of entries.values()) {
      const cells = cellsOfEntry(entry, asked, filled);
      if (cells === undefined) continue;
      let row = rows.get(entry.id);
      if (row === undefined) {
        row = new Array<Filled | undefined>(series.length).fill(undefined);
        rows.set(entry.id, row);
      }
      row[place] = { entry, cells };
    }
  }
  if (filled.includes(false)) {
    for (const row of rows.values())
      for (const [place, each] of row.entries())
        if (each !== undefined)
          row[place] = { ...each, cells: each.cells.filter((_, index) => filled[index]) };
  }
  return {
    ids: sortByCodePoints([...rows.keys()]),
    columns: asked.filter((_, index) => filled[index]),
    dropped: asked.filter((_, index) => !filled[index]),
    at: (id, column, place) => rows.get(id)?.[place]?.cells[column],
    rowOf: (id) => rows.get(id) ?? [],
    entryOf: (id) => series.find(({ entries }) => entries.has(id))?.entries.get(id),
  };
}

// Neighbouring columns are the statistics of one metric: its series is summed up once. Undefined without any value.
function cellsOfEntry(entry: Entry, asked: readonly ComparedColumn[], filled: boolean[]): Cells | undefined {
  const cells: (Scalar | undefined)[] = [];
  let isEmpty = true;
  let source: Metric | undefined;
  let summary: Stats | undefined;
  for (const column of asked) {
    if (column.source !== undefined && column.source !== source) {
      source = column.source;
      summary = statsOf(entry.benchmark, source);
    }
    const value = column.stat === null ? entry.dims.get(column.dim ?? '') : summary?.[column.stat];
    if (value !== undefined) {
      filled[cells.length] = true;
      isEmpty = false;
    }
    cells.push(value);
  }
  return isEmpty ? undefined : cells;
}
