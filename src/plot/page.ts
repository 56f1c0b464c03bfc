// What runs in the finished page: draws the figure, fits it to the window, follows zoom and theme, makes an image.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes as arguments.
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
  setup: PageSetup,
  { data, layout, frames }: PageFigure,
  library: PageLibrary,
  window: PageWindow,
): Promise<void> {
  const { image, fileName } = setup;
  const { document, Plotly } = window;
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
  const plot = document.getElementById('plot');
  const width = () => image?.width ?? plot.clientWidth;
  const colors = () => {
    const theme = themeOf(setup, prefersDark.matches);
    paint(document.documentElement, theme, theme === setup.themes.dark);
    return library.themeUpdate(layout, theme);
  };
  const places = () => {
    const isMap = data.some(({ type }) => type === 'heatmap');
    return library.placeUpdate(layout, isMap, width(), library.gridDomains);
  };
  const first = library.withUpdates(layout, {
    ...colors(),
    ...places(),
    ...library.noNames(layout),
    ...(image && { width: image.width }),
  });
  const drawn = await Plotly.newPlot(plot, {
    data: data.map((trace) => ({ ...trace })),
    layout: first,
    frames,
    config: configOf(fileName),
  });
  const refit = refitterOf({ drawn, data, layout, places, width }, library, Plotly);
  await refit({}, true);
  if (image !== undefined) {
    await answerWithImage(image, { data, drawn }, library, window);
    return;
  }
  drawn.on('plotly_relayout', () => void refit({}));
  window.addEventListener('resize', () => void refit(places()));
  prefersDark.addEventListener('change', () => void refit(colors()));
  document.documentElement.id = 'ready';
}

export function themeOf({ theme, themes }: PageSetup, prefersDark: boolean): Theme {
  return theme === 'dark' || (theme === 'auto' && prefersDark) ? themes.dark : themes.light;
}

export function paint({ style }: PageElement, { paper, text }: Theme, isDark: boolean): void {
  style.background = paper;
  style.color = text;
  style.colorScheme = isDark ? 'dark' : 'light';
}

export function configOf(fileName: string): Update {
  return {
    responsive: true,
    displaylogo: false,
    modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
    toImageButtonOptions: { filename: fileName },
  };
}

interface DrawnPage {
  readonly drawn: GraphElement;
  readonly data: readonly Update[];
  readonly layout: Update;
  places(): Update;
  width(): number;
}

/** What fits the drawn figure to its window after an update; what it changes itself sets off no other fitting. */
export function refitterOf(
  { drawn, data, layout, places, width }: DrawnPage,
  library: PageLibrary,
  plotly: PageWindow['Plotly'],
): (update: Update, isFirst?: boolean) => Promise<void> {
  const hasLegend = layout.showlegend === true;
  const ticks = () =>
    library.tickUpdate(layout, drawn._fullLayout, width(), library.valueTicks, library.nameTicks);
  const fitLegend = async () => {
    await plotly.restyle(drawn, library.legendUpdate(data, width(), library.nameTicks));
    const more = library.legendHeight(drawn._fullLayout.legend as { _height?: number } | undefined);
    await plotly.relayout(drawn, { height: Number(places().height) + more });
  };
  let isFitting = false;
  return async (update, isFirst = false) => {
    if (isFitting) return;
    isFitting = true;
    try {
      if (Object.keys(update).length > 0) await plotly.relayout(drawn, update);
      if (hasLegend && (isFirst || 'height' in update)) await fitLegend();
      // WHY: it is laid out twice, because longer labels take room from the axis that they stand on.
      await plotly.relayout(drawn, ticks());
      await plotly.relayout(drawn, ticks());
    } finally {
      isFitting = false;
    }
  };
}

/** Leaves nothing in the page but the image, as text. */
export async function answerWithImage(
  image: NonNullable<PageSetup['image']>,
  { data, drawn }: Pick<DrawnPage, 'data' | 'drawn'>,
  { pointLabels, labelPlaces }: PageLibrary,
  { document, Plotly }: PageWindow,
): Promise<void> {
  const labels = pointLabels(data, drawn._fullLayout as never, labelPlaces);
  if (Object.keys(labels).length > 0) await Plotly.restyle(drawn, labels);
  const { height } = drawn._fullLayout as unknown as { height: number };
  const answer = document.createElement('pre');
  answer.id = 'image';
  answer.textContent = await Plotly.toImage(drawn, { ...image, height });
  document.body.textContent = '';
  document.body.append(answer);
}
