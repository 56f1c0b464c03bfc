// The parts of the page beside the picture: choices, the line of totals, what a node is, the table. Text nodes only.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes as arguments.
import type { PageData, PageMetric } from './page-data.js';
import type { PageElement, PageWindow } from './page-dom.js';
import type { amountText, exactText, percentText } from './page-texts.js';
import type { FunctionRow, Structure, Sums } from './page-view.js';

export interface Texts {
  readonly amountText: typeof amountText;
  readonly exactText: typeof exactText;
  readonly percentText: typeof percentText;
}

/** The choices of a list; their values are their places in it. */
export function fillChoices(
  { document }: PageWindow,
  list: PageElement,
  names: readonly string[],
  all?: string,
): void {
  const choices = [
    ...(all === undefined ? [] : [{ value: '-1', text: all }]),
    ...names.map((text, at) => ({ value: String(at), text })),
  ];
  const made = choices.map(({ value, text }) => {
    const choice = document.createElement('option');
    choice.value = value;
    choice.textContent = text;
    return choice;
  });
  list.replaceChildren(...made);
}

/** `7.67 MiB live at the peak (8,040,117 B): native 5.76 MiB, JavaScript heap 1.91 MiB`. */
export function totalText(metric: PageMetric, shown: number, isFiltered: boolean, texts: Texts): string {
  const { unit, text, total, aside } = metric;
  const amount = (value: number) => {
    const [short, exact] = [texts.amountText(value, unit), texts.exactText(value, unit)];
    return short === exact ? short : `${short} (${exact})`;
  };
  const said = unit === '' ? text : ` ${text}`;
  if (isFiltered) {
    const of = aside.length === 0 ? '' : `; ${aside.map(({ name }) => name).join(', ')} left out`;
    return `${amount(shown)}${unit === '' ? ' ' : ''}${said} in what is chosen, ${texts.percentText(shown, total) || '0%'} of ${texts.amountText(total, unit)}${of}`;
  }
  const stacks = total - aside.reduce((sum, { bytes }) => sum + bytes, 0);
  const parts = aside.map(({ name, bytes }) => `, ${name} ${amount(bytes)}`).join('');
  const sum = aside.length === 0 ? '' : `: native ${amount(stacks)}${parts}`;
  return `${amount(total)}${unit === '' ? ' ' : ''}${said}${sum}`;
}

/** What a node is called; the whole and what stands aside have names too. */
export function nameOf(data: PageData, { functionOf, asides }: Structure, node: number): string {
  const which = functionOf[node] as number;
  if (which !== -1) return data.functions[which]?.name ?? '';
  const aside = asides.find((each) => each.node === node);
  if (aside === undefined) return 'all';
  return data.metrics[aside.metric]?.aside[aside.at]?.name ?? '';
}

/** The lines that say what a node is and holds. */
export function detailOf(
  data: PageData,
  metric: PageMetric,
  view: { readonly structure: Structure; readonly sums: Sums; readonly isInverted: boolean },
  node: number,
  texts: Texts,
): string[] {
  const { structure, sums, isInverted } = view;
  const { unit } = metric;
  const {
    place = '',
    owner = '',
    isByCode,
    lines = [],
  } = data.functions[structure.functionOf[node] as number] ?? {};
  const at = data.metrics.indexOf(metric);
  const byLine = lines.map((line) => `line ${line[0]}: ${texts.amountText(line[at + 1] ?? 0, unit)}`);
  const [value, whole] = [sums.total[node] as number, sums.total[0] as number];
  const own = sums.own[node] as number;
  const isAside = structure.asides.some((each) => each.node === node);
  const exact = texts.exactText(value, unit);
  const short = texts.amountText(value, unit);
  const error = Math.ceil((metric.errorFactor ?? 0) * Math.sqrt(value));
  return [
    nameOf(data, structure, node),
    [place, owner === place ? '' : owner].filter((text) => text !== '').join(' · '),
    `${short}${short === exact ? '' : ` (${exact})`}, ${texts.percentText(value, whole)} of the picture`,
    error === 0 ? '' : `by sampling: 19 of 20 are within ${texts.amountText(error, unit)}`,
    isAside ? 'Its composition at this instant is not known.' : '',
    isInverted || isAside || node === 0 ? '' : `of this itself: ${texts.amountText(own, unit)}`,
    byLine.length === 0 ? '' : `in all stacks: ${byLine.join(', ')}`,
    isByCode === true
      ? 'The way to its caller was read from machine code, because its library has no unwind table.'
      : '',
  ].filter((text) => text !== '');
}

export function fillTable(
  window: PageWindow,
  body: PageElement,
  rows: readonly FunctionRow[],
  data: PageData,
  given: {
    readonly metric: PageMetric;
    readonly whole: number;
    readonly aside: boolean;
    readonly texts: Texts;
  },
): void {
  const { metric, whole, texts } = given;
  const { amountText, percentText } = texts;
  const asides = given.aside ? metric.aside.filter(({ bytes }) => bytes > 0) : [];
  const lines = [
    ...rows.map(({ which, total, own }) => {
      const { name = '', place = '', owner = '' } = data.functions[which] ?? {};
      return { name, place: place === '' ? owner : place, total, own };
    }),
    ...asides.map(({ name, bytes }) => ({ name, place: 'composition not known', total: bytes, own: bytes })),
  ].sort((a, b) => b.total - a.total);
  const cellsOf = ({ name, place, total, own }: (typeof lines)[number]) => {
    const amounts = [total, own].map((value) => amountText(value, metric.unit)) as [string, string];
    return [name, place, amounts[0], percentText(total, whole), amounts[1]];
  };
  body.replaceChildren(...lines.map((line) => tableRow(window, cellsOf(line))));
}

/** The text with places at which its line may end: after what parts a path, an id or a name, and before a bracket. */
export function withBreaks(document: PageWindow['document'], text: string): (PageElement | string)[] {
  const parts = text.split(/(?<=[/\\:.,;_)\]>-])(?=[^/\\:.,;_)\]>-])|(?<=[^([<])(?=[([<])/);
  return parts.flatMap((part, at) => (at === 0 ? [part] : [document.createElement('wbr'), part]));
}

/** The first cell names the row. */
export function tableRow({ document }: PageWindow, cells: readonly string[]): PageElement {
  const row = document.createElement('tr');
  const made = cells.map((text, at) => {
    const cell = document.createElement(at === 0 ? 'th' : 'td');
    if (at === 0) cell.scope = 'row';
    // PERF: figures have no parts to be broken at.
    cell.replaceChildren(...(at < 2 ? withBreaks(document, text) : [text]));
    return cell;
  });
  row.append(...made);
  return row;
}
