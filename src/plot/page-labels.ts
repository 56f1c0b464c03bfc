// Labels beside the points of a static picture, which has no pointer to ask with.
// INVARIANT: every function here stands alone, without outer names: its source text is put into the page.

/** Left, top, right, bottom. */
type Box = readonly [number, number, number, number];

/** A point in pixels, how wide its label is, and the panel that it stands in. */
export interface LabelPoint {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly panel: Box;
}

/** Where each label stands, in plotly's words: where it covers least of other labels and points, within its panel. */
export function labelPlaces(points: readonly LabelPoint[]): string[] {
  const [away, tall, mark] = [7, 15, 6];
  const places = [
    ['top center', -0.5, -away - tall],
    ['bottom center', -0.5, away],
    ['middle right', 0, -tall / 2],
    ['middle left', -1, -tall / 2],
    ['top right', 0, -away - tall],
    ['top left', -1, -away - tall],
    ['bottom right', 0, away],
    ['bottom left', -1, away],
  ] as const;
  const taken = points.map(({ x, y }) => [x - mark, y - mark, x + mark, y + mark] as const);
  const overlap = (a: Box, b: Box) => {
    const side = (at: 0 | 1) => Math.min(a[at + 2] as number, b[at + 2] as number) - Math.max(a[at], b[at]);
    return Math.max(0, side(0)) * Math.max(0, side(1));
  };
  return points.map((point) => {
    const boxes = places.map(([place, left, top]) => {
      const from = point.x + left * point.width + (left === 0 ? away : left === -1 ? -away : 0);
      const box = [from, point.y + top, from + point.width, point.y + top + tall] as const;
      const inside = overlap(box, point.panel);
      const outside = point.width * tall - inside;
      const cost = taken.reduce((sum, other) => sum + 3 * overlap(box, other), outside);
      return { place, box, cost };
    });
    const best = boxes.reduce((least, each) => (each.cost < least.cost ? each : least));
    taken.push(best.box);
    return best.place;
  });
}

interface DrawnPlace {
  readonly _offset: number;
  readonly _length: number;
  d2p(value: number): number;
}

/** Labels for the points of a picture with few of them: the texts that its traces carry. For plotly's restyle. */
export function pointLabels(
  data: readonly Record<string, unknown>[],
  drawn: Readonly<Record<string, DrawnPlace | undefined>>,
  placesOf: typeof labelPlaces,
): Record<string, unknown> {
  const most = 20;
  const perLetter = 6.4;
  const points = data.flatMap((trace) => {
    if (trace.type !== 'scatter') return [];
    const texts = (trace.text ?? []) as readonly string[];
    const [x, y] = (['x', 'y'] as const).map(
      (letter) => drawn[`${letter}axis${String(trace[`${letter}axis`]).slice(1)}`],
    );
    if (x === undefined || y === undefined) return [];
    const [left, top] = [x._offset, y._offset];
    const panel: Box = [left, top, left + x._length, top + y._length];
    const [xs, ys] = [trace.x as readonly number[], trace.y as readonly number[]];
    return texts.map((text, index) => {
      const letters = text.replaceAll(/&#?\w+;/g, '.').length;
      const at = { x: left + x.d2p(xs[index] ?? 0), y: top + y.d2p(ys[index] ?? 0) };
      return { trace, ...at, width: letters * perLetter, panel };
    });
  });
  if (points.length === 0 || points.length > most) return {};
  const places = placesOf(points);
  return {
    mode: data.map(({ mode, type }) => (type === 'scatter' ? `${String(mode)}+text` : mode)),
    cliponaxis: false,
    'textfont.size': 11,
    textposition: data.map((trace) => places.filter((_, index) => points[index]?.trace === trace)),
  };
}
