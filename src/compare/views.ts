// The two views of a comparison as data: the multiplier table and the diff against the first series. Pure.
import type { Scalar } from '../runfile/dims.js';
import { type ComparedColumn, metricTitle } from './columns.js';
import type { Cell, Column, Delta, DiffGroup, DiffRow, Rank, TableGroup, TableRow } from './document.js';
import type { Group } from './groups.js';
import {
  absentText,
  cellText,
  changePercent,
  changeText,
  columnUnit,
  labelText,
  multiplierText,
  singleText,
} from './numbers.js';
import type { Series } from './series.js';
import { holdsGarbage, type Values } from './values.js';

/** One row per id and series that has any cell. */
export function tableGroup({ title, ids }: Group, values: Values, series: readonly Series[]): TableGroup {
  const places = ids.flatMap((id) =>
    series.flatMap((_, place) =>
      values.columns.some((_column, column) => values.at(id, column, place) !== undefined)
        ? [{ id, place }]
        : [],
    ),
  );
  const scales = values.columns.map((column, index) =>
    scaleOf(
      column,
      places.map(({ id, place }) => values.at(id, index, place)),
    ),
  );
  const rows = places.map(
    ({ id, place }): TableRow => ({
      id,
      series: series[place]?.label ?? '',
      cells: scales.map((scale, index) => {
        const value = values.at(id, index, place);
        if (value === undefined) return null;
        const cell = cellOf(value, scale, series.length > 1);
        return holdsGarbage(values.entryIn(id, place), scale.column) ? { ...cell, approximate: true } : cell;
      }),
    }),
  );
  return { title, columns: scales.map(columnOf), rows };
}

/** One row per id and metric: the first series' value, then each later one's change. */
export function diffGroup({ title, ids }: Group, values: Values, series: readonly Series[]): DiffGroup {
  const oneStat = new Set(values.columns.flatMap(({ stat }) => stat ?? [])).size <= 1;
  const rows = ids.flatMap((id) =>
    values.columns.map((column, index): DiffRow => {
      const base = values.at(id, index, 0);
      const approximate = holdsGarbage(values.entryIn(id, 0), column) ? { approximate: true } : {};
      return {
        id,
        metric:
          oneStat || column.stat === null ? metricTitle(column) : `${metricTitle(column)} ${column.stat}`,
        base:
          base === undefined
            ? { value: null, text: absentText }
            : { value: base, text: baseText(base, column), ...approximate },
        deltas: series.slice(1).map((_, later) => deltaOf(base, values.at(id, index, later + 1))),
      };
    }),
  );
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

function scaleOf(column: ComparedColumn, cells: readonly (Scalar | undefined)[]): Scale {
  let best = Number.POSITIVE_INFINITY;
  let worst = Number.NEGATIVE_INFINITY;
  const numbers: number[] = [];
  for (const value of cells) {
    if (typeof value !== 'number') continue;
    numbers.push(value);
    if (value < best) best = value;
    if (value > worst) worst = value;
  }
  return { column, ...columnUnit(column.unit, numbers), best, worst };
}

function columnOf({ column: { metric, stat }, unit, factor }: Scale): Column {
  return { metric, stat, unit, factor };
}

function cellOf(value: Scalar, { column, factor, best, worst }: Scale, compares: boolean): Cell {
  if (column.stat === null || typeof value !== 'number') {
    return { value, text: labelText(value), multiplier: null, rank: null };
  }
  const text = cellText(value, column.unit, factor);
  if (!compares) return { value, text, multiplier: null, rank: null };
  return { value, text, multiplier: multiplierText(value, best), rank: rankOf(value, best, worst) };
}

function rankOf(value: number, best: number, worst: number): Rank {
  if (value === best) return 'green';
  return value === worst ? 'red' : null;
}

function baseText(value: Scalar, column: ComparedColumn): string {
  return column.stat === null || typeof value !== 'number'
    ? labelText(value)
    : singleText(value, column.unit);
}

function deltaOf(base: Scalar | undefined, head: Scalar | undefined): Delta {
  const pct = typeof base === 'number' && typeof head === 'number' ? changePercent(base, head) : undefined;
  if (pct === undefined) return { pct: null, text: absentText, rank: null };
  return { pct, text: changeText(pct), rank: pct === 0 ? null : pct > 0 ? 'red' : 'green' };
}
