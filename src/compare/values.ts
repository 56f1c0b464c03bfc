// Every value that a comparison shows, computed once: a row per benchmark of a series, a column per figure. Pure.
import type { Scalar } from '../runfile/dims.js';
import { sortByCodePoints } from '../runfile/ids.js';
import { statsOf } from '../runfile/table.js';
import type { Metric, StatName } from '../stats/metrics.js';
import type { Stats } from '../stats/summary.js';
import type { ComparedColumn } from './columns.js';
import { type Marks, marksOf, mayHaveMarks } from './marks.js';
import type { Entry, Series } from './series.js';

/** The row of an id that a series has no value of. */
export const noRow = -1;

/**
 * An id is known by its place in `ids`, a column by that in `columns`, a series by that in the series given.
 * PERF: the figures stand in one array of doubles, because 200,000 of them in lists of their own were a third of all garbage.
 */
export class Values {
  /** Every id that has some value, by code point. */
  readonly ids: readonly string[];
  /** The columns that some series fills, in the order asked for. */
  readonly columns: readonly ComparedColumn[];
  /** Asked for, but measured nowhere. */
  readonly dropped: readonly ComparedColumn[];
  readonly #series: readonly Series[];
  readonly #asked: readonly ComparedColumn[];
  // Each column's place in those asked for.
  readonly #places: readonly number[];
  // Of each id, a row per series.
  readonly #rows: readonly (readonly number[])[];
  readonly #entries: Entry[] = [];
  readonly #marked: boolean[] = [];
  // NaN for what was not measured.
  readonly #figures: Float64Array;
  readonly #labels = new Map<number, (Scalar | undefined)[]>();
  readonly #filled: boolean[];

  constructor(series: readonly Series[], asked: readonly ComparedColumn[]) {
    this.#series = series;
    this.#asked = asked;
    this.#filled = asked.map(() => false);
    const most = series.reduce((sum, { entries }) => sum + entries.size, 0);
    this.#figures = new Float64Array(most * asked.length);
    const rowsById = this.#read();
    this.ids = sortByCodePoints([...rowsById.keys()]);
    this.#rows = this.ids.map((id) => rowsById.get(id) as number[]);
    this.#places = [...asked.keys()].filter((place) => this.#filled[place]);
    this.columns = this.#places.map((place) => asked[place] as ComparedColumn);
    this.dropped = asked.filter((_, place) => !this.#filled[place]);
  }

  /** True if there are several series. */
  get compares(): boolean {
    return this.#series.length > 1;
  }

  rowAt(id: number, series: number): number {
    return this.#rows[id]?.[series] ?? noRow;
  }

  #entryOf(row: number): Entry {
    return this.#entries[row] as Entry;
  }

  /** The first series' entry of the id: whose dims it is grouped by. */
  firstEntry(id: number): Entry | undefined {
    const name = this.ids[id] as string;
    return this.#series.find(({ entries }) => entries.has(name))?.entries.get(name);
  }

  /** What tables show beside a value of the row. */
  marksAt(row: number, column: number, value: Scalar): Marks | undefined {
    if (this.#marked[row] !== true) return undefined;
    return marksOf(this.#entryOf(row), this.columns[column] as ComparedColumn, value);
  }

  /** NaN for a label and for what was not measured. */
  figureAt(row: number, column: number): number {
    return this.#figures[row * this.#asked.length + (this.#places[column] as number)] as number;
  }

  /** Undefined if it was not measured. */
  at(row: number, column: number): Scalar | undefined {
    if (row === noRow) return undefined;
    const figure = this.figureAt(row, column);
    return Number.isNaN(figure) ? this.#labels.get(this.#places[column] as number)?.[row] : figure;
  }

  #read(): Map<string, number[]> {
    const rowsById = new Map<string, number[]>();
    for (const [place, { entries }] of this.#series.entries()) {
      for (const entry of entries.values()) {
        if (!this.#add(entry)) continue;
        let rows = rowsById.get(entry.id);
        if (rows === undefined) {
          rows = new Array<number>(this.#series.length).fill(noRow);
          rowsById.set(entry.id, rows);
        }
        rows[place] = this.#entries.length - 1;
      }
    }
    return rowsById;
  }

  // False for an entry without any value, which gets no row.
  #add(entry: Entry): boolean {
    const row = this.#entries.length;
    const start = row * this.#asked.length;
    let isEmpty = true;
    let source: Metric | undefined;
    let summary: Stats | undefined;
    for (let place = 0; place < this.#asked.length; place += 1) {
      const column = this.#asked[place] as ComparedColumn;
      // Neighbouring columns are the statistics of one metric: its series is summed up once.
      if (column.source !== undefined && column.source !== source) {
        source = column.source;
        summary = statsOf(entry.benchmark, source);
      }
      const figure = column.stat === null ? undefined : statIn(summary, column.stat);
      this.#figures[start + place] = figure ?? Number.NaN;
      if (figure === undefined && !(column.stat === null && this.#addLabel(entry, row, place))) continue;
      this.#filled[place] = true;
      isEmpty = false;
    }
    if (isEmpty) return false;
    this.#entries.push(entry);
    this.#marked.push(mayHaveMarks(entry));
    return true;
  }

  #addLabel(entry: Entry, row: number, place: number): boolean {
    const label = entry.dims.get(this.#asked[place]?.dim ?? '');
    const labels = this.#labels.get(place) ?? [];
    this.#labels.set(place, labels);
    labels[row] = label;
    return label !== undefined;
  }
}

// PERF: a name that is known where it is read is found at once.
function statIn(summary: Stats | undefined, stat: StatName): number | undefined {
  if (summary === undefined) return undefined;
  switch (stat) {
    case 'min':
      return summary.min;
    case 'max':
      return summary.max;
    case 'mean':
      return summary.mean;
    case 'median':
      return summary.median;
    case 'stddev':
      return summary.stddev;
    case 'trend':
      return summary.trend;
  }
}
