// What the page of two profiles counts beside: the sums of the base, the colour of a change, what moved and what is gone.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page; what else
// they need comes as arguments.
import type { Page } from './page.js';
import type { PageData } from './page-data.js';
import type { fillGone, fillMoved } from './page-moved.js';
import type { Filter, Structure, Sums } from './page-view.js';

/** The functions of the page of two profiles. */
export interface DiffLibrary {
  readonly baseOf: typeof baseOf;
  readonly compare: typeof compare;
  readonly toneOfChange: typeof toneOfChange;
  readonly changeLines: typeof changeLines;
  readonly movedTotal: typeof movedTotal;
  readonly movedFunctions: typeof movedFunctions;
  readonly goneNodes: typeof goneNodes;
  readonly changeWithSign: typeof changeWithSign;
  readonly fillMoved: typeof fillMoved;
  readonly fillGone: typeof fillGone;
}

export interface Comparison {
  /** The page's data with the base's values in place of the head's. */
  readonly data: PageData;
  /** Of each node of the structure; the base's and the head's. */
  base: Sums;
  head: Sums;
  /** The largest change of a node, without its sign. */
  largest: number;
}

export interface MovedFunction {
  readonly which: number;
  /** With all that it called. */
  readonly change: number;
  readonly own: number;
  readonly head: number;
}

export function baseOf(data: PageData): PageData {
  const metrics = data.metrics.map(({ base, ...metric }) => ({
    ...metric,
    values: base?.values ?? [],
    aside: metric.aside.map(({ name }, at) => ({ name, bytes: base?.aside[at] ?? 0 })),
    total: base?.total ?? 0,
  }));
  return { ...data, metrics };
}

/** Counts both sides; the page shows the one that gives the widths. */
export function compare(page: Page, comparison: Comparison, filter: Filter): void {
  const { data, library, state, structure } = page;
  const of = (side: PageData) => library.sumsOf(structure, side, state.metric, filter, state.isInverted);
  comparison.head = of(data);
  comparison.base = of(comparison.data);
  page.sums = state.isBase ? comparison.base : comparison.head;
  const { base, head } = comparison;
  comparison.largest = 0;
  for (let node = 0; node < head.total.length; node += 1) {
    const change = Math.abs((head.total[node] as number) - (base.total[node] as number));
    if (change > comparison.largest) comparison.largest = change;
  }
}

/** `more3` to `more1`, `same`, `less1` to `less3`: by the root of the share that the change has of the largest one. */
export function toneOfChange(change: number, largest: number): string {
  if (change === 0 || largest === 0) return 'same';
  const step = Math.max(1, Math.ceil(3 * Math.sqrt(Math.abs(change) / largest) - 1e-9));
  return `${change > 0 ? 'more' : 'less'}${Math.min(3, step)}`;
}

/** `+1 MiB (+50.0%)`, with the exact number behind it. */
export function changeWithSign(
  change: number,
  before: number,
  unit: 'B' | '',
  texts: Page['library'],
): string {
  if (change === 0) return 'no change';
  const sign = change < 0 ? '-' : '+';
  const percent = before > 0 ? ` (${sign}${texts.percentText(Math.abs(change), before)})` : '';
  return `${sign}${texts.amountText(Math.abs(change), unit)}${percent}`;
}

/** What a node was, is, and how much that differs. */
export function changeLines(page: Page, node: number): string[] {
  const { library, comparison } = page;
  if (comparison === undefined) return [];
  const { unit } = library.metricOf(page);
  const [base, head] = [comparison.base.total[node] as number, comparison.head.total[node] as number];
  const sides = `base ${library.amountText(base, unit)}, head ${library.amountText(head, unit)}`;
  const only = base === 0 ? ', not in the base' : head === 0 ? ', gone in the head' : '';
  return [`${sides}: ${changeWithSign(head - base, base, unit, library)}${only}`];
}

/** `6.67 MiB → 7.67 MiB live at the peak: +1 MiB (+15.0%); 8,040,117 B in the head`. */
export function movedTotal(page: Page, isFiltered: boolean): string {
  const { library, comparison } = page;
  if (comparison === undefined) return '';
  const { unit, text, aside } = library.metricOf(page);
  const [base, head] = [comparison.base.total[0] as number, comparison.head.total[0] as number];
  const left = isFiltered && aside.length > 0 ? `; ${aside.map(({ name }) => name).join(', ')} left out` : '';
  const chosen = isFiltered ? ' in what is chosen' : '';
  const both = `${library.amountText(base, unit)} → ${library.amountText(head, unit)} ${text}${chosen}`;
  const exact = `${library.exactText(base, unit)} → ${library.exactText(head, unit)}`;
  return `${both}: ${changeWithSign(head - base, base, unit, library)}; exactly ${exact}${left}`;
}

/** Functions whose own part or sum changed, the largest own change first. */
export function movedFunctions(
  structure: Structure,
  data: PageData,
  sums: Pick<Comparison, 'base' | 'head'>,
  library: Page['library'],
): MovedFunction[] {
  const count = data.functions.length;
  const [change, own, head] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (const row of library.rowsOf(structure, data, sums.head)) {
    change[row.which] = row.total;
    own[row.which] = row.own;
    head[row.which] = row.total;
  }
  for (const row of library.rowsOf(structure, data, sums.base)) {
    change[row.which] = (change[row.which] as number) - row.total;
    own[row.which] = (own[row.which] as number) - row.own;
  }
  return data.functions
    .map((_, which) => ({
      which,
      change: change[which] as number,
      own: own[which] as number,
      head: head[which] as number,
    }))
    .filter((row) => row.change !== 0 || row.own !== 0)
    .sort(
      (a, b) =>
        Math.abs(b.own) - Math.abs(a.own) || Math.abs(b.change) - Math.abs(a.change) || a.which - b.which,
    );
}

/** The outermost nodes that have something in the base and nothing in the head, the largest first. */
export function goneNodes(
  { parents }: Structure,
  { base, head }: Pick<Comparison, 'base' | 'head'>,
): number[] {
  const isGone = (node: number) => (head.total[node] as number) === 0 && (base.total[node] as number) > 0;
  const nodes: number[] = [];
  for (let node = 1; node < parents.length; node += 1) {
    const parent = parents[node] as number;
    if (isGone(node) && (parent === 0 || !isGone(parent))) nodes.push(node);
  }
  return nodes.sort((a, b) => (base.total[b] as number) - (base.total[a] as number) || a - b);
}
