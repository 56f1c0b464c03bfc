// Ticks and panel places that depend on the window: computed once for the figure and again in the page.
// INVARIANT: the functions here use no imports and no outer names but each other: their source texts are put into the page.

export interface Ticks {
  values: number[];
  texts: string[];
}

/** What the numbers of an axis are: it decides which of them are round, and how they read. */
export type AxisUnit = 'B' | 's' | 'count' | 'number' | 'ratio' | 'percent';

/** About `most` round ticks between `low` and `high` (any order, any sign on a linear axis). */
export function valueTicks(
  low: number,
  high: number,
  isLog: boolean,
  most: number,
  unit: AxisUnit,
  sign = '',
): Ticks {
  const from = Math.min(low, high);
  const to = Math.max(low, high);
  // Within one power no power stands: linear steps say more.
  const powers = isLog && from > 0 ? powerTicks(from, to, most, unit === 'B' ? 2 : 10) : undefined;
  const values = powers ?? evenTicks(from, to, most, unit);
  return { values, texts: values.map((value) => `${value > 0 ? sign : ''}${tickText(value, unit)}`) };
}

/** How a number of an axis reads. */
export function tickText(value: number, unit: AxisUnit): string {
  const short = (base: number, names: readonly string[], first: number) => {
    const magnitude = Math.abs(value) || 1;
    // WHY: there is a factor, because 999.99… of a unit is one of the next, and Math.log is not exact at powers of ten.
    const power = Math.floor(Math.log(magnitude * 1.000_001) / Math.log(base));
    const at = Math.min(names.length - 1, Math.max(0, power + first));
    return `${Number((value / base ** (at - first)).toPrecision(4))}${names[at]}`;
  };
  if (unit === 'B') return short(1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB'], 0);
  if (unit === 's') return short(1000, [' ns', ' µs', ' ms', ' s'], 3);
  if (unit === 'count') return short(1000, ['', 'k', 'M', 'G', 'T'], 0);
  const end = unit === 'ratio' ? '×' : unit === 'percent' ? '%' : '';
  const isLarge = Math.abs(value) >= 10_000;
  return `${isLarge ? short(1000, ['', 'k', 'M', 'G', 'T'], 0) : Number(value.toPrecision(4))}${end}`;
}

/** Ticks at powers of the base, and at round multiples of powers of ten; undefined if fewer than two fit. */
export function powerTicks(from: number, to: number, most: number, base: 2 | 10): number[] | undefined {
  const first = Math.floor(Math.log(from) / Math.log(base)) - 1;
  const last = Math.ceil(Math.log(to) / Math.log(base)) + 1;
  const ticksAt = (multiples: readonly number[], step: number) => {
    const inside: number[] = [];
    for (let power = Math.ceil(first / step) * step; power <= last; power += step) {
      for (const multiple of multiples) {
        const value = multiple * base ** power;
        if (value >= from * 0.999 && value <= to * 1.001) inside.push(value);
      }
    }
    return inside.length >= 2 && inside.length <= most ? inside : undefined;
  };
  const dense = [
    [1, 2, 3, 5],
    [1, 2, 5],
    [1, 3],
  ];
  for (const multiples of base === 10 ? dense : []) {
    const ticks = ticksAt(multiples, 1);
    if (ticks !== undefined) return ticks;
  }
  for (let step = 1; step <= last - first; step += 1) {
    const ticks = ticksAt([1], step);
    if (ticks !== undefined) return ticks;
  }
  return undefined;
}

/** Ticks at equal, round steps. */
export function evenTicks(from: number, to: number, most: number, unit: AxisUnit): number[] {
  const span = to - from || Math.abs(to) || 1;
  const largest = Math.max(Math.abs(from), Math.abs(to));
  const scale = unit === 'B' ? 1024 ** Math.max(0, Math.floor(Math.log2(largest || 1) / 10)) : 1;
  const rough = span / most / scale;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const least = (unit === 'B' && scale === 1) || unit === 'count' ? 1 : 0;
  const steps = [0.5, 1, 2, 5, 10].map((multiple) => Math.max(multiple * ten, least) * scale);
  const found = steps.findIndex((each, at) => at > 0 && each >= rough * scale * 0.999_999);
  const rounds = found === -1 ? steps.slice(-2) : steps.slice(found - 1, found + 1);
  // One tick alone says nothing about a range: the next smaller step has two in it.
  const [smaller = 1, larger = 1] = rounds;
  const step = Math.floor(to / larger) - Math.ceil(from / larger) >= 1 ? larger : smaller;
  const ticks: number[] = [];
  for (let index = Math.floor(from / step); index <= Math.ceil(to / step) && ticks.length < 60; index += 1) {
    ticks.push(index * step);
  }
  return ticks;
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
    // WHY: it is cut between entities, because half of an escape would show as itself.
    const characters = escaped.match(/&(?:amp|lt|gt|#3[67]);|[\s\S]/gu) ?? [];
    if (characters.length <= most) return escaped;
    const head = Math.ceil((most - 1) / 2);
    return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (most - 1 - head)).join('')}`;
  };
  const values: number[] = [];
  for (let index = from; index <= to; index += 1) if (index % every === 0) values.push(index);
  const cuts = values.map((index) => cut(names[index] ?? ''));
  // Names that are cut alike keep their number.
  const seen = new Map<string, number>();
  const texts = cuts.map((text) => {
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return times > 1 ? `${text} (${times})` : text;
  });
  return { values, texts };
}
