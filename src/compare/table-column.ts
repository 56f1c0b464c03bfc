// One column of a table: its units, and what each of its cells shows, made when somebody asks. Pure.
// PERF: a comparison may have hundreds of thousands of cells, and a table for people shows other texts of them than a document.
import type { Scalar } from '../runfile/dims.js';
import { defined } from '../shapes.js';
import { type CellScale, cellScale, cellText } from '../text/cells.js';
import { absentText } from '../text/numbers.js';
import type { ComparedColumn } from './columns.js';
import type { Cell, Column, Rank } from './document.js';
import { type Marks, markedText } from './marks.js';
import { documentCell, documentScale, labelText, multiplierText } from './numbers.js';
import type { Values } from './values.js';

/** A figure with one unit for the column. */
export type TextOfFigure = (value: number, factor: number) => string;

/** A cell is known by its row's place in the rows given. */
export class TableColumn {
  /** The unit in which people read it. */
  readonly shown: CellScale;
  readonly #source: ComparedColumn;
  readonly #column: number;
  readonly #rows: readonly number[];
  readonly #values: Values;
  readonly #smallest: number;
  #best = Number.POSITIVE_INFINITY;
  #worst = Number.NEGATIVE_INFINITY;

  constructor(values: Values, column: number, rows: readonly number[]) {
    this.#source = values.columns[column] as ComparedColumn;
    this.#column = column;
    this.#rows = rows;
    this.#values = values;
    let smallest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < rows.length; index += 1) {
      const figure = values.figureAt(rows[index] as number, column);
      if (figure < this.#best) this.#best = figure;
      if (figure > this.#worst) this.#worst = figure;
      if (figure > 0 && figure < smallest) smallest = figure;
    }
    this.#smallest = smallest;
    this.shown = cellScale(this.#source.unit, smallest);
  }

  get metric(): string {
    return this.#source.metric;
  }

  /** Null for a label. */
  get stat(): string | null {
    return this.#source.stat;
  }

  /** As documents have it. */
  heading(): Column {
    const { unit, factor } = documentScale(this.#source.unit, this.#smallest);
    return { metric: this.metric, stat: this.stat, unit, factor };
  }

  /** As documents have it; null if it was not measured. */
  cellAt(index: number): Cell | null {
    const value = this.#valueAt(index);
    if (value === undefined) return null;
    const marks = this.#marksAt(index, value);
    return {
      value,
      text: this.#documentText(value),
      multiplier: this.multiplierAt(index),
      rank: this.rankAt(index),
      ...defined({ marks }),
    };
  }

  /** `~83.12`, or `—`: what people read, without the multiplier. */
  textAt(index: number, textOfTime: TextOfFigure = timeText): string {
    const figure = this.#figureAt(index);
    if (Number.isNaN(figure)) {
      const label = this.#valueAt(index);
      return label === undefined ? absentText : labelText(label);
    }
    const { unit } = this.#source;
    const { factor } = this.shown;
    const text = unit === 's' ? textOfTime(figure, factor) : cellText(figure, unit, factor);
    const marks = this.#marksAt(index, figure);
    return marks === undefined ? text : markedText(text, marks);
  }

  /** Against the column's best, if there are several series. */
  multiplierAt(index: number): string | null {
    const figure = this.#figureAt(index);
    return Number.isNaN(figure) || !this.#values.compares ? null : multiplierText(figure, this.#best);
  }

  rankAt(index: number): Rank {
    if (!this.#values.compares) return null;
    const figure = this.#figureAt(index);
    if (figure === this.#best) return 'green';
    return figure === this.#worst ? 'red' : null;
  }

  #figureAt(index: number): number {
    return this.#values.figureAt(this.#rows[index] as number, this.#column);
  }

  #valueAt(index: number): Scalar | undefined {
    return this.#values.at(this.#rows[index] as number, this.#column);
  }

  #marksAt(index: number, value: Scalar): Marks | undefined {
    return this.#values.marksAt(this.#rows[index] as number, this.#column, value);
  }

  #documentText(value: Scalar): string {
    const { stat, unit } = this.#source;
    return stat === null || typeof value !== 'number'
      ? labelText(value)
      : documentCell(value, unit, this.shown.factor);
  }
}

function timeText(value: number, factor: number): string {
  return cellText(value, 's', factor);
}
