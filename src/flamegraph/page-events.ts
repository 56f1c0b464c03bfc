// What follows from a choice, a key or the pointer.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes with the page.
import type { Page } from './page.js';
import type { PageElement, PageEvent } from './page-dom.js';

export function followChoices(page: Page): void {
  const { library, state, window } = page;
  const { recount, turn, search, arrange, draw } = library;
  const element = (id: string) => window.document.getElementById(id);
  const number = (id: string, name: 'metric' | 'thread' | 'owner') =>
    element(id).addEventListener('change', () => {
      state[name] = Number(element(id).value);
      recount(page);
    });
  const flag = (
    id: string,
    name: 'isInverted' | 'hidesOthers' | 'isFlame' | 'isBase',
    then: (page: Page) => void,
  ) =>
    element(id).addEventListener('change', () => {
      state[name] = element(id).checked;
      then(page);
    });
  number('metric', 'metric');
  number('thread', 'thread');
  number('package', 'owner');
  flag('inverted', 'isInverted', turn);
  flag('others', 'hidesOthers', recount);
  flag('flame', 'isFlame', arrange);
  if (library.diff !== undefined) flag('base', 'isBase', turn);
  element('search').addEventListener('input', () => {
    state.text = element('search').value;
    search(page);
  });
  element('whole').addEventListener('click', () => {
    state.zoom = 0;
    arrange(page);
  });
  element('sight').addEventListener('scroll', () => draw(page));
  window.addEventListener('resize', () => arrange(page));
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => draw(page));
}

export function followPointer(page: Page): void {
  const { library, window } = page;
  const element = (id: string) => window.document.getElementById(id);
  const [canvas, tip] = [element('picture'), element('tip')];
  const under = ({ clientX, clientY }: PageEvent) => {
    const { left, top } = canvas.getBoundingClientRect();
    return library.nodeAt(page.places, library.sheetOf(page), clientX - left, clientY - top);
  };
  canvas.addEventListener('mousemove', (event) => {
    const node = under(event);
    tip.hidden = node === undefined;
    if (node === undefined) return;
    say(page, tip, node);
    const room = window.document.documentElement.clientWidth;
    const left = Math.max(4, Math.min(event.clientX + 14, room - tip.offsetWidth - 8));
    const below = event.clientY + 18;
    const isBelow = below + tip.offsetHeight < window.innerHeight();
    tip.style.left = `${left}px`;
    tip.style.top = `${isBelow ? below : Math.max(4, event.clientY - tip.offsetHeight - 10)}px`;
  });
  canvas.addEventListener('mouseleave', () => {
    tip.hidden = true;
  });
  canvas.addEventListener('click', (event) => {
    const node = under(event);
    if (node !== undefined) zoomTo(page, node);
  });
}

/** What a node is, line by line. */
export function say(page: Page, place: PageElement, node: number): void {
  const { data, library, state, structure, sums, window } = page;
  const view = { structure, sums, isInverted: state.isInverted };
  const said = library.detailOf(data, library.metricOf(page), view, node, library);
  const lines = [...said, ...(library.diff?.changeLines(page, node) ?? [])].map((text) => {
    const line = window.document.createElement('div');
    line.textContent = text;
    return line;
  });
  place.replaceChildren(...lines);
}

export function zoomTo(page: Page, node: number): void {
  if ((page.sums.total[node] as number) === 0) return;
  page.state.zoom = node;
  select(page, node);
  page.library.arrange(page);
}

export function select(page: Page, node: number): void {
  page.state.selected = node;
  say(page, page.window.document.getElementById('detail'), node);
}

/** The neighbour of the selected node that a key means. */
export function neighbour(page: Page, key: string): number {
  const { state, structure, sums } = page;
  const node = state.selected;
  if (node === -1) return state.zoom;
  const childrenOf = (parent: number) =>
    [...sums.children.subarray(structure.firsts[parent], structure.firsts[parent + 1])].filter(
      (each) => (sums.total[each] as number) > 0,
    );
  const parent = structure.parents[node] as number;
  const inwards = state.isFlame ? 'ArrowUp' : 'ArrowDown';
  if (key === inwards) return childrenOf(node)[0] ?? node;
  if (key === 'ArrowUp' || key === 'ArrowDown') return Math.max(0, parent);
  const beside = parent === -1 ? [node] : childrenOf(parent);
  const at = beside.indexOf(node) + (key === 'ArrowLeft' ? -1 : 1);
  return beside[Math.max(0, Math.min(beside.length - 1, at))] ?? node;
}

export function followKeys(page: Page): void {
  const { state, window } = page;
  const field = window.document.getElementById('search');
  window.document.getElementById('picture').addEventListener('keydown', (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key.startsWith('Arrow')) {
      select(page, neighbour(page, key));
      reveal(page);
    } else if (key === 'Enter' || key === ' ') zoomTo(page, Math.max(0, state.selected));
    else if (key === 'Escape' || key === 'Backspace')
      zoomTo(page, Math.max(0, page.structure.parents[state.zoom] as number));
    else if (key === 'Home') zoomTo(page, 0);
    else return;
    event.preventDefault();
  });
  window.document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || ['INPUT', 'SELECT'].includes(event.target.tagName)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}

/** Scrolls to the selected node, and zooms out where it is not in the picture. */
export function reveal(page: Page): void {
  const { state, structure, window, library } = page;
  if (!page.places.nodes.includes(state.selected)) {
    let node = state.selected;
    while (node > 0 && node !== state.zoom) node = structure.parents[node] as number;
    if (node !== state.zoom || state.zoom === 0) {
      state.zoom = structure.parents[state.selected] as number;
    } else state.zoom = state.selected;
    library.arrange(page);
  }
  const sheet = library.sheetOf(page);
  const sight = window.document.getElementById('sight');
  const top = library.rowTop(structure.depths[state.selected] as number, page.places.depth, sheet);
  if (top < 0) sight.scrollTop += top;
  else if (top + sheet.rowHeight > sheet.height) sight.scrollTop += top + sheet.rowHeight - sheet.height;
  library.draw(page);
}
