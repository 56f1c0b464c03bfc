// A series as a small line, drawn as SVG. Pure.

import type { BoardSeries } from './board.js';
import { type Html, html } from './html.js';

const width = 160;
const height = 30;
const pad = 3;
/** PERF: a line of 160 pixels shows no more columns than these, each as the range of the runs that it stands for. */
const mostColumns = 40;

/** `runs` is how many there are. Steps are marked; those that are not certain are hollow. */
export function sparkLine({ points, steps }: Pick<BoardSeries, 'points' | 'steps'>, runs: number): Html {
  const marks = new Map(steps.map((step) => [step.run, markClass(step)]));
  const values = points.map(({ headline }) => headline);
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const x = (run: number) => (runs < 2 ? width / 2 : pad + (run / (runs - 1)) * (width - 2 * pad)).toFixed(1);
  const y = (value: number) =>
    (high === low ? height / 2 : height - pad - ((value - low) / (high - low)) * (height - 2 * pad)).toFixed(
      1,
    );
  const line = thinned(points, marks)
    .map(({ run, headline }, at) => `${at === 0 ? 'M' : 'L'}${x(run)} ${y(headline)}`)
    .join('');
  const dots = points
    .filter(({ run }, at) => marks.has(run) || at === points.length - 1)
    .map(
      ({ run, headline }) =>
        html`<circle class="${marks.get(run) ?? 'last'}" cx="${x(run)}" cy="${y(headline)}" r="2.5"/>`,
    );
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true"><path d="${line}"/>${dots}</svg>`;
}

function markClass({ before, after, isCertain }: BoardSeries['steps'][number]): string {
  return `${after > before ? 'worse' : 'better'}${isCertain ? '' : ' hollow'}`;
}

// INVARIANT: a marked run is always on the line, and so are the least and the greatest of what a column stands for.
function thinned(points: BoardSeries['points'], marks: ReadonlyMap<number, string>): BoardSeries['points'] {
  if (points.length <= 2 * mostColumns) return points;
  const size = Math.ceil(points.length / mostColumns);
  const kept: BoardSeries['points'][number][] = [];
  for (let start = 0; start < points.length; start += size) {
    const column = points.slice(start, start + size);
    const order = [...column].sort((a, b) => a.headline - b.headline);
    const ends = new Set([order[0], order.at(-1)]);
    if (start + size >= points.length) ends.add(column.at(-1));
    kept.push(...column.filter((point) => ends.has(point) || marks.has(point.run)));
  }
  return kept;
}
