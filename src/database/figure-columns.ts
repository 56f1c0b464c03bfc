// Columns of figures while the values of a run come in, in whatever order the server has them. Pure.
import type { FigureCell, FigureColumn } from '../runfile/figures.js';

/** How the values of a column were measured. */
export type Way = Omit<FigureColumn, 'rows' | 'cells'>;

export interface OpenColumn extends Way {
  rows: number[];
  cells: FigureCell[];
}

/** Puts a value to the column of a way, which it answers. */
export function put(
  columns: Map<string, OpenColumn[]>,
  field: string,
  { environment, passes, resolution, isPreloaded }: Way,
  row: number,
  cell: FigureCell,
): OpenColumn {
  const own = columns.get(field);
  const known = own?.find(
    (one) =>
      one.environment === environment &&
      one.passes === passes &&
      one.resolution === resolution &&
      one.isPreloaded === isPreloaded,
  );
  if (known !== undefined) {
    known.rows.push(row);
    known.cells.push(cell);
    return known;
  }
  const column = { environment, passes, resolution, isPreloaded, rows: [row], cells: [cell] };
  if (own === undefined) columns.set(field, [column]);
  else own.push(column);
  return column;
}

/** Puts columns in the order of their rows. PERF: most runs have the rows of the run before, and then the same list of them. */
export class SharedRows {
  #last: number[] = [];

  close(column: OpenColumn): void {
    const { rows, cells } = column;
    if (!rows.every((row, at) => at === 0 || row > (rows[at - 1] as number))) {
      const order = [...rows.keys()].sort((one, other) => (rows[one] as number) - (rows[other] as number));
      column.rows = order.map((at) => rows[at] as number);
      column.cells = order.map((at) => cells[at] as FigureCell);
    }
    const last = this.#last;
    if (last.length === column.rows.length && column.rows.every((row, at) => row === last[at]))
      column.rows = last;
    this.#last = column.rows;
  }
}
