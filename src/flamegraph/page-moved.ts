// The two tables of the page of two profiles: the functions that moved, and what the head has nothing of. Text nodes only.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes with the page.
import type { Page } from './page.js';
import type { Comparison } from './page-diff.js';
import type { Structure } from './page-view.js';

type BothSums = Pick<Comparison, 'base' | 'head'>;

/** `straight`: not inverted, with its sums. */
export function fillMoved(page: Page, straight: Structure, sums: BothSums, isFiltered: boolean): void {
  const { data, library, window } = page;
  const { unit, aside, base } = library.metricOf(page);
  const element = (id: string) => window.document.getElementById(id);
  const signed = (value: number) =>
    value === 0 ? '—' : (library.diff?.changeWithSign(value, 0, unit, library) ?? '');
  const most = 300;
  const rows = library.diff?.movedFunctions(straight, data, sums, library) ?? [];
  const functions = rows.slice(0, most).map(({ which, change, own, head }) => {
    const { name = '', place = '', owner = '' } = data.functions[which] ?? {};
    const amounts = [signed(own), signed(change), library.amountText(head, unit)];
    return { size: own, cells: [name, place || owner, ...amounts] };
  });
  const asides = aside.map(({ name, bytes }, at) => {
    const change = bytes - (base?.aside[at] ?? 0);
    const amounts = [signed(change), signed(change), library.amountText(bytes, unit)];
    return { size: change, cells: [name, 'composition not known', ...amounts] };
  });
  const lines = [...functions, ...(isFiltered ? [] : asides.filter(({ size }) => size !== 0))];
  lines.sort((a, b) => Math.abs(b.size) - Math.abs(a.size));
  element('rows').replaceChildren(...lines.map(({ cells }) => library.tableRow(window, cells)));
  element('more').textContent = rows.length > most ? `${rows.length - most} more functions moved less.` : '';
}

export function fillGone(page: Page, straight: Structure, sums: BothSums): void {
  const { data, library, window } = page;
  const { unit } = library.metricOf(page);
  const element = (id: string) => window.document.getElementById(id);
  const most = 300;
  const gone = library.diff?.goneNodes(straight, sums) ?? [];
  const rows = gone.slice(0, most).map((node) => {
    const { place = '', owner = '' } = data.functions[straight.functionOf[node] as number] ?? {};
    const caller = straight.parents[node] as number;
    const from = caller === 0 ? '' : library.nameOf(data, straight, caller);
    const held = library.amountText(sums.base.total[node] as number, unit);
    return library.tableRow(window, [library.nameOf(data, straight, node), place || owner, from, held]);
  });
  element('gone').replaceChildren(...rows);
  element('gone-part').hidden = gone.length === 0;
  element('gone-more').textContent = gone.length > most ? `${gone.length - most} more held less.` : '';
}
