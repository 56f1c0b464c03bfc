// What a snapshot's rows become: a column for each field that is read. Rows that no heap can have are refused.
import { badSnapshot } from './bad-snapshot.js';
import { NumberTable } from './number-table.js';
import type { ScriptPlace } from './snapshot.js';
import type { HeapPlan } from './snapshot-plan.js';
import type { NamedGraph } from './wanted-texts.js';

export class SnapshotColumns {
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  readonly places: PlaceColumns;
  readonly #plan: HeapPlan;
  readonly #tables = new Map<string, NumberTable>();

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.nodes = new NodeColumns(plan);
    this.edges = new EdgeColumns(plan);
    this.places = new PlaceColumns(plan);
  }

  table(name: string): NumberTable | undefined {
    const kept = { nodes: this.nodes, edges: this.edges, locations: this.places }[name];
    if (kept === undefined) return undefined;
    if (this.#tables.has(name)) throw badSnapshot(`it has ${name} twice`);
    const table = new NumberTable(kept.fields, (row, index) => kept.store(row, index));
    this.#tables.set(name, table);
    return table;
  }

  /** All rows, when they are as many as the plan says. Throws BAD_SNAPSHOT. */
  finishedGraph(): NamedGraph {
    const { nodes, edges } = this;
    const counted = { nodes: this.#tables.get('nodes')?.rows, edges: this.#tables.get('edges')?.rows };
    const { nodeCount, edgeCount } = this.#plan;
    if (counted.nodes !== nodeCount || counted.edges !== edgeCount || nodes.edges !== edgeCount) {
      throw badSnapshot('it has not as many nodes and edges as it says');
    }
    const { nodeTypes, edgeTypes } = this.#plan;
    return {
      nodeTypes,
      edgeTypes,
      nodeType: nodes.type,
      nodeName: nodes.name,
      firstEdge: nodes.firstEdge,
      edgeType: edges.type,
      edgeName: edges.name,
      edgeTo: edges.to,
    };
  }
}

class NodeColumns {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly bytes: Float64Array;
  readonly firstEdge: Uint32Array;
  readonly fields: number;
  edges = 0;
  readonly #plan: HeapPlan;

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.fields = plan.nodeFields.fields;
    this.type = new Uint8Array(plan.nodeCount);
    this.name = new Uint32Array(plan.nodeCount);
    this.id = new Uint32Array(plan.nodeCount);
    this.bytes = new Float64Array(plan.nodeCount);
    this.firstEdge = new Uint32Array(plan.nodeCount + 1);
  }

  store(row: Float64Array, index: number): void {
    const { nodeFields: node, nodeCount, nodeTypes } = this.#plan;
    const type = row[node.type] as number;
    if (index >= nodeCount || type >= nodeTypes.length) throw badSnapshot('a node of it is not possible');
    this.type[index] = type;
    this.name[index] = row[node.name] as number;
    this.id[index] = row[node.id] as number;
    this.bytes[index] = row[node.bytes] as number;
    this.edges += row[node.edges] as number;
    this.firstEdge[index + 1] = this.edges;
  }
}

class EdgeColumns {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly to: Uint32Array;
  readonly fields: number;
  readonly #plan: HeapPlan;

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.fields = plan.edgeFields.fields;
    this.type = new Uint8Array(plan.edgeCount);
    this.name = new Uint32Array(plan.edgeCount);
    this.to = new Uint32Array(plan.edgeCount);
  }

  store(row: Float64Array, index: number): void {
    const { edgeFields: edge, nodeFields, nodeCount, edgeCount, edgeTypes } = this.#plan;
    const type = row[edge.type] as number;
    const to = (row[edge.to] as number) / nodeFields.fields;
    if (index >= edgeCount || type >= edgeTypes.length || to >= nodeCount || !Number.isInteger(to)) {
      throw badSnapshot('an edge of it is not possible');
    }
    this.type[index] = type;
    this.name[index] = row[edge.name] as number;
    this.to[index] = to;
  }
}

class PlaceColumns {
  readonly byNode = new Map<number, ScriptPlace>();
  readonly fields: number;
  readonly #plan: HeapPlan;

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.fields = plan.placeFields.fields;
  }

  store(row: Float64Array): void {
    const { placeFields: place, nodeFields } = this.#plan;
    const of = (row[place.node] as number) / nodeFields.fields;
    this.byNode.set(of, { line: row[place.line] as number, column: row[place.column] as number });
  }
}
