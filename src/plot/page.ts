// What runs in the finished page: draws the figure, fits it to the window, follows zoom and theme, makes an image.
// INVARIANT: `runPage` stands alone, its source text is put into the page; what it needs comes as arguments.
import type { labelPlaces, pointLabels } from './page-labels.js';
import type { gridDomains, nameTicks, valueTicks } from './page-layout.js';
import type {
  DrawnAxis,
  legendHeight,
  legendUpdate,
  noNames,
  placeUpdate,
  themeUpdate,
  tickUpdate,
  Update,
  withUpdates,
} from './page-updates.js';
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

/** The functions that the page carries beside `runPage`. */
export interface PageLibrary {
  readonly valueTicks: typeof valueTicks;
  readonly nameTicks: typeof nameTicks;
  readonly gridDomains: typeof gridDomains;
  readonly themeUpdate: typeof themeUpdate;
  readonly placeUpdate: typeof placeUpdate;
  readonly tickUpdate: typeof tickUpdate;
  readonly noNames: typeof noNames;
  readonly legendUpdate: typeof legendUpdate;
  readonly legendHeight: typeof legendHeight;
  readonly labelPlaces: typeof labelPlaces;
  readonly pointLabels: typeof pointLabels;
  readonly withUpdates: typeof withUpdates;
}

interface GraphElement {
  readonly _fullLayout: Readonly<Record<string, DrawnAxis | undefined>>;
  on(event: string, listener: () => void): void;
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
  readonly Plotly: {
    newPlot(element: unknown, figure: Update): Promise<GraphElement>;
    relayout(element: GraphElement, update: Update): Promise<unknown>;
    restyle(element: GraphElement, update: Update): Promise<unknown>;
    toImage(element: GraphElement, options: Update): Promise<string>;
  };
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

export interface PageFigure {
  readonly data: readonly Update[];
  readonly layout: Update;
  readonly frames?: readonly Update[];
}

export async function runPage(
  { theme: wanted, themes, image, fileName }: PageSetup,
  { data, layout, frames }: PageFigure,
  library: PageLibrary,
  { document, Plotly, ...browser }: PageWindow,
): Promise<void> {
  const prefersDark = browser.matchMedia('(prefers-color-scheme: dark)');
  const plot = document.getElementById('plot');
  const width = () => image?.width ?? plot.clientWidth;
  const colors = () => {
    const isDark = wanted === 'dark' || (wanted === 'auto' && prefersDark.matches);
    const theme = isDark ? themes.dark : themes.light;
    const { style } = document.documentElement;
    style.background = theme.paper;
    style.color = theme.text;
    style.colorScheme = isDark ? 'dark' : 'light';
    return library.themeUpdate(layout, theme);
  };
  const places = () =>
    library.placeUpdate(
      layout,
      data.some(({ type }) => type === 'heatmap'),
      width(),
      library.gridDomains,
    );
  const first = library.withUpdates(layout, {
    ...colors(),
    ...places(),
    ...library.noNames(layout),
    ...(image && { width: image.width }),
  });
  const config = {
    responsive: true,
    displaylogo: false,
    modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
    toImageButtonOptions: { filename: fileName },
  };
  const drawn = await Plotly.newPlot(plot, {
    data: data.map((trace) => ({ ...trace })),
    layout: first,
    frames,
    config,
  });
  const ticks = () =>
    library.tickUpdate(layout, drawn._fullLayout, width(), library.valueTicks, library.nameTicks);
  let isFitting = false;
  const hasLegend = layout.showlegend === true;
  const fitLegend = async () => {
    await Plotly.restyle(drawn, library.legendUpdate(data, width(), library.nameTicks));
    const more = library.legendHeight(drawn._fullLayout.legend as { _height?: number } | undefined);
    await Plotly.relayout(drawn, { height: Number(places().height) + more });
  };
  const refit = async (update: Update, isFirst = false) => {
    if (isFitting) return;
    isFitting = true;
    try {
      if (Object.keys(update).length > 0) await Plotly.relayout(drawn, update);
      if (hasLegend && (isFirst || 'height' in update)) await fitLegend();
      // WHY twice: longer labels take room from the axis that they stand on.
      await Plotly.relayout(drawn, ticks());
      await Plotly.relayout(drawn, ticks());
    } finally {
      isFitting = false;
    }
  };
  await refit({}, true);
  if (image !== undefined) {
    const labels = library.pointLabels(data, drawn._fullLayout as never, library.labelPlaces);
    if (Object.keys(labels).length > 0) await Plotly.restyle(drawn, labels);
    const { height } = drawn._fullLayout as unknown as { height: number };
    const answer = document.createElement('pre');
    answer.id = 'image';
    answer.textContent = await Plotly.toImage(drawn, { ...image, height });
    document.body.textContent = '';
    document.body.append(answer);
    return;
  }
  drawn.on('plotly_relayout', () => void refit({}));
  browser.addEventListener('resize', () => void refit(places()));
  prefersDark.addEventListener('change', () => void refit(colors()));
  document.documentElement.id = 'ready';
}
