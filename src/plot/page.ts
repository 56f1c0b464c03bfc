// What runs in the finished page: draws the figure, fits it to the window, follows zoom and theme, makes an image.
// INVARIANT: `runPage` stands alone, its source text is put into the page; what it needs comes as arguments.
import type { byteTicks, gridDomains, nameTicks } from './page-layout.js';
import type { Theme } from './theme.js';

/** What the page is told beside the figure. */
export interface PageSetup {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly themes: { readonly light: Theme; readonly dark: Theme };
  /** Draw an image of this width, put it into the page as text, and nothing else. */
  readonly image?: { readonly format: 'png' | 'svg'; readonly width: number; readonly scale: number };
  /** What a downloaded image is called. */
  readonly fileName: string;
}

type Loose = Record<string, unknown>;

interface PageAxis {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly categoryarray?: readonly string[];
  readonly _length: number;
}

interface GraphElement {
  readonly _fullLayout: Readonly<Record<string, PageAxis | undefined>>;
  on(event: string, listener: () => void): void;
}

interface PlotlyApi {
  newPlot(element: unknown, figure: Loose): Promise<GraphElement>;
  relayout(element: GraphElement, update: Loose): Promise<unknown>;
  toImage(element: GraphElement, options: Loose): Promise<string>;
}

interface PageElement {
  textContent: string;
  id: string;
  readonly clientWidth: number;
  readonly style: { background: string; color: string; colorScheme: string };
  append(child: PageElement): void;
}

/** The little of a browser that the page uses. */
interface PageWindow {
  readonly Plotly: PlotlyApi;
  readonly document: {
    readonly body: PageElement;
    readonly documentElement: PageElement;
    getElementById(id: string): PageElement;
    createElement(name: string): PageElement;
  };
  matchMedia(query: string): {
    readonly matches: boolean;
    addEventListener(event: string, listener: () => void): void;
  };
  addEventListener(event: string, listener: () => void): void;
}

export interface PageLibrary {
  readonly byteTicks: typeof byteTicks;
  readonly nameTicks: typeof nameTicks;
  readonly gridDomains: typeof gridDomains;
}

interface PageMeta {
  readonly arrange: 'grid' | 'stack';
  readonly panels: readonly { readonly suffix: string }[];
  readonly axes: Readonly<Record<string, 'bytes' | 'ids' | 'runs'>>;
}

export async function runPage(
  setup: PageSetup,
  figure: { readonly data: readonly Loose[]; readonly layout: Loose; readonly frames?: readonly Loose[] },
  library: PageLibrary,
  window: PageWindow,
): Promise<void> {
  const { document, Plotly } = window;
  const meta = figure.layout.meta as PageMeta;
  const given = figure.layout;
  const givenTitle = given.title as { text: string; subtitle: { text: string } };
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
  const isMap = figure.data.some(({ type }) => type === 'heatmap');

  const cut = (escaped: string, most: number) => {
    const characters = escaped.match(/&(?:amp|lt|gt);|[\s\S]/gu) ?? [];
    return characters.length <= most ? escaped : `${characters.slice(0, Math.max(1, most - 1)).join('')}…`;
  };

  const colors = (): Loose => {
    const isDark = setup.theme === 'dark' || (setup.theme === 'auto' && prefersDark.matches);
    const theme = isDark ? setup.themes.dark : setup.themes.light;
    const root = document.documentElement.style;
    root.background = theme.paper;
    root.color = theme.text;
    root.colorScheme = isDark ? 'dark' : 'light';
    const update: Loose = {
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
    for (const { suffix } of meta.panels) {
      for (const axis of [`xaxis${suffix}`, `yaxis${suffix}`]) {
        update[`${axis}.gridcolor`] = theme.grid;
        update[`${axis}.zerolinecolor`] = theme.muted;
        update[`${axis}.linecolor`] = theme.grid;
      }
    }
    if (given.coloraxis !== undefined) update['coloraxis.colorscale'] = theme.diverging;
    if (given.updatemenus !== undefined) {
      update['updatemenus[0].bgcolor'] = theme.hover;
      update['sliders[0].bgcolor'] = theme.hover;
      update['sliders[0].bordercolor'] = theme.grid;
    }
    return update;
  };

  const places = (width: number): Loose => {
    const isNarrow = width < 640;
    const update: Loose = {
      'font.size': isNarrow ? 11 : 13,
      'title.font.size': isNarrow ? 15 : 20,
      'title.text': cut(givenTitle.text, Math.floor(width / (isNarrow ? 9 : 11))),
      'title.subtitle.text': cut(givenTitle.subtitle.text, Math.floor(width / (isNarrow ? 6.2 : 7))),
      'margin.l': isNarrow ? 16 : 64,
      'margin.r': isNarrow ? 12 : 28,
    };
    if (given.coloraxis !== undefined) {
      // Cells carry their number: a narrow window has no room for the scale beside them.
      if (isMap) update['coloraxis.showscale'] = !isNarrow;
      else {
        update['coloraxis.colorbar.orientation'] = isNarrow ? 'h' : 'v';
        update['coloraxis.colorbar.y'] = isNarrow ? 1.01 : 0.5;
        update['coloraxis.colorbar.yanchor'] = isNarrow ? 'bottom' : 'middle';
      }
    }
    if (meta.arrange !== 'grid') return update;
    const count = meta.panels.length;
    const columns = isNarrow ? 1 : count === 1 ? 1 : count === 3 || count > 4 ? (width < 1100 ? 2 : 3) : 2;
    const rows = Math.ceil(count / columns);
    const panelHeight =
      count === 1 ? Number(given.height) : Number(given.updatemenus === undefined ? 150 : 260) + rows * 300;
    const height = isNarrow && count === 1 ? Math.min(Number(given.height), 460) : panelHeight;
    update.height = height;
    const inner = Math.max(100, height - 150);
    const domains = library.gridDomains(
      count,
      columns,
      columns === 1 ? 0 : Math.min(0.2, 90 / width),
      rows === 1 ? 0 : Math.min(0.6 / rows, 84 / inner),
    );
    for (const [index, { suffix }] of meta.panels.entries()) {
      update[`xaxis${suffix}.domain`] = domains[index]?.x;
      update[`yaxis${suffix}.domain`] = domains[index]?.y;
    }
    if (given.legend !== undefined) update['legend.y'] = -64 / inner;
    return update;
  };

  const ticks = (element: GraphElement, width: number): Loose => {
    const update: Loose = {};
    for (const [name, kind] of Object.entries(meta.axes)) {
      const axis = element._fullLayout[name];
      if (axis === undefined) continue;
      const isX = name.startsWith('x');
      const isLog = axis.type === 'log';
      const [low, high] = isLog ? [10 ** axis.range[0], 10 ** axis.range[1]] : axis.range;
      const made =
        kind === 'bytes'
          ? library.byteTicks(low, high, isLog, Math.max(2, Math.floor(axis._length / (isX ? 84 : 44))))
          : kind === 'ids'
            ? library.nameTicks(
                axis.categoryarray ?? [],
                axis.range,
                axis._length,
                14,
                Math.min(72, Math.max(12, Math.floor((width * 0.36) / 6.4))),
              )
            : library.nameTicks(
                axis.categoryarray ?? [],
                axis.range,
                axis._length,
                18,
                Math.max(6, Math.min(28, Math.floor(width / 26))),
              );
      update[`${name}.tickmode`] = 'array';
      update[`${name}.tickvals`] = made.values;
      update[`${name}.ticktext`] = made.texts;
    }
    return update;
  };

  // `a.b[0].c` paths, as relayout takes them, written into a copy.
  const applied = (layout: Loose, update: Loose): Loose => {
    const copy = JSON.parse(JSON.stringify(layout)) as Loose;
    for (const [path, value] of Object.entries(update)) {
      const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
      let holder = copy;
      for (const key of keys.slice(0, -1)) {
        if (typeof holder[key] !== 'object' || holder[key] === null) holder[key] = {};
        holder = holder[key] as Loose;
      }
      holder[keys[keys.length - 1] as string] = value;
    }
    return copy;
  };

  const plot = document.getElementById('plot');
  const widthNow = () => setup.image?.width ?? plot.clientWidth;
  const config = {
    responsive: true,
    displaylogo: false,
    modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
    toImageButtonOptions: { filename: setup.fileName },
  };
  const first = applied(given, {
    ...colors(),
    ...places(widthNow()),
    ...(setup.image === undefined ? {} : { width: setup.image.width }),
  });
  const element = await Plotly.newPlot(plot, {
    data: figure.data,
    layout: first,
    frames: figure.frames,
    config,
  });
  let isFitting = false;
  const refit = async (wanted: Loose) => {
    if (isFitting) return;
    isFitting = true;
    try {
      if (Object.keys(wanted).length > 0) await Plotly.relayout(element, wanted);
      // WHY twice: longer labels take room from the axis that they stand on.
      await Plotly.relayout(element, ticks(element, widthNow()));
      await Plotly.relayout(element, ticks(element, widthNow()));
    } finally {
      isFitting = false;
    }
  };
  await refit({});
  if (setup.image !== undefined) {
    const { format, width, scale } = setup.image;
    const height = (element._fullLayout as unknown as { height: number }).height;
    const image = document.createElement('pre');
    image.id = 'image';
    image.textContent = await Plotly.toImage(element, { format, width, height, scale });
    document.body.textContent = '';
    document.body.append(image);
    return;
  }
  element.on('plotly_relayout', () => void refit({}));
  window.addEventListener('resize', () => void refit(places(widthNow())));
  prefersDark.addEventListener('change', () => void refit(colors()));
  document.documentElement.id = 'ready';
}
