// The two views of a comparison as data: the multiplier table and the diff against the first series. Pure.
import type { Scalar } from '../runfile/dims.js';
import { defined } from '../shapes.js';
import { absentText, changeText } from '../text/numbers.js';
import { type ComparedColumn, metricTitle } from './columns.js';
import type { Delta, DiffGroup, DiffRow, TableGroup, TableRow } from './document.js';
import type { Group } from './groups.js';
import { changePercent, documentText, labelText } from './numbers.js';
import type { Series } from './series.js';
import { TableColumn } from './table-column.js';
import { noRow, type Values } from './values.js';

/** One row per id and series that has any cell. */
export function tableGroup({ title, ids }: Group, values: Values, series: readonly Series[]): TableGroup {
  const rows: TableRow[] = [];
  const places: number[] = [];
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] as number;
    for (let each = 0; each < series.length; each += 1) {
      const place = values.rowAt(id, each);
      if (place === noRow) continue;
      rows.push({ id: values.ids[id] as string, series: (series[each] as Series).label });
      places.push(place);
    }
  }
  const columns: TableColumn[] = [];
  for (let column = 0; column < values.columns.length; column += 1) {
    columns.push(new TableColumn(values, column, places));
  }
  return { title, columns, rows };
}

/** One row per id and metric: the first series' value, then each later one's change. */
export function diffGroup({ title, ids }: Group, values: Values, { length }: readonly Series[]): DiffGroup {
  const oneStat = new Set(values.columns.flatMap(({ stat }) => stat ?? [])).size <= 1;
  const rows = ids.flatMap((id) => {
    const places = Array.from({ length }, (_, each) => values.rowAt(id, each));
    const [from = noRow, ...later] = places;
    return values.columns.map((column, index): DiffRow => {
      const base = values.at(from, index);
      const marks = base === undefined ? undefined : values.marksAt(from, index, base);
      return {
        id: values.ids[id] as string,
        metric:
          oneStat || column.stat === null ? metricTitle(column) : `${metricTitle(column)} ${column.stat}`,
        unit: column.unit,
        base:
          base === undefined
            ? { value: null, text: absentText }
            : { value: base, text: baseText(base, column), ...defined({ marks }) },
        deltas: later.map((place) => deltaOf(base, values.at(place, index))),
      };
    });
  });
  const columns = values.columns.map(({ metric, stat, unit }) => ({ metric, stat, unit, factor: 1 }));
  return { title, columns, rows };
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
