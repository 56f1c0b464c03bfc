// Which edges hold what they lead to, and what it costs to follow one: what a program's author thinks of is cheap, what V8
// keeps for itself is dear. Pure tables.
import type { WeightedGraph } from './paths.js';
import { type HeapSnapshot, typeNumbers } from './snapshot.js';

const cost = { named: 2, internal: 3, prototype: 6, hidden: 8, ofV8: 30 } as const;
/** What leads into V8's own objects costs so much more. */
const intoV8 = 12;

const keptByV8 =
  /feedback|cache|parameters_and_registers|deopt|code|bytecode|descriptors|transition|prototype_info|dependent|scope_info|outer_script|shared|map$|script|weak|ephemeron|^__proto__$/i;
const towardsClass = new Set(['__proto__', 'constructor', 'prototype']);
const pairOfWeakMap = / -> value \(.*\) pair in WeakMap \(table @(\d+)\)$/s;

/** Roots by V8's names of them, which differ between versions: what it costs to go on from them. */
const rootCosts: Readonly<Record<string, number>> = {
  '(Global handles)': 25,
  '(Startup object cache)': 60,
  '(Strong roots)': 120,
  '(Strong root list)': 120,
  '(Handle scope)': 200,
  '(Weak roots)': 200,
  '(Weak collections)': 200,
  '(Compilation cache)': 200,
  '(Internalized strings)': 300,
  // WHY: this is the dearest edge, because our own frames hold the action, and everything could be reached through them.
  '(Stack roots)': 400,
};
const otherRootCost = 2;
/** Functions that wait: what they hold is seldom why it stays. */
const waitingCost = 15;

export function weigh(snapshot: HeapSnapshot): WeightedGraph {
  const { nodeCount, firstEdge, edgeTo, edgeType, edgeName, edgeTypes } = snapshot;
  const type = typeNumbers(edgeTypes, ['weak', 'shortcut', 'internal', 'hidden', 'element', 'context']);
  const ownOfV8 = v8Types(snapshot);
  const names = new InternalNames(snapshot);
  const holds = new Uint8Array(edgeTo.length);
  const edgeCost = new Uint8Array(edgeTo.length);
  for (let node = 0; node < nodeCount; node += 1) {
    const end = firstEdge[node + 1] as number;
    for (let edge = firstEdge[node] as number; edge < end; edge += 1) {
      const kind = edgeType[edge];
      const name = edgeName[edge] as number;
      const isLoose = kind === type.weak || kind === type.shortcut;
      holds[edge] = isLoose || (kind === type.internal && names.isValueInTable(name, node)) ? 0 : 1;
      const into = ownOfV8.has(snapshot.nodeType[edgeTo[edge] as number] as number) ? intoV8 : 0;
      edgeCost[edge] = into + costOf(kind, name);
    }
  }
  return { nodeCount, firstEdge, edgeTo, holds, edgeCost };

  function costOf(kind: number | undefined, name: number): number {
    if (kind === type.internal) return names.cost(name);
    if (kind === type.hidden) return cost.hidden;
    if (kind === type.element || kind === type.context) return cost.named;
    return names.isTowardsClass(name) ? cost.prototype : cost.named;
  }
}

/** What it costs to go on from each node. */
export function nodeCosts(snapshot: HeapSnapshot): (node: number) => number {
  const { nodeType, nodeName, nodeTypes } = snapshot;
  const { synthetic } = typeNumbers(nodeTypes, ['synthetic']);
  return (node) => {
    const text = snapshot.text(nodeName[node] as number);
    if (nodeType[node] === synthetic) return node === 0 ? 0 : (rootCosts[text] ?? otherRootCost);
    return text === 'Generator' || text === 'AsyncFunction' ? waitingCost : 0;
  };
}

function v8Types({ nodeTypes }: HeapSnapshot): ReadonlySet<number> {
  return new Set(Object.values(typeNumbers(nodeTypes, ['hidden', 'code', 'object shape'])));
}

/** The rules by the name of an edge, each text looked at once. */
class InternalNames {
  readonly #snapshot: HeapSnapshot;
  readonly #costs = new Map<number, number>();
  readonly #tables = new Map<number, number | undefined>();
  readonly #towardsClass = new Map<number, boolean>();

  constructor(snapshot: HeapSnapshot) {
    this.#snapshot = snapshot;
  }

  cost(name: number): number {
    return remembered(this.#costs, name, () =>
      keptByV8.test(this.#text(name)) && this.#table(name) === undefined ? cost.ofV8 : cost.internal,
    );
  }

  isTowardsClass(name: number): boolean {
    return remembered(this.#towardsClass, name, () => towardsClass.has(this.#text(name)));
  }

  // WHY: the value of a WeakMap is held by its key. V8 shows the pair as an edge of both; that of the table holds nothing.
  isValueInTable(name: number, node: number): boolean {
    return this.#table(name) === this.#snapshot.nodeId[node];
  }

  #table(name: number): number | undefined {
    return remembered(this.#tables, name, () => {
      const id = pairOfWeakMap.exec(this.#text(name))?.[1];
      return id === undefined ? undefined : Number(id);
    });
  }

  #text(name: number): string {
    return this.#snapshot.text(name);
  }
}

function remembered<Value>(known: Map<number, Value>, name: number, find: () => Value): Value {
  const before = known.get(name);
  if (before !== undefined || known.has(name)) return before as Value;
  const value = find();
  known.set(name, value);
  return value;
}
