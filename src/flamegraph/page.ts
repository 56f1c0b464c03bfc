// What runs in the finished page: its state, and how a view is arranged and drawn.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes as arguments.
import type { recount, search, turn } from './page-count.js';
import type { PageData, PageMetric } from './page-data.js';
import type { Comparison, DiffLibrary } from './page-diff.js';
import type { PageElement, PageWindow } from './page-dom.js';
import type { drawPlaces, nodeAt, Places, placesOf, rowTop, Sheet } from './page-draw.js';
import type { followChoices, followKeys, followPointer, say } from './page-events.js';
import type { fillRemarks, followViews } from './page-lists.js';
import type {
  detailOf,
  fillChoices,
  fillTable,
  nameOf,
  Texts,
  tableRow,
  totalText,
  withBreaks,
} from './page-parts.js';
import type { matchesOf, rowsOf, Structure, Sums, structureOf, sumsOf } from './page-view.js';

/** The functions that the page carries beside those here. */
export interface PageLibrary extends Texts {
  readonly structureOf: typeof structureOf;
  readonly sumsOf: typeof sumsOf;
  readonly matchesOf: typeof matchesOf;
  readonly rowsOf: typeof rowsOf;
  readonly placesOf: typeof placesOf;
  readonly drawPlaces: typeof drawPlaces;
  readonly rowTop: typeof rowTop;
  readonly nodeAt: typeof nodeAt;
  readonly fillChoices: typeof fillChoices;
  readonly fillTable: typeof fillTable;
  readonly tableRow: typeof tableRow;
  readonly withBreaks: typeof withBreaks;
  readonly totalText: typeof totalText;
  readonly nameOf: typeof nameOf;
  readonly detailOf: typeof detailOf;
  readonly followChoices: typeof followChoices;
  readonly followPointer: typeof followPointer;
  readonly followKeys: typeof followKeys;
  readonly followViews: typeof followViews;
  readonly fillRemarks: typeof fillRemarks;
  readonly say: typeof say;
  readonly metricOf: typeof metricOf;
  readonly recount: typeof recount;
  readonly turn: typeof turn;
  readonly search: typeof search;
  readonly arrange: typeof arrange;
  readonly sheetOf: typeof sheetOf;
  readonly draw: typeof draw;
  /** Only in a page of two profiles. */
  readonly diff?: DiffLibrary;
}

interface PageState {
  metric: number;
  isFlame: boolean;
  isInverted: boolean;
  /** The widths are the base's. */
  isBase: boolean;
  hidesOthers: boolean;
  thread: number;
  owner: number;
  text: string;
  zoom: number;
  selected: number;
}

export interface Page {
  readonly data: PageData;
  readonly library: PageLibrary;
  readonly window: PageWindow;
  readonly state: PageState;
  readonly structures: Map<string, Structure>;
  structure: Structure;
  sums: Sums;
  places: Places;
  matches: Uint8Array | undefined;
  /** Only of two profiles. */
  readonly comparison: Comparison | undefined;
}

export function runPage(data: PageData, library: PageLibrary, window: PageWindow): void {
  const { document } = window;
  const element = (id: string) => document.getElementById(id);
  const none = { isFlame: false, isInverted: false, isBase: false, hidesOthers: true, thread: -1, owner: -1 };
  const state: PageState = { ...none, metric: data.metric, text: '', zoom: 0, selected: -1 };
  const structure = library.structureOf(data, true, false);
  // Nothing is counted or placed yet: recount does both.
  const [ints, floats] = [new Int32Array(0), new Float64Array(0)];
  const sums = { own: floats, total: floats, starts: floats, children: ints };
  const places = { nodes: ints, x: floats, widths: floats, rows: ints, depth: 1 };
  const structures = new Map([['true false', structure]]);
  const page: Page = {
    ...{ data, library, window, state, structures, structure, sums, places },
    matches: undefined,
    comparison: library.diff && { data: library.diff.baseOf(data), base: sums, head: sums, largest: 0 },
  };
  library.fillChoices(
    window,
    element('metric'),
    data.metrics.map(({ label }) => label),
  );
  library.fillChoices(window, element('thread'), data.threads, 'all threads');
  library.fillChoices(window, element('package'), data.packages, 'all packages');
  const notes = data.notes.map((text) => {
    const line = document.createElement('li');
    line.textContent = text;
    return line;
  });
  element('notes').replaceChildren(...notes);
  element('metric').value = String(data.metric);
  element('id').replaceChildren(...library.withBreaks(document, data.id));
  library.followChoices(page);
  library.followPointer(page);
  library.followKeys(page);
  library.followViews(page);
  library.recount(page);
  document.documentElement.id = 'ready';
}

export function metricOf({ data, state }: Page): PageMetric {
  return data.metrics[state.metric] as PageMetric;
}

/** After a zoom or another width: where each block stands. */
export function arrange(page: Page): void {
  const { library, state, window } = page;
  const element = (id: string) => window.document.getElementById(id);
  const [sight, roll] = [element('sight'), element('roll')];
  page.places = library.placesOf(page.structure, page.sums, state.zoom, roll.clientWidth);
  const whole = page.places.depth * 20;
  const most = Math.max(260, Math.floor(window.innerHeight() * 0.7));
  roll.style.height = `${whole}px`;
  sight.style.height = `${Math.min(whole, most) + 2}px`;
  if (state.isFlame) sight.scrollTop = whole;
  element('whole').disabled = state.zoom === 0;
  library.say(page, element('detail'), state.selected === -1 ? state.zoom : state.selected);
  draw(page);
}

export function sheetOf({ state, window }: Page): Sheet {
  const [sight, roll] = ['sight', 'roll'].map((id) => window.document.getElementById(id)) as [
    PageElement,
    PageElement,
  ];
  return {
    width: roll.clientWidth,
    height: sight.clientHeight,
    top: sight.scrollTop,
    rowHeight: 20,
    isFlame: state.isFlame,
  };
}

export function draw(page: Page): void {
  const { data, library, state, structure, window, comparison } = page;
  const canvas = window.document.getElementById('picture');
  const sheet = sheetOf(page);
  const ratio = window.devicePixelRatio();
  canvas.style.height = `${sheet.height}px`;
  canvas.width = Math.max(1, Math.round(sheet.width * ratio));
  canvas.height = Math.max(1, Math.round(sheet.height * ratio));
  const pencil = canvas.getContext('2d');
  pencil.setTransform(ratio, 0, 0, ratio, 0, 0);
  const asides = new Set(structure.asides.map(({ node }) => node));
  library.drawPlaces(pencil, page.places, sheet, {
    colorOf: window.colorOf,
    toneOf: (node) => {
      if (comparison !== undefined && library.diff !== undefined) {
        const { base, head, largest } = comparison;
        return library.diff.toneOfChange(
          (head.total[node] as number) - (base.total[node] as number),
          largest,
        );
      }
      if (asides.has(node)) return 'aside';
      return data.functions[structure.functionOf[node] as number]?.tone ?? 'thread';
    },
    textOf: (node) => library.nameOf(data, structure, node),
    isAside: (node) => asides.has(node),
    matches: page.matches,
    selected: state.selected,
  });
}
