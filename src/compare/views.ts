// The two views of a comparison as data: the multiplier table and the diff against the first series. Pure.
import type { Scalar } from '../runfile/dims.js';
import { defined } from '../shapes.js';
import { absentText, changeText } from '../text/numbers.js';
import { type ComparedColumn, metricTitle } from './columns.js';
import type { Cell, Column, Delta, DiffGroup, DiffRow, Rank, TableGroup, TableRow } from './document.js';
import type { Group } from './groups.js';
import { type Marks, marksOf } from './marks.js';
import {
  changePercent,
  documentCell,
  documentScale,
  documentText,
  labelText,
  multiplierText,
} from './numbers.js';
import type { Series } from './series.js';
import type { Cells, Filled, Values } from './values.js';

/** Makes tables of groups: one row per id and series that has any cell. PERF: what is the same in all of them is made once. */
export function tablesOf(values: Values, series: readonly Series[]): (group: Group) => TableGroup {
  const labels = series.map(({ label }) => label);
  const compares = series.length > 1;
  const cellAt = (place: Place, scale: Scale, index: number): Cell | null => {
    const value = place.cells[index];
    if (value === undefined) return null;
    const cell = cellOf(value, scale, compares);
    const marks = marksOf(place.entry, scale.column, value);
    return marks === undefined ? cell : withMarks(cell, marks);
  };
  return ({ title, ids }) => {
    const places = placesOf(ids, values, labels);
    const scales = values.columns.map((column, index) => scaleOf(column, index, places));
    const rows = places.map(
      (place): TableRow => ({
        id: place.id,
        series: place.label,
        cells: scales.map((scale, index) => cellAt(place, scale, index)),
      }),
    );
    return { title, columns: scales.map(columnOf), rows };
  };
}

function placesOf(ids: readonly string[], values: Values, labels: readonly string[]): Place[] {
  const places: Place[] = [];
  for (const id of ids) {
    const row = values.rowOf(id);
    for (let place = 0; place < row.length; place += 1) {
      const filled = row[place];
      if (filled === undefined) continue;
      places.push({ id, label: labels[place] as string, entry: filled.entry, cells: filled.cells });
    }
  }
  return places;
}

interface Place extends Filled {
  readonly id: string;
  readonly label: string;
}

/** One row per id and metric: the first series' value, then each later one's change. */
export function diffGroup({ title, ids }: Group, values: Values): DiffGroup {
  const oneStat = new Set(values.columns.flatMap(({ stat }) => stat ?? [])).size <= 1;
  const rows = ids.flatMap((id) => {
    const [from, ...later] = values.rowOf(id);
    return values.columns.map((column, index): DiffRow => {
      const base = from?.cells[index];
      const marks = from === undefined || base === undefined ? undefined : marksOf(from.entry, column, base);
      return {
        id,
        metric:
          oneStat || column.stat === null ? metricTitle(column) : `${metricTitle(column)} ${column.stat}`,
        unit: column.unit,
        base:
          base === undefined
            ? { value: null, text: absentText }
            : { value: base, text: baseText(base, column), ...defined({ marks }) },
        deltas: later.map((each) => deltaOf(base, each?.cells[index])),
      };
    });
  });
  const columns = values.columns.map(({ metric, stat, unit }) => ({ metric, stat, unit, factor: 1 }));
  return { title, columns, rows };
}

interface Scale {
  readonly column: ComparedColumn;
  readonly unit: string;
  readonly factor: number;
  readonly best: number;
  readonly worst: number;
}

function scaleOf(column: ComparedColumn, index: number, rows: readonly { readonly cells: Cells }[]): Scale {
  let best = Number.POSITIVE_INFINITY;
  let worst = Number.NEGATIVE_INFINITY;
  let smallest = Number.POSITIVE_INFINITY;
  for (const { cells } of rows) {
    const value = cells[index];
    if (typeof value !== 'number') continue;
    if (value < best) best = value;
    if (value > worst) worst = value;
    if (value > 0 && value < smallest) smallest = value;
  }
  const { unit, factor } = documentScale(column.unit, smallest);
  return { column, unit, factor, best, worst };
}

function columnOf({ column: { metric, stat }, unit, factor }: Scale): Column {
  return { metric, stat, unit, factor };
}

function cellOf(value: Scalar, { column, factor, best, worst }: Scale, compares: boolean): Cell {
  if (column.stat === null || typeof value !== 'number') {
    return { value, text: labelText(value), multiplier: null, rank: null };
  }
  const multiplier = compares ? multiplierText(value, best) : null;
  const rank = compares ? rankOf(value, best, worst) : null;
  if (column.unit === 's') return new TimeCell(value, multiplier, rank);
  return { value, text: documentCell(value, column.unit, factor), multiplier, rank };
}

// PERF: tables for people show times in the unit of their column; what documents show is made when one asks.
class TimeCell implements Cell {
  constructor(
    readonly value: number,
    readonly multiplier: string | null,
    readonly rank: Rank,
  ) {}

  get text(): string {
    return documentCell(this.value, 's', 1);
  }
}

function withMarks({ value, text, multiplier, rank }: Cell, marks: Marks): Cell {
  return { value, text, multiplier, rank, marks };
}

function rankOf(value: number, best: number, worst: number): Rank {
  if (value === best) return 'green';
  return value === worst ? 'red' : null;
}

function baseText(value: Scalar, column: ComparedColumn): string {
  return column.stat === null || typeof value !== 'number'
    ? labelText(value)
    : documentText(value, column.unit);
}

function deltaOf(base: Scalar | undefined, head: Scalar | undefined): Delta {
  const pct = typeof base === 'number' && typeof head === 'number' ? changePercent(base, head) : undefined;
  if (pct === undefined || !Number.isFinite(pct)) return { pct: null, text: absentText, rank: null };
  return { pct, text: changeText(pct), rank: pct === 0 ? null : pct > 0 ? 'red' : 'green' };
}
