// What to know of a metric; and the views of the page that are lists: what chooses one, and what it shows in the place of the table of functions.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes with the page.
import type { Page } from './page.js';

/** A choice of views, where there is more than the picture with its functions. */
export function followViews(page: Page): void {
  const { data, window } = page;
  const { document } = window;
  const lists = data.lists ?? [];
  if (lists.length === 0) return;
  const names = ['Where memory goes', ...lists.map(({ label }) => label)];
  const choices = names.map((text, at) => {
    const [label, choice] = [document.createElement('label'), document.createElement('input')];
    for (const [name, value] of Object.entries({ type: 'radio', name: 'view', autocomplete: 'off' })) {
      choice.setAttribute(name, value);
    }
    choice.checked = at === 0;
    choice.addEventListener('change', () => showView(page, at - 1));
    const word = document.createElement('span');
    word.textContent = ` ${text}`;
    label.append(choice, word);
    return label;
  });
  document.getElementById('views').replaceChildren(...choices);
}

/** What to know of a metric that is an estimate. */
export function fillRemarks(page: Page): void {
  const { library, window } = page;
  const lines = (library.metricOf(page).remarks ?? []).map((text) => textElement(page, 'p', text));
  window.document.getElementById('remarks').replaceChildren(...lines);
}

/** -1 is the table of functions, of any metric. */
export function showView(page: Page, at: number): void {
  const { data, library, state, window } = page;
  const element = (id: string) => window.document.getElementById(id);
  const list = data.lists?.[at];
  const metric = element('metric');
  metric.disabled = list !== undefined;
  element('list-part').hidden = list === undefined;
  element('functions-part').hidden = list !== undefined;
  state.metric = list?.metric ?? data.metric;
  metric.value = String(state.metric);
  if (list !== undefined) {
    const { label, about, columns, rows, left } = list;
    element('list-heading').textContent = label;
    element('list-about').replaceChildren(...about.map((text) => textElement(page, 'p', text)));
    const heads = columns.map((text) => {
      const cell = textElement(page, 'th', text);
      cell.scope = 'col';
      return cell;
    });
    element('list-columns').replaceChildren(...heads);
    element('list-rows').replaceChildren(...rows.map((row) => library.tableRow(window, row)));
    const more = left === 0 ? '' : `${left} more places have less.`;
    element('list-more').textContent = rows.length === 0 ? 'There is none.' : more;
  }
  library.recount(page);
}

export function textElement({ window }: Page, name: string, text: string) {
  const made = window.document.createElement(name);
  made.textContent = text;
  return made;
}
