// What the page counts again after a choice: the view of the picture, the tables beside it, what a search finds.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes with the page.
import type { Page } from './page.js';
import type { Filter, Structure } from './page-view.js';

/** After a choice that changes what is counted. */
export function recount(page: Page): void {
  turn(page);
  fillTables(page);
}

/**
 * After a choice of the picture alone: callers, or the base's widths. PERF: the tables are as before, because they are
 * of the stacks from the outermost frames on and of both profiles.
 */
export function turn(page: Page): void {
  const { data, library, state, comparison } = page;
  const structure = structureIn(page, state.isInverted);
  const isOther = structure !== page.structure;
  if (isOther) state.selected = -1;
  page.structure = structure;
  library.fillRemarks(page);
  const filter = filterOf(page);
  if (comparison !== undefined) library.diff?.compare(page, comparison, filter);
  else page.sums = library.sumsOf(structure, data, state.metric, filter, state.isInverted);
  if (isOther || page.sums.total[state.zoom] === 0) state.zoom = 0;
  search(page);
}

export function fillTables(page: Page): void {
  const { data, library, state, window, comparison } = page;
  const filter = filterOf(page);
  const isFiltered = filter.thread !== -1 || filter.owner !== -1;
  const straight = structureIn(page, false);
  const sumsOf = (side: typeof data) => library.sumsOf(straight, side, state.metric, filter, false);
  const element = (id: string) => window.document.getElementById(id);
  if (comparison !== undefined && library.diff !== undefined) {
    element('total').textContent = library.diff.movedTotal(page, isFiltered);
    const sums = state.isInverted ? { base: sumsOf(comparison.data), head: sumsOf(data) } : comparison;
    library.diff.fillMoved(page, straight, sums, isFiltered);
    library.diff.fillGone(page, straight, sums);
    return;
  }
  const metric = library.metricOf(page);
  const whole = page.sums.total[0] as number;
  element('total').textContent = library.totalText(metric, whole, isFiltered, library);
  const most = 300;
  const rows = library.rowsOf(straight, data, state.isInverted ? sumsOf(data) : page.sums);
  library.fillTable(window, element('rows'), rows.slice(0, most), data, {
    ...{ metric, whole, aside: !isFiltered, texts: library },
  });
  element('more').textContent = rows.length > most ? `${rows.length - most} more functions hold less.` : '';
}

/** After a search: what it finds, and its share. */
export function search(page: Page): void {
  const { data, library, state, structure, sums, window } = page;
  const found = window.document.getElementById('found');
  page.matches = undefined;
  found.textContent = '';
  if (state.text !== '') {
    const { nodes, count, value } = library.matchesOf(structure, data, sums, state.text);
    page.matches = nodes;
    const amount = library.amountText(value, library.metricOf(page).unit);
    const share = library.percentText(value, sums.total[0] as number);
    const blocks = count === 1 ? '1 block' : `${library.exactText(count, '')} blocks`;
    found.textContent = count === 0 ? 'found nowhere' : `${blocks}: ${amount}, ${share}`;
  }
  library.arrange(page);
}

export function filterOf({ state }: Page): Filter {
  return { thread: state.thread, owner: state.owner };
}

/** Made once for each choice. */
export function structureIn({ data, library, state, structures }: Page, isInverted: boolean): Structure {
  const key = `${state.hidesOthers} ${isInverted}`;
  const made = structures.get(key) ?? library.structureOf(data, state.hidesOthers, isInverted);
  structures.set(key, made);
  return made;
}
