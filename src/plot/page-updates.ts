// What changes in a drawn figure with the reader's theme, window and zoom: updates as plotly's relayout takes them.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page.
import type { AxisKind } from './axes.js';
import type { gridDomains, nameTicks, valueTicks } from './page-layout.js';
import type { Theme } from './theme.js';

export type Update = Record<string, unknown>;

/** What the views leave for the page in `layout.meta`. */
export interface PageMeta {
  readonly arrange: 'grid' | 'stack';
  readonly panels: readonly { readonly suffix: string }[];
  readonly axes: Readonly<Record<string, AxisKind>>;
}

/** What the page reads of an axis once it is drawn. */
export interface DrawnAxis {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly _length: number;
}

/** The colours of a theme, on every axis and control that the layout has. */
export function themeUpdate(layout: Update, theme: Theme): Update {
  const update: Update = {
    paper_bgcolor: theme.paper,
    plot_bgcolor: theme.paper,
    'font.color': theme.text,
    'title.subtitle.font.color': theme.muted,
    'hoverlabel.bgcolor': theme.hover,
    'hoverlabel.bordercolor': theme.grid,
    'hoverlabel.font.color': theme.text,
    'modebar.color': theme.muted,
    'modebar.activecolor': theme.text,
    'modebar.bgcolor': 'rgba(0,0,0,0)',
  };
  for (const { suffix } of (layout.meta as PageMeta).panels) {
    for (const axis of [`xaxis${suffix}`, `yaxis${suffix}`]) {
      update[`${axis}.gridcolor`] = theme.grid;
      update[`${axis}.zerolinecolor`] = theme.muted;
      update[`${axis}.linecolor`] = theme.grid;
    }
  }
  if (layout.coloraxis !== undefined) update['coloraxis.colorscale'] = theme.diverging;
  if (layout.updatemenus !== undefined) {
    update['updatemenus[0].bgcolor'] = theme.hover;
    update['updatemenus[0].bordercolor'] = theme.grid;
    update['sliders[0].bgcolor'] = theme.hover;
    update['sliders[0].bordercolor'] = theme.grid;
    update['sliders[0].activebgcolor'] = theme.muted;
  }
  return update;
}

/** Sizes, places and the cut of the titles for a window of `width` pixels. */
export function placeUpdate(
  layout: Update,
  isMap: boolean,
  width: number,
  domainsOf: typeof gridDomains,
): Update {
  const title = layout.title as { text: string; subtitle: { text: string } };
  const isNarrow = width < 640;
  const lines = titleLines(title.text, width);
  const more = (lines.length - 1) * (isNarrow ? 20 : 26);
  const top = (layout.margin as { t: number }).t + more;
  const update: Update = {
    'font.size': isNarrow ? 11 : 13,
    'title.font.size': isNarrow ? 15 : 20,
    'title.text': lines.join('<br>'),
    'title.subtitle.text': cutEscaped(title.subtitle.text, Math.floor(width / (isNarrow ? 6.6 : 7))),
    'margin.l': isNarrow ? 16 : 64,
    'margin.r': isNarrow ? 14 : 28,
    'margin.t': top,
    height: Number(layout.height) + more,
  };
  // Cells carry their number: a narrow window has no room for the scale beside them.
  if (isMap) update['coloraxis.showscale'] = !isNarrow;
  else if (layout.coloraxis !== undefined) {
    update['coloraxis.colorbar.orientation'] = isNarrow ? 'h' : 'v';
    update['coloraxis.colorbar.y'] = isNarrow ? 1.02 : 0.5;
    update['coloraxis.colorbar.yanchor'] = isNarrow ? 'bottom' : 'middle';
    update['margin.t'] = isNarrow ? top + 48 : top;
  }
  const { arrange } = layout.meta as PageMeta;
  return arrange === 'grid' ? { ...update, ...gridUpdate(layout, width, more, domainsOf) } : update;
}

/** Its letters; an escape is one. */
export function lettersOf(escaped: string): string[] {
  return escaped.match(/&(?:amp|lt|gt|#3[67]);|[\s\S]/gu) ?? [];
}

export function cutEscaped(escaped: string, most: number): string {
  const letters = lettersOf(escaped);
  return letters.length <= most ? escaped : `${letters.slice(0, Math.max(1, most - 1)).join('')}…`;
}

/** A title names runs: it is continued on the next line, never cut. */
export function titleLines(text: string, width: number): string[] {
  const perLine = Math.max(8, Math.floor((width - 32) / (width < 640 ? 8 : 10.5)));
  const parts = lettersOf(text).length <= perLine ? [text] : text.split(/ (?=→ )/);
  return parts.flatMap((part) => {
    const broken: string[] = [];
    let rest = lettersOf(part);
    while (rest.length > perLine) {
      const blank = rest.lastIndexOf(' ', perLine);
      const end = blank > perLine / 2 ? blank + 1 : perLine;
      broken.push(rest.slice(0, end).join(''));
      rest = rest.slice(end);
    }
    return [...broken, rest.join('')];
  });
}

/** Where the panels of a grid, its legend and its controls stand; the title takes `more` pixels than one line. */
export function gridUpdate(
  layout: Update,
  width: number,
  more: number,
  domainsOf: typeof gridDomains,
): Update {
  const { panels } = layout.meta as PageMeta;
  const count = panels.length;
  const isNarrow = width < 640;
  const widest = width < 1100 ? 2 : 3;
  const columns = isNarrow || count === 1 ? 1 : count === 3 || count > 4 ? widest : 2;
  const rows = Math.ceil(count / columns);
  const controls = layout.updatemenus === undefined ? 0 : 110;
  const alone = isNarrow ? Math.min(Number(layout.height), 440 + controls) : Number(layout.height);
  const height = count === 1 ? alone : 190 + controls + rows * 300;
  const inner = Math.max(100, height - 190 - controls);
  const gapY = rows === 1 ? 0 : Math.min(0.6 / rows, 92 / inner);
  const domains = domainsOf(count, columns, columns === 1 ? 0 : Math.min(0.2, 100 / width), gapY);
  const update: Update = {};
  for (const [index, { suffix }] of panels.entries()) {
    update[`xaxis${suffix}.domain`] = domains[index]?.x;
    update[`yaxis${suffix}.domain`] = domains[index]?.y;
  }
  update.height = height + more;
  update['legend.y'] = -62 / inner;
  if (controls > 0) {
    update['sliders[0].y'] = -60 / inner;
    update['updatemenus[0].y'] = -60 / inner;
    update['sliders[0].x'] = isNarrow ? 0.24 : 0.12;
    update['sliders[0].len'] = isNarrow ? 0.76 : 0.88;
  }
  return update;
}

/** Ticks for the part of each axis that is shown, as many as its pixels hold. The layout has all names. */
export function tickUpdate(
  layout: Update,
  axes: Readonly<Record<string, DrawnAxis | undefined>>,
  width: number,
  ticksOf: typeof valueTicks,
  namesOf: typeof nameTicks,
): Update {
  const update: Update = {};
  for (const [name, kind] of Object.entries((layout.meta as PageMeta).axes)) {
    const axis = axes[name];
    if (axis === undefined) continue;
    const isX = name.startsWith('x');
    const letters =
      kind === 'ids'
        ? Math.min(72, Math.max(12, Math.floor((width * 0.36) / 6.4)))
        : Math.max(6, Math.min(28, Math.floor(width / 26)));
    let made: { values: number[]; texts: string[] };
    if (typeof kind === 'string') {
      const { ticktext } = layout[name] as { ticktext: readonly string[] };
      made = namesOf(ticktext, axis.range, axis._length, kind === 'ids' ? 14 : 18, letters);
    } else {
      const isLog = axis.type === 'log';
      const [low, high] = isLog ? [10 ** axis.range[0], 10 ** axis.range[1]] : axis.range;
      const most = Math.max(2, Math.floor(axis._length / (isX ? 76 : 40)));
      made = ticksOf(low, high, isLog, most, kind.unit, kind.sign);
    }
    update[`${name}.tickmode`] = 'array';
    update[`${name}.tickvals`] = made.values;
    update[`${name}.ticktext`] = made.texts;
  }
  return update;
}

/** The names of the traces, cut so that each stands in the window, and told apart by what is left. */
export function legendUpdate(data: readonly Update[], width: number, namesOf: typeof nameTicks): Update {
  const names = data.map(({ name }) => String(name ?? ''));
  const most = Math.max(12, Math.floor((width - 170) / 7));
  const kept = [...new Set(names)];
  const { texts } = namesOf(kept, [0, kept.length - 1], Number.MAX_VALUE, 1, most);
  return { name: names.map((name) => texts[kept.indexOf(name)] ?? name) };
}

/** How much higher than planned the picture is, so that its legend takes nothing from the panels. */
export function legendHeight(legend: { readonly _height?: number } | undefined): number {
  const planned = 30;
  return Math.max(0, Math.ceil(legend?._height ?? 0) - planned);
}

/** No names yet: which of them are shown depends on how long the axis is drawn. PERF: thousands need not be drawn first. */
export function noNames(layout: Update): Update {
  const lists = Object.entries((layout.meta as PageMeta).axes).filter(([, kind]) => typeof kind === 'string');
  return Object.fromEntries(lists.map(([name]) => [`${name}.tickvals`, []]));
}

/** A copy of the layout with the updates in it; paths are `a.b` and `a[0].b`. */
export function withUpdates(layout: Update, update: Update): Update {
  const copy = JSON.parse(JSON.stringify(layout)) as Update;
  for (const [path, value] of Object.entries(update)) {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
    const last = keys.pop();
    let holder = copy;
    for (const key of keys) {
      if (typeof holder[key] !== 'object' || holder[key] === null) holder[key] = {};
      holder = holder[key] as Update;
    }
    if (last !== undefined) holder[last] = value;
  }
  return copy;
}
