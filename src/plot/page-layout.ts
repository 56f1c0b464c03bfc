// Ticks and panel places that depend on the window: computed once for the figure and again in the page.
// INVARIANT: every function here stands alone, without imports or outer names: its source text is put into the page.

export interface Ticks {
  values: number[];
  texts: string[];
}

/** Ticks at round powers-of-two bytes between `low` and `high` (any order, any sign on a linear axis). */
export function byteTicks(low: number, high: number, isLog: boolean, most: number): Ticks {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const text = (bytes: number) => {
    const magnitude = Math.abs(bytes);
    const unit = Math.min(units.length - 1, magnitude < 1 ? 0 : Math.floor(Math.log2(magnitude) / 10));
    return `${Number((bytes / 1024 ** unit).toPrecision(4))} ${units[unit]}`;
  };
  const from = Math.min(low, high);
  const to = Math.max(low, high);
  const values: number[] = [];
  if (isLog && from > 0) {
    const first = Math.floor(Math.log2(from));
    const last = Math.ceil(Math.log2(to));
    const step = Math.max(1, Math.ceil((last - first) / most));
    for (let power = Math.floor(first / step) * step; power <= last; power += step) values.push(2 ** power);
    // A range within one doubling holds at most one power of two: linear steps say more.
    if (Math.log2(to / from) >= 2) return { values, texts: values.map(text) };
    values.length = 0;
  }
  const span = to - from || Math.abs(to) || 1;
  const rough = span / most;
  const scale = 1024 ** Math.floor(Math.log2(Math.max(1, Math.max(Math.abs(from), Math.abs(to)))) / 10);
  const unitStep = rough / scale;
  const ten = 10 ** Math.floor(Math.log10(unitStep));
  const round = [1, 2, 5, 10].find((multiple) => multiple * ten >= unitStep) ?? 10;
  const step = Math.max(round * ten * scale, scale === 1 ? 1 : 0);
  for (let index = Math.floor(from / step); index <= Math.ceil(to / step) && values.length < 50; index += 1) {
    values.push(index * step);
  }
  return { values, texts: values.map(text) };
}

/** Vertical places of panels below each other, the first on top; `gap` in units of weight. */
export function stackDomains(weights: readonly number[], gap: number): [number, number][] {
  const unit = weights.reduce((sum, weight) => sum + weight, 0) + gap * (weights.length - 1);
  let top = 1;
  return weights.map((weight) => {
    const bottom = Math.max(0, top - weight / unit);
    const place: [number, number] = [bottom, top];
    top = bottom - gap / unit;
    return place;
  });
}

/** Places of equal panels in rows of `columns`; gaps are fractions of the whole. */
export function gridDomains(
  count: number,
  columns: number,
  gapX: number,
  gapY: number,
): { x: [number, number]; y: [number, number] }[] {
  const rows = Math.ceil(count / columns);
  const width = (1 - gapX * (columns - 1)) / columns;
  const height = (1 - gapY * (rows - 1)) / rows;
  return Array.from({ length: count }, (_, index) => {
    const left = (index % columns) * (width + gapX);
    const bottom = 1 - Math.floor(index / columns) * (height + gapY) - height;
    return {
      x: [Math.max(0, left), Math.min(1, left + width)],
      y: [Math.max(0, bottom), Math.min(1, bottom + height)],
    };
  });
}

/** Which of `names` get a label, and how it is cut, where places are `pixels` long and `most` characters fit. */
export function nameTicks(
  names: readonly string[],
  range: readonly [number, number],
  pixels: number,
  spacing: number,
  most: number,
): { values: number[]; texts: string[] } {
  const from = Math.max(0, Math.ceil(Math.min(range[0], range[1])));
  const to = Math.min(names.length - 1, Math.floor(Math.max(range[0], range[1])));
  const shown = Math.abs(range[1] - range[0]) || 1;
  const every = Math.max(1, Math.ceil((shown * spacing) / Math.max(1, pixels)));
  const cut = (escaped: string) => {
    // WHY by entity: half of an escape would show as itself.
    const characters = escaped.match(/&(?:amp|lt|gt);|[\s\S]/gu) ?? [];
    if (characters.length <= most) return escaped;
    const head = Math.ceil((most - 1) / 2);
    return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
  };
  const values: number[] = [];
  for (let index = from; index <= to; index += 1) if (index % every === 0) values.push(index);
  return { values, texts: values.map((index) => cut(names[index] ?? '')) };
}
