// What the page counts: the tree of a view, the sums of a metric in it, what a search finds, the rows of the table. Pure.
// INVARIANT: the functions here use no outer names but each other: their source texts are put into the page.
import type { PageData } from './page-data.js';

/** The tree of one view. Node 0 is the whole; a parent stands before its children. */
export interface Structure {
  readonly parents: Int32Array;
  /** -1 for the whole and for what stands aside. */
  readonly functionOf: Int32Array;
  readonly depths: Int32Array;
  /** The children of node n: `children` from `firsts[n]` up to `firsts[n + 1]`. */
  readonly firsts: Int32Array;
  readonly children: Int32Array;
  /** The innermost node of each distinct stack. */
  readonly stackNodes: Int32Array;
  readonly asides: readonly { readonly node: number; readonly metric: number; readonly at: number }[];
}

export interface Sums {
  readonly own: Float64Array;
  readonly total: Float64Array;
  /** Where a node begins, in the unit of its metric. */
  readonly starts: Float64Array;
  /** As in the structure, the largest first, what stands aside last. */
  readonly children: Int32Array;
}

/** -1 stands for all. */
export interface Filter {
  readonly thread: number;
  readonly owner: number;
}

export interface FunctionRow {
  readonly which: number;
  readonly total: number;
  readonly own: number;
}

/** Throws nothing. From the outermost frames on, or inverted from the innermost ones. */
export function structureOf(data: PageData, hidesOthers: boolean, isInverted: boolean): Structure {
  const { functions, stackNodes } = data;
  const parents = [-1];
  const functionOf = [-1];
  const depths = [0];
  const known = new Map<number, number>();
  const isHidden = (which: number) => hidesOthers && functions[which]?.isOthers === true;
  const childOf = (node: number, which: number) => {
    const key = node * functions.length + which;
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, parents.length);
    functionOf.push(which);
    depths.push((depths[node] as number) + 1);
    return parents.push(node) - 1;
  };
  const ends = isInverted
    ? innermostFirst(data, isHidden, childOf)
    : outermostFirst(data, isHidden, childOf, stackNodes);
  const asides = data.metrics.flatMap(({ aside }, metric) =>
    aside.map((_, at) => {
      functionOf.push(-1);
      depths.push(1);
      return { node: parents.push(0) - 1, metric, at };
    }),
  );
  return {
    parents: new Int32Array(parents),
    functionOf: new Int32Array(functionOf),
    depths: new Int32Array(depths),
    ...childrenOf(parents),
    stackNodes: new Int32Array(ends),
    asides,
  };
}

/** The view's node of each stack. PERF: each node of the data is looked at once, not each frame of each stack. */
export function outermostFirst(
  { parents, functionOf }: PageData,
  isHidden: (which: number) => boolean,
  childOf: (node: number, which: number) => number,
  stackNodes: readonly number[],
): number[] {
  const nodes = new Int32Array(parents.length);
  for (let node = 0; node < parents.length; node += 1) {
    const parent = parents[node] as number;
    const which = functionOf[node] as number;
    const outer = parent === -1 ? 0 : (nodes[parent] as number);
    nodes[node] = isHidden(which) ? outer : childOf(outer, which);
  }
  return stackNodes.map((node) => (node === -1 ? 0 : (nodes[node] as number)));
}

export function innermostFirst(
  { parents, functionOf, stackNodes }: PageData,
  isHidden: (which: number) => boolean,
  childOf: (node: number, which: number) => number,
): number[] {
  return stackNodes.map((innermost) => {
    let end = 0;
    for (let node = innermost; node !== -1; node = parents[node] as number) {
      const which = functionOf[node] as number;
      if (!isHidden(which)) end = childOf(end, which);
    }
    return end;
  });
}

export function childrenOf(parents: readonly number[]): Pick<Structure, 'firsts' | 'children'> {
  const firsts = new Int32Array(parents.length + 1);
  for (let node = 1; node < parents.length; node += 1) {
    const slot = (parents[node] as number) + 1;
    firsts[slot] = (firsts[slot] as number) + 1;
  }
  for (let node = 0; node < parents.length; node += 1) {
    firsts[node + 1] = (firsts[node + 1] as number) + (firsts[node] as number);
  }
  const next = firsts.slice();
  const children = new Int32Array(Math.max(0, parents.length - 1));
  for (let node = 1; node < parents.length; node += 1) {
    const parent = parents[node] as number;
    children[next[parent] as number] = node;
    next[parent] = (next[parent] as number) + 1;
  }
  return { firsts, children };
}

/** What each node holds. What stands aside is of no thread and of no package: a filter leaves it out. */
export function sumsOf(
  structure: Structure,
  data: PageData,
  metric: number,
  { thread, owner }: Filter,
  isInverted: boolean,
): Sums {
  const { parents, stackNodes, asides } = structure;
  const own = new Float64Array(parents.length);
  const total = new Float64Array(parents.length);
  const { values = [], aside = [] } = data.metrics[metric] ?? {};
  for (let stack = 0; stack < stackNodes.length; stack += 1) {
    if (thread !== -1 && data.threadOf[stack] !== thread) continue;
    if (owner !== -1 && data.packageOf[stack] !== owner) continue;
    const node = stackNodes[stack] as number;
    own[node] = (own[node] as number) + (values[stack] ?? 0);
  }
  for (const { node, metric: of, at } of asides) {
    if (of === metric && thread === -1 && owner === -1) own[node] = Math.max(0, aside[at]?.bytes ?? 0);
  }
  for (let node = parents.length - 1; node >= 0; node -= 1) {
    total[node] = (total[node] as number) + (own[node] as number);
    const parent = parents[node] as number;
    if (parent !== -1) total[parent] = (total[parent] as number) + (total[node] as number);
  }
  // Inverted, a node's own part is that of the stacks that begin there: a number that nobody asks for.
  return { own: isInverted ? new Float64Array(parents.length) : own, total, ...placed(structure, total) };
}

export function placed(
  { firsts, children, functionOf, parents }: Structure,
  total: Float64Array,
): Pick<Sums, 'starts' | 'children'> {
  const sorted = children.slice();
  const starts = new Float64Array(parents.length);
  for (let node = 0; node < parents.length; node += 1) {
    const [from, to] = [firsts[node] as number, firsts[node + 1] as number];
    if (to - from > 1) {
      sorted
        .subarray(from, to)
        .sort(
          (a, b) =>
            (functionOf[b] === -1 ? 0 : 1) - (functionOf[a] === -1 ? 0 : 1) ||
            (total[b] as number) - (total[a] as number) ||
            a - b,
        );
    }
    let start = starts[node] as number;
    for (let at = from; at < to; at += 1) {
      const child = sorted[at] as number;
      starts[child] = start;
      start += total[child] as number;
    }
  }
  return { starts, children: sorted };
}

/** Nodes whose name, place or package holds the text, and what the outermost of them hold together. */
export function matchesOf(
  { parents, functionOf, asides }: Structure,
  data: PageData,
  { total }: Sums,
  text: string,
): { readonly nodes: Uint8Array; readonly count: number; readonly value: number } {
  const wanted = text.toLowerCase();
  const found = data.functions.map(({ name, place, owner }) =>
    `${name} ${place} ${owner}`.toLowerCase().includes(wanted),
  );
  const nodes = new Uint8Array(parents.length);
  const covered = new Uint8Array(parents.length);
  for (const { node, metric, at } of asides) {
    if (data.metrics[metric]?.aside[at]?.name.toLowerCase().includes(wanted)) nodes[node] = 1;
  }
  let [count, value] = [0, 0];
  for (let node = 1; node < parents.length; node += 1) {
    if (found[functionOf[node] as number] === true) nodes[node] = 1;
    const isCovered = covered[parents[node] as number] === 1;
    if (nodes[node] === 1 && (total[node] as number) > 0) {
      count += 1;
      if (!isCovered) value += total[node] as number;
    }
    covered[node] = isCovered || nodes[node] === 1 ? 1 : 0;
  }
  return { nodes, count, value };
}

/** Functions by what they and all that they called hold; a recursive one counts once. The largest first. */
export function rowsOf(
  { functionOf, firsts }: Structure,
  { functions }: PageData,
  { own, total, children }: Sums,
): FunctionRow[] {
  const [totals, owns] = [new Float64Array(functions.length), new Float64Array(functions.length)];
  const onPath = new Int32Array(functions.length);
  // A node on its way in, ~node on its way out.
  const ahead = [0];
  for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
    const which = functionOf[node < 0 ? ~node : node] as number;
    if (node < 0) {
      onPath[which] = (onPath[which] as number) - 1;
      continue;
    }
    if (total[node] === 0) continue;
    if (which !== -1) {
      owns[which] = (owns[which] as number) + (own[node] as number);
      if (onPath[which] === 0) totals[which] = (totals[which] as number) + (total[node] as number);
      onPath[which] = (onPath[which] as number) + 1;
      ahead.push(~node);
    }
    for (let at = firsts[node] as number; at < (firsts[node + 1] as number); at += 1) {
      ahead.push(children[at] as number);
    }
  }
  return functions
    .map((_, which) => ({ which, total: totals[which] as number, own: owns[which] as number }))
    .filter((row) => row.total > 0)
    .sort((a, b) => b.total - a.total || b.own - a.own || a.which - b.which);
}
